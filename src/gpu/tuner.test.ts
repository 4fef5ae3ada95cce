import { describe, expect, it } from 'vitest';
import { DEFAULTS, parseKernels } from '../experiment/kernels.ts';
import { layerShapes } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { profileFor } from './profile.ts';
import { KERNELS_VERSION, tune, tuningKey } from './tuner.ts';

const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 33 }] },
};
const request = {
  layers: layerShapes(spec, { height: 4, width: 5, channels: 1, classes: 4 }),
  B: 16,
  binary: true,
};

describe('tuning', () => {
  gpuTest('measures variants and names kernels this adapter runs', async (gpu) => {
    let last = { done: 0, of: 0 };
    const tuning = await tune(gpu.device, gpu.adapter, request, (done, of) => {
      last = { done, of };
      return true;
    });
    expect(last.done).toBe(last.of);
    expect(tuning?.measured.length).toBe(last.of);
    expect(tuning?.measured.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
    const kernels = tuning?.kernels ?? '';
    expect(parseKernels(kernels, 2).ok).toBe(true);
    expect(profileFor(gpu.adapter, kernels, 2).kernels).toBe(kernels);
    // What was chosen is the fastest measured, or the default within the margin.
    for (const [index, { name }] of request.layers.entries()) {
      const of = (tuning?.measured ?? []).filter(
        ({ layer, role }) => layer === name && role === 'forward',
      );
      const chosen = profileFor(gpu.adapter, kernels, 2).kernelsOf(index).forward;
      const time = of.find(({ variant }) => variant === chosen)?.milliseconds ?? NaN;
      const fastest = Math.min(...of.map(({ milliseconds }) => milliseconds));
      expect(time).toBeLessThanOrEqual(fastest / 0.97 + 1e-9);
    }
  });

  gpuTest('can be given up between submits', async (gpu) => {
    let seen = 0;
    expect(await tune(gpu.device, gpu.adapter, request, () => ++seen < 2)).toBeNull();
    expect(seen).toBe(2);
  });

  gpuTest(
    'measures a product of many workgroups by some of them, in short submits',
    async (gpu) => {
      const shape = { ...spec, network: { ...spec.network, hidden: [] } };
      const layers = layerShapes(shape, { height: 1, width: 2048, channels: 1, classes: 2048 });
      const durations: number[] = [];
      const { queue } = gpu.device;
      const submit = queue.submit.bind(queue);
      queue.submit = (buffers) => {
        const started = performance.now();
        submit(buffers);
        void queue.onSubmittedWorkDone().then(() => durations.push(performance.now() - started));
      };
      const request = { layers, B: 200, binary: true };
      const tuning = await tune(gpu.device, gpu.adapter, request, () => true);
      expect(tuning?.measured.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
      // The whole product is 1.7 GFLOP: a software adapter takes a quarter of a second and more for it.
      const sorted = durations.sort((a, b) => a - b);
      expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
    },
  );

  gpuTest('leaves a layer that needs too much memory to the defaults', async (gpu) => {
    const hidden = [{ type: 'dense' as const, units: 33 }];
    const shape = { ...spec, network: { ...spec.network, hidden } };
    const layers = layerShapes(shape, { height: 1, width: 2_000_000, channels: 1, classes: 4 });
    const tuning = await tune(gpu.device, gpu.adapter, { layers, B: 16, binary: true }, () => true);
    expect(new Set(tuning?.measured.map(({ layer }) => layer))).toEqual(new Set(['output']));
    const { family } = profileFor(gpu.adapter, 'auto', 2);
    const kernels = profileFor(gpu.adapter, tuning?.kernels ?? '', 2);
    expect(kernels.kernelsOf(0)).toEqual(DEFAULTS[family]);
  });

  gpuTest('measures convolutions too', async (gpu) => {
    const conv = { type: 'conv' as const, channels: 8, kernel: 3, stride: 1, padding: 1 };
    const shape = { ...spec, network: { ...spec.network, hidden: [conv, conv] } };
    const layers = layerShapes(shape, { height: 6, width: 6, channels: 2, classes: 4 });
    const tuning = await tune(gpu.device, gpu.adapter, { layers, B: 16, binary: true }, () => true);
    const measured = new Set(tuning?.measured.map(({ layer, role }) => `${layer} ${role}`));
    // The first layer needs no gradient at its input.
    expect(measured.has('conv1 inputGradient')).toBe(false);
    expect([...measured]).toContain('conv1 weightGradient');
    expect([...measured]).toContain('conv2 inputGradient');
    expect(tuning?.measured.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
    expect(parseKernels(tuning?.kernels ?? '', 3).ok).toBe(true);
  });

  it('is remembered by kernels, adapter, batch, shapes and kind of weights', () => {
    const adapter = { name: 'some adapter', software: true, quads: true, f16: false };
    expect(KERNELS_VERSION).toMatch(/^[0-9a-f]{8}$/);
    const key = `${KERNELS_VERSION}:some adapter:16:20x33-33x4`;
    expect(tuningKey(adapter, request)).toBe(`${key}:bits`);
    expect(tuningKey(adapter, { ...request, binary: false })).toBe(`${key}:real`);
    const conv = { type: 'conv' as const, channels: 8, kernel: 3, stride: 2, padding: 1 };
    const shape = { ...spec, network: { ...spec.network, hidden: [conv] } };
    const layers = layerShapes(shape, { height: 6, width: 5, channels: 2, classes: 4 });
    expect(tuningKey(adapter, { ...request, layers })).toBe(
      `${KERNELS_VERSION}:some adapter:16:6x5x2.3s2p1x8-72x4:bits`,
    );
  });
});
