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
