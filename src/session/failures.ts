/** From what went wrong to what a person is told: a kind, and one sentence. */
import { remedyOf } from '../experiment/learning.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { LimitError } from '../gpu/buffers.ts';
import { KernelError } from '../gpu/kernel.ts';
import type { Failure } from './protocol.ts';

/** A failure on its way up to where it is told. */
export class SessionFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The loss of the step numbered `step`, from 0, is no number. */
export class NotFinite extends SessionFailure {
  readonly step: number;
  constructor(step: number, spec: ExperimentSpec, where = '') {
    const remedy = `${remedyOf(spec)} usually helps, and a rewind begins again.`;
    super({
      kind: 'not-finite',
      message: `The loss is not a finite number since step ${step}${where}; ${remedy}`,
    });
    this.step = step;
  }
}

export function describe(error: unknown): Failure {
  if (error instanceof SessionFailure) return error.failure;
  if (error instanceof LimitError) return { kind: 'limit', message: error.message };
  if (error instanceof KernelError) return { kind: 'shader', message: error.message };
  if (error instanceof RangeError) return { kind: 'data', message: error.message };
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}
