import { describe, expect, it } from 'vitest';
import { parseKernels } from '../experiment/kernels.ts';
import { layerShapes } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { gpuTest } from '../testing/gpu.ts';
import { profileFor } from './profile.ts';
import { tune, tuningKey } from './tuner.ts';

const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 33 }] },
};
const request = {
  layers: layerShapes(spec, { inputs: 20, classes: 4 }),
  B: 16,
  binary: true,
};

describe('tuning', () => {
  gpuTest('measures every variant and names kernels this adapter runs', async (gpu) => {
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

  gpuTest('can be given up', async (gpu) => {
    let seen = 0;
    expect(await tune(gpu.device, gpu.adapter, request, () => ++seen < 2)).toBeNull();
    expect(seen).toBe(2);
  });

  it('is remembered by shapes, batch and kind of weights', () => {
    expect(tuningKey(request)).toBe('16:20x33-33x4:bits');
    expect(tuningKey({ ...request, binary: false })).toBe('16:20x33-33x4:real');
  });
});
