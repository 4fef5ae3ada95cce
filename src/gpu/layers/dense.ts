/**
 * A dense layer's products, side by side.
 *
 *   forward    z [B, O] = x [B, I] wb [I, O]
 *   backward   dx = dz wb^T,  dwb = x^T dz
 */
import { forward } from '../ops/forward.ts';
import { inputGradient } from '../ops/input-gradient.ts';
import { weightGradient } from '../ops/weight-gradient.ts';
import type { Products } from './products.ts';

export const denseProducts: Products = {
  forward: (builder, { shape: { name, I, O }, index, w }, { B, H, bits, x, z }) =>
    Promise.all([
      forward(builder, {
        label: `${name}.forward`,
        variant: builder.profile.kernelsOf(index).forward,
        ...{ B, I, O, H, x: x.buffer, w, wBits: bits, z },
      }),
    ]),

  backward: (builder, { shape: { name, I, O }, index, w, wBits }, { B, H, x, dz, dx, dwb }) => {
    const kernels = builder.profile.kernelsOf(index);
    const toWeights = weightGradient(builder, {
      label: `${name}.dwb`,
      variant: kernels.weightGradient,
      ...{ B, I, O, x: x.buffer, dz: dz.buffer, dwb },
    });
    if (dx === null) return Promise.all([toWeights]);
    const toInput = inputGradient(builder, {
      label: `${name}.dx`,
      variant: kernels.inputGradient,
      ...{ B, I, O, H, dz: dz.buffer, w, wBits, dx },
    });
    return Promise.all([toInput, toWeights]);
  },

  scratchWords: () => 0,
};
