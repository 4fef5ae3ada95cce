/** Who is measured, whether they compute the same, and how long they take: windows in turn. */
import { at } from '../../src/experiment/at.ts';
import type { Problem } from './workloads.ts';

export const PEERS = ['ours', 'tfjs', 'jax-js'] as const;
export type Peer = (typeof PEERS)[number];
export type Backend = 'webgpu' | 'webgl' | 'wasm';

/** A net in training. */
export interface Session {
  /** Take `count` steps; resolves with the loss of the last, when all of them are done. */
  train(count: number): Promise<number>;
  dispose(): void;
}

export interface Contender {
  readonly peer: Peer;
  readonly backend: Backend;
  /** A net at step 0. Rejects where the back end does not run here. */
  open(problem: Problem): Promise<Session>;
}

export interface Timing {
  readonly windows: number;
  /** About what a window takes; at least one step. */
  readonly seconds: number;
  /** No further window once a contender's windows have taken so long together. */
  readonly cap: number;
}

/** A contender on one workload. */
export interface Entry {
  readonly name: string;
  session: Session | null;
  /** Why it is not measured, or null. */
  problem: string | null;
  /** Seconds a step, as last seen. */
  pace: number;
  /** Steps a second of each window. */
  readonly rates: number[];
  spent: number;
}

export const entryOf = (name: string): Entry => ({
  name,
  session: null,
  problem: null,
  pace: Infinity,
  rates: [],
  spent: 0,
});

/** Losses may differ from the reference's by this much of it: float32, summed in any order. */
export const LOSS_TOLERANCE = 1e-3;

const seconds = () => performance.now() / 1000;

const sentence = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.slice(0, 200) ?? text;
};

/** Whatever fails is told in the entry's row; the others go on. */
async function guarded(entry: Entry, work: (session: Session) => Promise<void>): Promise<void> {
  if (entry.session === null) return;
  try {
    await work(entry.session);
  } catch (error) {
    entry.problem = `failed: ${sentence(error)}`;
    close(entry);
  }
}

export function close(entry: Entry): void {
  entry.session?.dispose();
  entry.session = null;
}

/**
 * Open it and hold its first losses against the reference's. The last step's time is its first pace.
 * @param longest seconds; who takes longer for a step is not measured.
 */
export async function openChecked(
  entry: Entry,
  contender: Contender,
  problem: Problem,
  longest = Infinity,
): Promise<void> {
  try {
    entry.session = await contender.open(problem);
  } catch (error) {
    entry.problem = `does not start: ${sentence(error)}`;
  }
  await guarded(entry, async (session) => {
    const losses: number[] = [];
    for (let step = 0; step < problem.losses.length; step++) {
      const begun = seconds();
      losses.push(await session.train(1));
      entry.pace = seconds() - begun;
      // The first step may have compiled.
      if (step > 0 && entry.pace > longest) {
        entry.problem = `stopped: a step takes ${entry.pace.toFixed(0)} s, more than ${longest}`;
        close(entry);
        return;
      }
    }
    if (agree(losses, problem.losses)) return;
    const list = (values: readonly number[]) => values.map((v) => v.toPrecision(5)).join(', ');
    entry.problem = `computes another loss: ${list(losses)} instead of ${list(problem.losses)}`;
    close(entry);
  });
}

export const agree = (losses: readonly number[], expected: readonly number[]): boolean =>
  // Written so that NaN disagrees.
  expected.every((want, step) => Math.abs(at(losses, step) - want) <= LOSS_TOLERANCE * want);

/** Steps that take about `duration` seconds. */
export const stepsFor = (duration: number, pace: number): number =>
  Math.max(1, Math.min(100_000, Math.round(duration / pace)));

/** One window: so many steps, the loss read back once at its end. */
async function window(entry: Entry, duration: number, counts: boolean): Promise<void> {
  await guarded(entry, async (session) => {
    const steps = stepsFor(duration, entry.pace);
    const begun = seconds();
    const loss = await session.train(steps);
    const taken = seconds() - begun;
    if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss}`);
    entry.pace = taken / steps;
    if (!counts) return;
    entry.rates.push(steps / taken);
    entry.spent += taken;
  });
}

/** Windows in turn: each contender one, then each the next, so that a busy moment hits all of them. */
export async function interleave(
  entries: readonly Entry[],
  timing: Timing,
  progress: (text: string) => void,
): Promise<void> {
  for (const entry of entries) {
    // The first paces were single steps. Where two fit into half a window, warm up with more.
    if (2 * entry.pace < timing.seconds / 2) await window(entry, timing.seconds / 2, false);
  }
  for (let round = 0; round < timing.windows; round++) {
    for (const entry of entries) {
      if (round > 0 && entry.spent >= timing.cap) continue;
      await window(entry, timing.seconds, true);
      const rate = entry.rates.at(-1);
      if (entry.session === null || rate === undefined) continue;
      progress(`${entry.name}: window ${round + 1}, ${rate.toPrecision(3)} steps/s`);
    }
  }
}
