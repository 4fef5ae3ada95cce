/**
 * SGD, Nesterov's and classic momentum, and ADAM. Moments are built from the gradient as it is; the layer's rate
 * scale multiplies the finished step, and the clip to [-limit, limit] comes last.
 */
import type { OptimizerSpec } from '../experiment/spec.ts';
import { el as element, type Floats, floats } from './floats.ts';

// Bound to the module, as in dense.ts.
const el = element;

/** What an optimiser remembers of one parameter array. */
export interface Moments {
  /** ADAM's running mean of gradients, or a velocity; empty for SGD. */
  readonly m: Floats;
  /** ADAM's running mean of squared gradients; empty for the others. */
  readonly v: Floats;
  /** Updates since the moments were set to zero: T in ADAM's bias correction. */
  updates: number;
}

export const noMoments = ({ kind }: OptimizerSpec, size: number): Moments => ({
  m: floats(kind === 'sgd' ? 0 : size),
  v: floats(kind === 'adam' ? size : 0),
  updates: 0,
});

export function resetMoments(moments: Moments): void {
  moments.m.fill(0);
  moments.v.fill(0);
  moments.updates = 0;
}

export interface Step {
  readonly rate: number;
  readonly momentum: number;
  /** The layer's rate scale: of its weights, or of gamma and beta. */
  readonly scale: number;
  /** H for weights that are binarised, else Infinity. */
  readonly limit: number;
}

/** Change parameters `p` and their `moments` in place by one step along gradient `g`. */
export function update(
  optimizer: OptimizerSpec,
  p: Floats,
  g: Floats,
  moments: Moments,
  step: Step,
): void {
  const { rate, momentum, scale, limit } = step;
  const { m, v } = moments;
  moments.updates++;
  const move = (e: number, by: number): void => {
    p[e] = Math.min(Math.max(el(p, e) + scale * by, -limit), limit);
  };
  switch (optimizer.kind) {
    case 'sgd':
      for (let e = 0; e < p.length; e++) move(e, -rate * el(g, e));
      return;
    case 'nesterov':
      // v <- mu v - rate g; step = mu v - rate g. (Sutskever et al. 2013, seen from the point looked ahead to.)
      for (let e = 0; e < p.length; e++) {
        const velocity = momentum * el(m, e) - rate * el(g, e);
        m[e] = velocity;
        move(e, momentum * velocity - rate * el(g, e));
      }
      return;
    case 'momentum':
      // v <- mu v - rate g; step = v. (Polyak 1964.)
      for (let e = 0; e < p.length; e++) {
        const velocity = momentum * el(m, e) - rate * el(g, e);
        m[e] = velocity;
        move(e, velocity);
      }
      return;
    case 'adam': {
      // Kingma and Ba 2015, section 2, the efficient form: epsilon stands outside the bias correction.
      const { beta1, beta2, epsilon } = optimizer;
      const T = moments.updates;
      const corrected = (rate * Math.sqrt(1 - beta2 ** T)) / (1 - beta1 ** T);
      for (let e = 0; e < p.length; e++) {
        m[e] = beta1 * el(m, e) + (1 - beta1) * el(g, e);
        v[e] = beta2 * el(v, e) + (1 - beta2) * el(g, e) ** 2;
        move(e, (-corrected * el(m, e)) / (Math.sqrt(el(v, e)) + epsilon));
      }
    }
  }
}
