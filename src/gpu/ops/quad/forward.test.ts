/** Kernels of shapes that few inputs make: they must compile, and in a moment. */
import { describe } from 'vitest';
import { gpuTest } from '../../../testing/gpu.ts';
import { moduleText } from '../../kernel.ts';
import { quadForward } from './forward.ts';
import { windowsOfDense } from './windows.ts';

describe('products of few inputs compile', () => {
  for (const [I, O] of [
    [2, 16],
    [2, 8],
    [3, 16],
    [16, 2],
  ] as const) {
    gpuTest(
      `[9716, ${I}] x [${I}, ${O}]`,
      async ({ adapter, device }) => {
        if (!adapter.quads) return;
        for (const bits of [false, true]) {
          const windows = windowsOfDense(9716, I, O);
          const shape = { windows, length: 9716 * I, zero: null, bits, code: 44_000 };
          const code = moduleText(quadForward(shape).source);
          const module = device.createShaderModule({ code });
          const compute = { module, constants: { SCALE: 1 } };
          await device.createComputePipelineAsync({ layout: 'auto', compute });
        }
      },
      30_000,
    );
  }
});
