/**
 * A dense layer's products, side by side.
 *
 *   forward    z [B, O] = x [B, I] wb [I, O]
 *   backward   dx = dz wb^T,  dwb = x^T dz
 */
import { forward } from '../ops/forward.ts';
import { inputGradient } from '../ops/input-gradient.ts';
import { turnedWords } from '../ops/quad/products.ts';
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

  backward: async (builder, { shape: { name, I, O }, index, w, wBits }, pass) => {
    const { B, H, x, dz, dx, dwb, scratch } = pass;
    const kernels = builder.profile.kernelsOf(index);
    const toWeights = weightGradient(builder, {
      label: `${name}.dwb`,
      variant: kernels.weightGradient,
      ...{ B, I, O, x: x.buffer, dz: dz.buffer, dwb },
    });
    if (dx === null) return [await toWeights];
    const toInput = inputGradient(builder, {
      label: `${name}.dx`,
      variant: kernels.inputGradient,
      ...{ B, I, O, H, dz: dz.buffer, w, wBits, dx, scratch },
    });
    return [...(await toInput), await toWeights];
  },

  scratchWords: (builder, { shape, index }) =>
    turnedWords(shape, builder.profile.kernelsOf(index).inputGradient),
};
