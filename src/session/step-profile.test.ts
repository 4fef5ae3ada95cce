/** Timing kernels by steps of the run: the run must not notice. */
import { describe, expect } from 'vitest';
import { runOf } from '../experiment/run.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_SPEC as spec } from '../testing/listener.ts';

describe('timing kernels', () => {
  gpuTest('paused or in training, takes steps of the run and no others', async (gpu) => {
    if (!gpu.device.features.has('timestamp-query')) {
      console.log('not tested: this adapter has no timestamp queries');
      return;
    }
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, mode: 'stochastic', epochs: 200, evaluateEvery: 100 }));
    expect(page.of('opened').at(-1)?.adapter.clock).toBe(true);
    page.send({ type: 'profile' });
    await page.until('paused');
    const first = page.of('profile').at(-1)?.profile;
    const steps = first?.steps ?? 0;
    expect(steps).toBeGreaterThan(0);
    // One more, which warmed up.
    expect(page.losses.length).toBe(steps + 1);
    expect(page.losses.length).toBeLessThanOrEqual(65);
    expect(first).toMatchObject({ first: 1, mode: 'stochastic' });
    const kernels = first?.kernels ?? [];
    const times = kernels.map(({ microseconds }) => microseconds);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(times[0]).toBeGreaterThan(0);
    // Forward and weight gradient of both layers, input gradient of the second.
    const products = kernels.filter(({ flops }) => flops > 0);
    expect(products.reduce((sum, { dispatches }) => sum + dispatches, 0)).toBe(5);
    expect(products.reduce((sum, { flops }) => sum + flops, 0)).toBe(
      2 * 100 * (2 * 25 * 24 + 3 * 24 * 4),
    );

    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.steps.count > 0);
    const heard = page.events.length;
    page.send({ type: 'profile' });
    await page.untilEvent(({ type }) => type === 'profile');
    const since = page.events.slice(heard);
    expect(since.some((event) => event.type === 'phase' && event.phase === 'paused')).toBe(false);
    await page.untilEvent((event) => event.type === 'frame' && event.steps.count > 0);
    page.send({ type: 'pause' });
    await page.until('paused');
    const losses = page.losses;

    page.send({ type: 'rewind' });
    await page.until('paused');
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.step >= losses.length);
    page.send({ type: 'pause' });
    await page.until('paused');
    expect(page.losses.slice(0, losses.length)).toEqual(losses);
    await page.close();
  });

  gpuTest('evaluates an epoch that ended, and does nothing in a finished run', async (gpu) => {
    const page = new Listener(gpu);
    // One step an epoch, two epochs.
    await page.open(runOf({ ...spec, batch: 1000, epochs: 2 }));
    page.send({ type: 'step' });
    await page.until('paused');
    expect(page.of('epoch').length).toBe(0);
    if (gpu.device.features.has('timestamp-query')) {
      page.send({ type: 'profile' });
      await page.until('paused');
      expect(page.of('epoch').map(({ record }) => record.epoch)).toEqual([1]);
      expect(page.of('profile').at(-1)?.profile).toMatchObject({ first: 1, steps: 1 });
    }
    page.send({ type: 'train' });
    await page.until('finished');
    const profiles = page.of('profile').length;
    page.send({ type: 'profile' });
    await page.until('finished');
    expect(page.of('profile').length).toBe(profiles);
    expect(page.losses.length).toBe(2);
    await page.close();
  });
});
