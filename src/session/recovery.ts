/** What becomes of a run whose device failed: how it goes on, and how often that is tried. */
import type { Dataset } from '../data/dataset.ts';
import type { Change, Run } from '../experiment/run.ts';
import { heardOf } from './heard.ts';
import { adapterSummary, listen, make, openedEvent } from './standing.ts';
import type { Listening, Made, Standing } from './standing.ts';
import type { OpenDevice } from './hardware.ts';
import type { ChangeRequest, Heard, Resume } from './protocol.ts';
import type { Resumable } from './progress.ts';
import type { TuneRequest } from '../gpu/tuner.ts';

/** A run to be put on a device, again or for the first time. */
export interface Plan {
  readonly run: Run;
  readonly dataset: Dataset;
  /** Where it goes on from; null: step 0. */
  readonly state: Resumable | null;
  /** What the page knows of it; null: nothing, it is to be told of the run first. */
  readonly heard: Heard | null;
  /** Training steps done where it stood: what is lost of them is done again. */
  readonly step: number;
  /** Training steps it was on its way to; null: it stood. */
  readonly goal: number | null;
  /** Changes asked for that no step had come to. */
  readonly requested: readonly ChangeRequest[];
}

/** A run at step 0 that the page has not heard of. */
export const freshPlan = (run: Run, dataset: Dataset, goal: number | null): Plan => ({
  ...{ run, dataset, state: null, heard: null, step: 0, goal, requested: [] },
});

/** The run a page goes on with in a new worker. */
export function resumePlan(run: Run, dataset: Dataset, resume: Resume): Plan {
  const { state, heard, train, known } = resume;
  return {
    ...{ run, dataset, state, requested: [] },
    heard: known ? heard : null,
    step: Math.max(heard.step, state?.checkpoint.step ?? 0),
    goal: train ? Infinity : null,
  };
}

/** A run that stood on a device which failed, `under` a plan that was not carried out yet. */
export function planOf(
  { trainer, runner, dataset }: Standing,
  under: Plan | null,
  now: { readonly state: Resumable | null; readonly heard: Heard; readonly goal: number | null },
): Plan {
  // It was on its way to step 0 of another one.
  if (under?.heard === null) return under;
  const { goal } = under ?? now;
  return {
    ...{ ...now, goal, dataset, requested: runner.requested },
    step: Math.max(trainer.step, under?.step ?? 0),
    run: { ...trainer.run, changes: runner.changes },
  };
}

/** Put a plan's run on a device; said is what the page is to be told of it first. */
export async function carryOut(
  { run, dataset, state, heard, requested }: Plan,
  hardware: OpenDevice,
  reason: string,
  listening: Listening,
  measured: (request: TuneRequest) => Promise<string | null>,
): Promise<Standing> {
  const made = await make(run, hardware, dataset, measured);
  try {
    return await stand(made, { run, state, heard, requested }, reason, listening);
  } catch (error) {
    made.trainer.destroy();
    throw error;
  }
}

async function stand(
  made: Made,
  { run, state, heard, requested }: Pick<Plan, 'run' | 'state' | 'heard' | 'requested'>,
  reason: string,
  listening: Listening,
): Promise<Standing> {
  const { post } = listening;
  if (heard === null) post(openedEvent(made, run.changes));
  if (state !== null) await made.trainer.load(state.checkpoint);
  const { step } = made.trainer;
  const pending = remaining(run.changes, state);
  const from = state === null ? null : { ...state.loop, pending };
  // A page that knows nothing of the run has not seen the steps before its state either.
  const known = heard ?? heardOf(state);
  const standing = listen(made, pending, listening, from, known);
  for (const change of requested) standing.runner.change((at) => ({ ...change, step: at }));
  if (heard !== null) post({ type: 'resumed', step, reason, adapter: adapterSummary(made) });
  else if (state !== null) {
    for (const change of state.checkpoint.run.changes) {
      post({ type: 'changed', change, spec: made.trainer.run.spec });
    }
  }
  return standing;
}

/** The changes that a state has not taken yet; later ones than it knew of among them. */
const remaining = (changes: readonly Change[], state: Resumable | null): readonly Change[] =>
  changes.slice(state?.checkpoint.run.changes.length ?? 0);
