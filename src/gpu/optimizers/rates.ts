/**
 * The optimisers, as what their kernels are specialised with (shaders/lib/optimizer.wgsl holds the
 * update rules) and as the rates of each step.
 */
import { OPTIMIZERS, type OptimizerSpec } from '../../experiment/spec.ts';

export interface OptimizerConstants {
  readonly [name: string]: number;
  readonly OPTIMIZER: number;
  /** 1 where the rate fades with the step's. */
  readonly FADES: number;
  readonly BETA1: number;
  readonly BETA2: number;
  readonly EPSILON: number;
}

export function optimizerConstants(optimizer: OptimizerSpec, fades = false): OptimizerConstants {
  const adam = optimizer.kind === 'adam';
  return {
    OPTIMIZER: OPTIMIZERS.indexOf(optimizer.kind),
    FADES: Number(fades),
    BETA1: adam ? optimizer.beta1 : 0,
    BETA2: adam ? optimizer.beta2 : 0,
    EPSILON: adam ? optimizer.epsilon : 0,
  };
}

/** Moments kept a parameter: none, a velocity, or ADAM's two. */
export function momentsOf({ kind }: OptimizerSpec): number {
  if (kind === 'sgd') return 0;
  return kind === 'adam' ? 2 : 1;
}

/**
 * The rate a kernel multiplies by: the learning rate, for ADAM with the bias correction
 * sqrt(1 - beta2^T) / (1 - beta1^T) of the T-th update (from 1) since its moments were zero.
 */
export function kernelRate(optimizer: OptimizerSpec, rate: number, T: number): number {
  if (optimizer.kind !== 'adam') return rate;
  return (rate * Math.sqrt(1 - optimizer.beta2 ** T)) / (1 - optimizer.beta1 ** T);
}

/**
 * The optimiser's step of one parameter as lib/optimizer.wgsl takes it, in float64: what is added to the
 * parameter before the layer's scale.
 * @param moments before the step: none, a velocity, or ADAM's two.
 */
export function advance(
  optimizer: OptimizerSpec,
  g: number,
  [m = 0, v = 0]: readonly number[],
  { rate, momentum }: { readonly rate: number; readonly momentum: number },
): number {
  switch (optimizer.kind) {
    case 'sgd':
      return -rate * g;
    case 'nesterov':
      return momentum * (momentum * m - rate * g) - rate * g;
    case 'momentum':
      return momentum * m - rate * g;
    case 'adam': {
      const { beta1, beta2, epsilon } = optimizer;
      const mean = beta1 * m + (1 - beta1) * g;
      const square = beta2 * v + (1 - beta2) * g * g;
      return (-rate * mean) / (Math.sqrt(square) + epsilon);
    }
  }
}
