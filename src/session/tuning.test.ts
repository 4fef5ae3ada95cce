/** Measuring kernels while a run stands idle, and which kernels a run then gets. */
import { describe, expect } from 'vitest';
import { runOf } from '../experiment/run.ts';
import { liveBuffers } from '../gpu/buffers.ts';
import { familyFor } from '../gpu/profile.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, MemoryCache, SMALL_SPEC as spec } from '../testing/listener.ts';
import type { SessionEvent, Tuning } from './protocol.ts';

const says = (state: Tuning['state'] | null) => (event: SessionEvent) =>
  event.type === 'tuning' && (event.tuning?.state ?? null) === state;

describe('kernels', () => {
  gpuTest('are measured while a run stands idle, and serve the runs after it', async (gpu) => {
    const cache = new MemoryCache();
    const page = new Listener(gpu, { tune: true, cache });
    await page.open(runOf(spec));
    const before = page.of('opened').at(-1)?.adapter;
    expect(before).toMatchObject({ origin: 'default', asked: 'auto' });
    await page.untilEvent(says('measured'));
    const progress = page
      .of('tuning')
      .flatMap(({ tuning }) => (tuning?.state === 'measuring' ? [tuning] : []));
    expect(progress.map(({ done }) => done)).toEqual(progress.map((_, k) => k));
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.of);
    const measured = page.of('tuning').at(-1)?.tuning;
    const kernels = measured?.state === 'measured' ? measured.kernels : '';
    expect([...cache.kept.values()]).toEqual([kernels]);

    page.send({ type: 'rewind' });
    await page.untilEvent(says('measured'));
    expect(page.of('opened').at(-1)?.adapter).toEqual(before);
    page.send({ type: 'reseed', seed: 5 });
    await page.until('paused');
    expect(page.of('opened').at(-1)?.adapter).toMatchObject({ origin: 'measured', kernels });
    expect(page.of('opened').at(-1)?.run).toMatchObject({ kernels, spec: { seed: 5 } });
    await page.close();

    const later = new Listener(gpu, { tune: true, cache });
    await later.open(runOf(spec));
    expect(later.of('opened').at(-1)?.adapter).toMatchObject({ origin: 'measured', kernels });
    // Real weights are read by other kernels: theirs are measured apart.
    await later.open(runOf({ ...spec, mode: 'none' }));
    expect(later.of('opened').at(-1)?.adapter.origin).toBe('default');
    await later.close();
    expect(later.of('tuning')).toEqual([]);
    expect(liveBuffers()).toBe(0);
  });

  gpuTest('wait as soon as there is something to do, and are measured after it', async (gpu) => {
    // Storage that is denied.
    const cache = { find: () => Promise.resolve(null), keep: () => Promise.resolve(false) };
    const page = new Listener(gpu, { tune: true, cache });
    await page.open(runOf(spec));
    await page.untilEvent(says('measuring'));
    const heard = page.events.length;
    page.send({ type: 'step' });
    expect(page.events.slice(heard)).toEqual([{ type: 'tuning', tuning: null }]);
    await page.until('paused');
    expect(page.events.slice(heard + 1).some(says('measuring'))).toBe(false);
    expect(page.losses.length).toBe(1);
    await page.untilEvent(says('measuring'));

    page.send({ type: 'tune', when: 'skip' });
    const skipped = page.events.length;
    expect(page.events.at(-1)).toEqual({ type: 'tuning', tuning: { state: 'skipped' } });
    page.send({ type: 'step' });
    await page.until('paused');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(page.events.slice(skipped).some(says('measuring'))).toBe(false);

    page.send({ type: 'tune', when: 'now' });
    await page.untilEvent(says('measured'));
    page.send({ type: 'reseed', seed: 2 });
    await page.until('paused');
    expect(page.of('opened').at(-1)?.adapter.origin).toBe('measured');
    await page.close();
    expect(liveBuffers()).toBe(0);
  });

  gpuTest('that a run brings are used; those that do not run here are replaced', async (gpu) => {
    const kernels = familyFor(gpu.adapter);
    const own = new Listener(gpu, { tune: true });
    await own.open({ ...runOf(spec), kernels });
    expect(own.of('opened').at(-1)?.adapter).toMatchObject({ origin: 'given', kernels });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(own.of('tuning')).toEqual([]);
    await own.close();

    // An adapter whose subgroups are not of four lanes.
    const page = new Listener(gpu, { tune: true, adapter: { quads: false } });
    const asked = 'quad:q20.q10.q16-q10.q10.q32';
    await page.open({ ...runOf(spec), kernels: asked });
    expect(page.of('opened').at(-1)?.adapter).toMatchObject({
      origin: 'replaced',
      asked,
      kernels: 'tile',
    });
    await page.close();
  });
});
