/** What a dispatch of a training step does, from its label and its kernel, in a phrase. Pure. */
import { layerTitle } from '../text.ts';

/** By what a dispatch is for: kernels of products serve several. The label's layer is left out. */
const PURPOSES: readonly (readonly [RegExp, string])[] = [
  [/^x$/, 'fetches the minibatch, preprocessed'],
  [/^x\.squares$/, 'squares of the inputs'],
  [/^forward$/, 'multiplies what the layer reads by its weights'],
  [/^d[xv]\.turn$/, 'lays the weights out anew, for the way back'],
  [/^dx$/, 'takes the gradient back to what the layer read'],
  [/^dwb$/, 'makes the gradient at the weights that propagated'],
  [/^d(wb|h)\.sum$/, 'adds up the parts of that gradient'],
  [/^dv$/, 'takes the error back to the units below'],
  [/^dh$/, 'makes the change of the weights’ fields'],
  [/^h$/, 'changes the fields, and the mean and variance of the weights'],
  [/^means$/, 'means of the sums, from the means of weights and inputs'],
  [/^spreads$/, 'variances of the sums'],
  [/^units$/, 'means and slopes of the units’ signs'],
  [/^errors$/, 'errors times slopes'],
];

const KERNELS: readonly (readonly [RegExp, string])[] = [
  [/^masked_forward/, 'multiplies what the layer reads by the weights each example sees'],
  [/normalise_backward|gradient_sums/, 'takes the gradient back through batch norm and ReLU'],
  [/statistics/, 'measures mean and variance of each unit'],
  [/normalise/, 'batch norm and ReLU'],
  [/^loss|^likelihood/, 'the loss, and the gradient at the scores'],
  [/^update/, 'optimiser’s step, clip, binarise for the next step, count flips'],
  [/^max_norm/, 'shortens filters that are too long'],
  [/^pool_backward/, 'takes the gradient back through pooling, or maxout'],
  [/^pool/, 'pooling, or maxout'],
  [/^ternarise/, 'writes −Δ, 0 and +Δ of the stored weights'],
  [/^quantise/, 'brings signals to their levels'],
  [/^rectify_backward/, 'takes the gradient back through ReLU'],
  [/^rectify/, 'ReLU'],
  [/^drop_masks/, 'draws which weights each example sees'],
  [/^sum_slices|^accumulate/, 'adds up the parts of a gradient'],
  [/^expect_bias/, 'changes the biases'],
  [/magnitude/, 'the mean of |w|'],
  [/^scale/, 'multiplies by a number of the device'],
];

/** Null where nothing is known of such a dispatch. */
export function phraseOf(label: string, kernel: string): string | null {
  const purpose = label.replace(LAYER, '').replace(/^companion\./, '');
  // Without batch norm its kernels add a bias, and its way back ends there.
  if (purpose === 'bias' && kernel === 'normalise') return 'adds the biases';
  if (purpose === 'bias' && kernel === 'normalise_backward') return 'makes the biases’ gradient';
  const found =
    PURPOSES.find(([pattern]) => pattern.test(purpose)) ??
    KERNELS.find(([pattern]) => pattern.test(kernel));
  return found?.[1] ?? null;
}

const LAYER = /^(dense\d+|conv\d+|output)\./;

/** `Layer 1: multiplies …` */
export function roleOf(label: string, kernel: string): string {
  const what = phraseOf(label, kernel) ?? kernel.replaceAll('_', ' ');
  const layer = LAYER.exec(label)?.[1];
  if (layer === undefined) return what;
  const owner = label.includes('.companion.') ? '’s companion' : '';
  return `${layerTitle(layer)}${owner}: ${what}`;
}
