/**
 * Losses of a minibatch's scores z [B, C] with one class number an example, and their gradients.
 * Squared hinge, one class against the rest (Tang 2013): sum of max(0, 1 - t z)^2 with targets
 * t = +1 for the example's class and -1 for the others.
 */
import type { Loss } from '../experiment/spec.ts';
import { el, type Floats, floats } from './floats.ts';

export interface LossResult {
  /** Mean over the minibatch (`hinge-mean`: over its classes too). */
  readonly loss: number;
  /** [B, C], the gradient of `loss`. */
  readonly dz: Floats;
  /** Examples whose largest score is not their class's; of equal scores the first counts. */
  readonly errors: number;
}

export function lossOf(
  kind: Loss,
  z: Floats,
  labels: ArrayLike<number>,
  classes: number,
): LossResult {
  const B = z.length / classes;
  const dz = floats(z.length);
  let loss = 0;
  let errors = 0;
  for (let b = 0; b < B; b++) {
    const label = labelAt(labels, b, classes);
    const scores = z.subarray(b * classes, (b + 1) * classes);
    const into = dz.subarray(b * classes, (b + 1) * classes);
    loss +=
      kind === 'cross-entropy' ? crossEntropy(scores, label, into) : hinge(scores, label, into);
    if (scores.indexOf(Math.max(...scores)) !== label) errors++;
  }
  const scale = 1 / (kind === 'hinge-mean' ? B * classes : B);
  return { loss: loss * scale, dz: dz.map((value) => value * scale), errors };
}

/** Squared hinge of one example summed over classes; `dz` receives -2 t max(0, 1 - t z). */
function hinge(z: Floats, label: number, dz: Floats): number {
  let sum = 0;
  for (let k = 0; k < z.length; k++) {
    const t = k === label ? 1 : -1;
    const margin = Math.max(0, 1 - t * el(z, k));
    sum += margin ** 2;
    dz[k] = -2 * t * margin;
  }
  return sum;
}

/** -log softmax(z)[label] of one example; `dz` receives softmax(z) - one-hot(label). */
function crossEntropy(z: Floats, label: number, dz: Floats): number {
  const largest = Math.max(...z);
  let sum = 0;
  for (let k = 0; k < z.length; k++) sum += Math.exp(el(z, k) - largest);
  for (let k = 0; k < z.length; k++) {
    dz[k] = Math.exp(el(z, k) - largest) / sum - (k === label ? 1 : 0);
  }
  return largest + Math.log(sum) - el(z, label);
}

function labelAt(labels: ArrayLike<number>, b: number, classes: number): number {
  const label = labels[b];
  if (label === undefined || label >= classes) {
    throw new RangeError(
      `label ${label ?? 'missing'} of example ${b}; there are ${classes} classes`,
    );
  }
  return label;
}
