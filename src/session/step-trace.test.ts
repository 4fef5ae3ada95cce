/** Following a weight, and telling a step's program, while a page listens. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { runOf } from '../experiment/run.ts';
import { EBP_SMALL } from '../experiment/ebp-recipe.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_SPEC as spec } from '../testing/listener.ts';

const place = { layer: 0, row: 3, column: 5 };

describe('following a weight', () => {
  gpuTest('takes steps of the run, and evaluates an epoch that ended', async (gpu) => {
    const page = new Listener(gpu);
    const run = runOf({ ...spec, mode: 'stochastic', batch: 500, epochs: 2 });
    await page.open(run);
    for (let step = 0; step < 4; step++) {
      page.send({ type: 'trace', place });
      await page.until('paused');
    }
    const traces = page.of('trace').map(({ trace }) => trace);
    expect(traces.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    // What one step leaves is what the next one finds.
    traces.slice(1).forEach((trace, k) => {
      const before = at(traces, k);
      expect([trace.stored, trace.bit]).toEqual([before.after, before.nextBit]);
    });
    expect(page.of('epoch').map(({ record }) => record.epoch)).toEqual([1]);
    page.send({ type: 'train' });
    await page.until('finished');
    page.send({ type: 'trace', place });
    await page.until('finished');
    expect(page.of('trace').length).toBe(4);
    const { losses } = page;
    await page.close();

    const plain = new Listener(gpu);
    await plain.open(run, true);
    await plain.until('finished');
    expect(losses).toEqual(plain.losses);
    await plain.close();
  });

  gpuTest('is refused where there is nothing to follow; the program is told', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf(spec));
    page.send({ type: 'trace', place: { ...place, row: 25 } });
    await page.untilEvent(({ type }) => type === 'untraced');
    expect(page.of('untraced').at(-1)?.reason).toBe('There is no row 25; allowed are 0 to 24.');
    expect(page.losses).toEqual([]);

    page.send({ type: 'program' });
    const { program } = at(page.of('program'), 0);
    const labels = program.dispatches.map(({ label }) => label);
    expect(labels[0]).toBe('x');
    expect(labels.indexOf('dense1.update')).toBe(labels.length - 1);
    for (const { shader, kernel, groups } of program.dispatches) {
      expect(at(program.shaders, shader).kernel).toBe(kernel);
      expect(Math.min(...groups)).toBeGreaterThan(0);
    }
    const texts = program.shaders.map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.every((text) => text.includes('@compute'))).toBe(true);

    await page.open(runOf(EBP_SMALL.spec));
    page.send({ type: 'trace', place });
    await page.untilEvent(({ type }) => type === 'untraced');
    expect(page.of('untraced').at(-1)?.reason).toContain('no gradient to follow');
    await page.close();
  });
});
