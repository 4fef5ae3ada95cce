/** Where a loss that is no number came from: the run is replayed up to the step before it and looked at. */
import { NotFinite } from './failures.ts';
import { figures } from '../experiment/digits.ts';
import { firstNotFinite, largest, tensorTitle } from './last-good.ts';
import type { LastGood } from './last-good.ts';
import type { Resumable } from './progress.ts';
import { listen, type Listening, type Standing } from './standing.ts';

/** Steps before the trouble that a state is taken at, to return to. */
const BEFORE = 100;
/** A state further back than this is not replayed from: that might take as long as the run did. */
const MOST_STEPS = 20_000;

const UNHEARD: Listening = { post: () => undefined, hears: () => null };

/** The state that the standing run goes on from: the last good one, or step 0. */
export async function backTo(
  standing: Standing,
  state: Resumable | null,
  changes: Standing['runner']['changes'],
  listening: Listening,
  heard?: Parameters<typeof listen>[4],
): Promise<Standing> {
  const { trainer } = standing;
  if (state === null) await trainer.rewind(trainer.seed);
  else await trainer.load(state.checkpoint);
  const pending = changes.slice(trainer.changes.length);
  const from = state === null ? null : { ...state.loop, pending };
  return listen(standing, pending, listening, from, heard);
}

/**
 * Replay up to the step whose loss is no number, and say which layer and tensor holds the first numbers
 * that are not finite. Leaves a good state from shortly before it in `good`. `proceed` may end it early.
 */
export async function diagnose(
  standing: Standing,
  error: NotFinite,
  good: LastGood,
  proceed: () => boolean,
): Promise<NotFinite> {
  const { trainer, runner } = standing;
  await runner.drain().catch(() => undefined);
  const { changes } = runner;
  const { step: bad } = error;
  const first = good.state?.checkpoint.step ?? 0;
  if (bad - first > MOST_STEPS) return error;
  const replay = await backTo(standing, good.state, changes, UNHEARD);
  const to = async (step: number): Promise<boolean> => {
    while (trainer.step < step && proceed()) {
      await replay.runner.advance(step - trainer.step, proceed);
    }
    await replay.runner.drain();
    return trainer.step >= step;
  };
  const before = Math.max(first, bad - BEFORE);
  if (!(await to(before))) return error;
  if (before > 0) await good.take(replay.runner);
  if (!(await to(bad))) return error;
  const { tensors } = await trainer.save();
  const found = firstNotFinite(tensors);
  if (found !== null) {
    const where = `: before it ${found.count} numbers of ${tensorTitle(found.name)} are not finite`;
    return new NotFinite(bad, trainer.spec, where);
  }
  const most = largest(tensors);
  const where =
    most === null
      ? ''
      : `: all stored numbers are still finite, the largest is ${figures(most.value, 2)} in ${tensorTitle(most.name)}, and what is computed from them is not`;
  return new NotFinite(bad, trainer.spec, where);
}
