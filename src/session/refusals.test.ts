/** Changes that a run cannot carry are not taken, and that is said. */
import { describe, expect } from 'vitest';
import { decodeLink, encodeLink } from '../experiment/link.ts';
import { MAX_CHANGES, runOf, type Change } from '../experiment/run.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_DATA, SMALL_SPEC as spec } from '../testing/listener.ts';
import type { Refusal } from './protocol.ts';
import { Runner } from './runner.ts';

describe('a change', () => {
  gpuTest('more than a link carries is refused', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf(spec));
    for (let k = 1; k <= MAX_CHANGES + 1; k++) {
      page.send({ type: 'change', change: { field: 'rate', value: k / 1000 } });
    }
    expect(page.of('refused')).toMatchObject([{ reason: 'too-many', mode: 'deterministic' }]);
    await page.untilEvent(({ type }) => type === 'frame');
    expect(page.of('changed').length).toBe(MAX_CHANGES);
    page.send({ type: 'rewind' });
    await page.until('paused');
    const run = page.of('opened').at(-1)?.run;
    expect(run?.changes.length).toBe(MAX_CHANGES);
    expect(run && decodeLink(encodeLink(run))).toMatchObject({ ok: true, value: { run } });
    await page.close();
  });

  gpuTest('in a finished run is refused', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, epochs: 1 }));
    page.send({ type: 'train' });
    await page.until('finished');
    page.send({ type: 'change', change: { field: 'mode', value: 'none' } });
    expect(page.of('refused')).toMatchObject([{ reason: 'finished', mode: 'deterministic' }]);
    page.send({ type: 'rewind' });
    await page.until('paused');
    expect(page.of('opened').at(-1)?.run.changes).toEqual([]);
    await page.close();
  });

  gpuTest('where there is nothing to change is refused', async (gpu) => {
    const page = new Listener(gpu);
    const network = { ...spec.network, batchNorm: 'none' } as const;
    await page.open(runOf({ ...spec, learning: 'expectation', network }));
    page.send({ type: 'change', change: { field: 'rate', value: 0.1 } });
    page.send({ type: 'change', change: { field: 'mode', value: 'none' } });
    expect(page.of('refused').map(({ reason }) => reason)).toEqual(['fixed', 'fixed']);
    page.send({ type: 'step' });
    await page.until('paused');
    expect(page.of('changed')).toEqual([]);
    await page.close();
  });

  gpuTest('asked for while the last step is recorded is refused', async (gpu) => {
    const profile = profileFor(gpu.adapter, 'auto', 2);
    const short = { ...spec, batch: 1000, epochs: 1 };
    const trainer = await Trainer.create(gpu.device, profile, short, SMALL_DATA);
    const refused: Refusal[] = [];
    const changed: Change[] = [];
    const runner = new Runner(trainer, [], {
      onSteps: () => undefined,
      onChange: (change) => changed.push(change),
      onRefused: (reason) => refused.push(reason),
      onEvaluating: () => undefined,
      onEpoch: () => undefined,
      onQuantising: () => undefined,
      onQuantised: () => undefined,
    });
    const advanced = runner.advance(1, () => true);
    runner.change((step) => ({ step, field: 'rate', value: 0.5 }));
    await advanced;
    await runner.advance(1, () => true);
    expect(runner.finished).toBe(true);
    expect(refused).toEqual(['finished']);
    expect(changed).toEqual([]);
    expect(runner.changes).toEqual([]);
    trainer.destroy();
  });
});
