/** A session on a real device: commands in, events out. */
import { describe, expect } from 'vitest';
import { retrained } from '../experiment/retraining.ts';
import { runOf } from '../experiment/run.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { liveBuffers } from '../gpu/buffers.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_SPEC as spec } from '../testing/listener.ts';

describe('a session', () => {
  gpuTest('opens, steps, trains to the end, and reports every step once', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf(spec));
    const opened = page.of('opened').at(-1);
    expect(opened?.layers.map(({ I, O }) => [I, O])).toEqual([
      [25, 24],
      [24, 4],
    ]);
    expect(opened?.stepsPerEpoch).toBe(10);
    expect(page.of('frame').at(-1)?.probes?.length).toBe(2);
    page.send({ type: 'step' });
    await page.until('paused');
    expect(page.losses.length).toBe(1);
    page.send({ type: 'train' });
    await page.until('finished');
    expect(page.losses.length).toBe(30);
    expect(page.of('epoch').map(({ record }) => record.epoch)).toEqual([1, 2, 3]);
    // There is a pattern to be learned in these examples.
    expect(page.of('epoch').at(-1)?.record.testError.binary).toBeLessThan(10);
    const series = page.of('frame').map(({ steps }) => [steps.first, steps.count]);
    let next = 0;
    for (const [first, count] of series) {
      if (count === 0) continue;
      expect(first).toBe(next);
      next += count ?? 0;
    }
    await page.close();
    expect(liveBuffers()).toBe(0);
  });

  gpuTest(
    'goes through both phases of a run with retraining, pausing between them',
    async (gpu) => {
      const page = new Listener(gpu);
      const real = { ...spec, mode: 'none', epochs: 2 } as const;
      await page.open(runOf(retrained(real)));
      page.send({ type: 'train' });
      await page.until('quantising');
      page.send({ type: 'pause' });
      await page.until('paused');
      expect(page.of('quantised')).toEqual([]);
      expect(page.losses.length).toBe(20);
      page.send({ type: 'change', change: { field: 'mode', value: 'deterministic' } });
      page.send({ type: 'change', change: { field: 'rate', value: 0.001 } });
      await page.untilEvent(({ type }) => type === 'changed');
      expect(page.of('refused').map(({ reason }) => reason)).toEqual(['phased']);
      // A single step enters the phase first.
      page.send({ type: 'step' });
      await page.until('paused');
      expect(page.losses.length).toBe(21);
      page.send({ type: 'train' });
      await page.until('finished');
      expect(page.losses.length).toBe(40);
      const [quantised, ...others] = page.of('quantised').map(({ record }) => record);
      expect(others).toEqual([]);
      expect(quantised).toMatchObject({ epoch: 2, step: 20 });
      expect(Object.keys(quantised?.steps ?? {})).toEqual(['dense1', 'output']);
      const records = page.of('epoch').map(({ record }) => record);
      expect(records.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
      expect(records.map(({ testError }) => testError.ternary !== undefined)).toEqual([
        ...[false, false, true, true],
      ]);
      expect(quantised?.testError.real).toBe(records[1]?.testError.real);
      expect(records.at(-1)?.testError.ternary).toBeLessThan(10);
      // From its start on to its end again.
      expect(page.of('frame').at(-1)?.rate).toBeLessThan(spec.rate.start);
      await page.close();
      expect(liveBuffers()).toBe(0);
    },
  );

  gpuTest('pauses within a submit, resumes, rewinds to the same losses', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, epochs: 200, mode: 'stochastic' }));
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.steps.count > 0);
    page.send({ type: 'pause' });
    await page.until('paused');
    const before = page.losses;
    expect(before.length).toBeGreaterThan(0);
    page.send({ type: 'rewind' });
    await page.until('paused');
    expect(page.losses).toEqual([]);
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.step >= before.length);
    page.send({ type: 'pause' });
    await page.until('paused');
    expect(page.losses.slice(0, before.length)).toEqual(before);
    page.send({ type: 'reseed', seed: 99 });
    await page.until('paused');
    expect(page.of('opened').at(-1)?.run.spec.seed).toBe(99);
    page.send({ type: 'step' });
    await page.until('paused');
    expect(page.losses).not.toEqual(before.slice(0, 1));
    await page.close();
  });

  gpuTest('takes changes while training, and replays them after rewinding', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, epochs: 200, mode: 'none' }));
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.steps.count > 0);
    page.send({ type: 'change', change: { field: 'mode', value: 'deterministic' } });
    await page.untilEvent(({ type }) => type === 'changed');
    await page.untilEvent((event) => event.type === 'frame' && event.steps.count > 0);
    page.send({ type: 'pause' });
    await page.until('paused');
    const change = page.of('changed').at(-1)?.change;
    expect(change).toMatchObject({ field: 'mode', value: 'deterministic' });
    const before = page.losses;
    page.send({ type: 'rewind' });
    await page.until('paused');
    expect(page.of('opened').at(-1)?.run.changes).toEqual([change]);
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.step >= before.length);
    page.send({ type: 'pause' });
    await page.until('paused');
    expect(page.of('changed').length).toBe(2);
    expect(page.losses.slice(0, before.length)).toEqual(before);
    await page.close();
  });

  gpuTest('keeps to ten frames a second and to the speed asked for', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, epochs: 1000, evaluateEvery: 100 }));
    page.send({ type: 'speed', stepsPerSecond: 20 }, { type: 'train' });
    await page.until('training');
    const frames = page.of('frame').length;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    page.send({ type: 'pause' });
    await page.until('paused');
    // One more for the frame that pausing sends.
    expect(page.of('frame').length - frames).toBeLessThanOrEqual(17);
    expect(page.losses.length).toBeLessThanOrEqual(32);
    expect(page.losses.length).toBeGreaterThan(5);
    await page.close();
  });

  gpuTest(
    'a loss that is not finite stops the run with its step; rewinding mends it',
    async (gpu) => {
      const page = new Listener(gpu);
      const network = { ...spec.network, batchNorm: 'none' as const };
      const wild: ExperimentSpec = {
        ...spec,
        network,
        mode: 'none',
        optimizer: { kind: 'sgd' },
        rate: { start: 1000, end: 1000 },
      };
      await page.open(runOf(wild));
      page.send({ type: 'train' });
      await page.until('failed');
      const failure = page.of('phase').at(-1)?.failure;
      expect(failure?.kind).toBe('not-finite');
      expect(failure?.message).toMatch(/not a finite number since step \d+/);
      page.send({ type: 'rewind' });
      await page.until('paused');
      page.send({ type: 'step' });
      await page.until('paused');
      expect(page.losses.length).toBe(1);
      await page.close();
    },
  );

  gpuTest('a lost device ends training with its sentence, whatever was under way', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, epochs: 1000, evaluateEvery: 100 }));
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.steps.count > 0);
    gpu.device.destroy();
    await page.until('failed');
    expect(page.of('phase').at(-1)?.failure).toMatchObject({
      kind: 'lost',
      message: expect.stringMatching(/^The graphics device was lost/) as string,
    });
    expect(liveBuffers()).toBe(0);
  });

  gpuTest('numbers that overflow in a deep net are seen, not clipped away', async (gpu) => {
    const page = new Listener(gpu);
    const hidden = Array.from({ length: 4 }, () => ({ type: 'dense' as const, units: 24 }));
    const wild: ExperimentSpec = {
      ...spec,
      network: { ...spec.network, hidden, batchNorm: 'none' },
      mode: 'none',
      optimizer: { kind: 'sgd' },
      rate: { start: 1000, end: 1000 },
    };
    await page.open(runOf(wild));
    page.send({ type: 'train' });
    await page.until('failed');
    expect(page.of('phase').at(-1)?.failure?.kind).toBe('not-finite');
    await page.close();
  });

  gpuTest('loading can be cancelled, and a newer link replaces an older one', async (gpu) => {
    const page = new Listener(gpu);
    page.sendOpen(runOf(spec));
    await page.until('loading');
    page.send({ type: 'cancel' });
    await page.until('cancelled');
    page.sendOpen(runOf(spec));
    await page.open(runOf({ ...spec, seed: 5 }));
    expect(page.of('opened').map(({ run }) => run.spec.seed)).toEqual([5]);
    await page.close();
  });
});
