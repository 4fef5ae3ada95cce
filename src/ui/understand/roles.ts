/** What a dispatch of a training step does, from its label and its kernel, in a phrase. Pure. */
import { layerTitle } from '../text.ts';

const KERNELS: readonly (readonly [RegExp, string])[] = [
  [/^gather/, 'fetches the minibatch, preprocessed'],
  [/^(conv_)?forward|^matvec|^masked_forward/, 'multiplies what the layer reads by its weights'],
  [/input_gradient/, 'takes the gradient back to what the layer read'],
  [/weight_gradient/, 'makes the gradient at the weights that propagated'],
  [/normalise_backward|gradient_sums/, 'takes the gradient back through ReLU and batch norm'],
  [/statistics/, 'measures mean and variance of each unit'],
  [/normalise/, 'batch norm and ReLU'],
  [/^loss|^likelihood/, 'the loss, and the gradient at the scores'],
  [/^update/, 'optimiser’s step, clip, binarise for the next step, count flips'],
  [/^max_norm/, 'shortens filters that are too long'],
  [/^pool_backward/, 'takes the gradient back through pooling'],
  [/^pool/, 'pooling, or maxout'],
  [/^ternarise/, 'writes −Δ, 0 and +Δ of the stored weights'],
  [/^quantise/, 'brings signals to their levels'],
  [/^rectify/, 'ReLU'],
  [/^drop_masks/, 'draws which weights each example sees'],
  [/^accumulate/, 'adds up windows, or slices'],
  [/^sum_slices/, 'adds up the parts of a gradient'],
  [/^permute/, 'lays numbers out anew for the next product'],
  [/magnitude/, 'the mean of |w|'],
  [/^scale/, 'multiplies by a number of the device'],
  [/^expect|^square|^multiply/, 'means and variances of weights and units'],
];

/** `Layer 1: multiplies …` */
export function roleOf(label: string, kernel: string): string {
  const what =
    KERNELS.find(([pattern]) => pattern.test(kernel))?.[1] ?? kernel.replaceAll('_', ' ');
  const layer = /^(?:dense\d+|conv\d+|output)(?=\.)/.exec(label)?.[0];
  return layer === undefined ? what : `${layerTitle(layer)}: ${what}`;
}
