/**
 * A convolution's products, side by side: the same three as a dense layer's, with a row for each
 * window of the maps it reads. The matrix of windows, X, is never made.
 *
 *   forward    z [B * places, O] = X wb [I, O]
 *   backward   dx = dz wb^T, each place adding up the windows over it,  dwb = X^T dz
 */
import { convForward } from '../ops/conv-forward.ts';
import { convInputGradient } from '../ops/conv-input-gradient.ts';
import { convScratchWords, convWeightGradient } from '../ops/conv-weight-gradient.ts';
import type { Products } from './products.ts';

export const convProducts: Products = {
  forward: (builder, { shape, index, w }, { B, H, bits, x, z }) =>
    convForward(builder, {
      label: `${shape.name}.forward`,
      variant: builder.profile.kernelsOf(index).forward,
      ...{ B, layer: shape, H, x, w, wBits: bits, z },
    }),

  backward: async (builder, { shape, index, w, wBits }, { B, H, x, dz, dx, dwb, scratch }) => {
    const kernels = builder.profile.kernelsOf(index);
    const toInput =
      dx === null
        ? []
        : convInputGradient(builder, {
            label: `${shape.name}.dx`,
            variant: kernels.inputGradient,
            ...{ B, layer: shape, H, dz, w, wBits, dx, scratch },
          });
    const toWeights = convWeightGradient(builder, {
      label: `${shape.name}.dwb`,
      variant: kernels.weightGradient,
      ...{ B, layer: shape, x, dz, dwb, scratch },
    });
    const parts = await Promise.all([toInput, toWeights]);
    return parts.flat();
  },

  scratchWords: (builder, { shape, index }, B) =>
    convScratchWords(shape, B, builder.profile.kernelsOf(index)),
};
