/**
 * Compare: methods one after another on one experiment, all from one seed and so with one order of
 * examples. Each run is trained to its end and kept; the next one begins.
 */
import { createStore, type StoreApi } from 'zustand';
import { type Method, METHODS } from '../../experiment/methods.ts';
import { parseSpec } from '../../experiment/parse-spec.ts';
import { runOf } from '../../experiment/run.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import type { Phase } from '../../session/protocol.ts';
import { sameData } from '../state/drafts.ts';
import { shownSpec } from '../state/page-state.ts';
import type { Playground } from '../state/playground.ts';
import { uniqueId } from '../state/unique-id.ts';
import type { ComparisonTag, KeptRun } from './kept-run.ts';
import { compared } from './text.ts';

export interface Job {
  readonly method: Method;
  /** Null where the method does not fit the experiment. */
  readonly spec: ExperimentSpec | null;
  readonly state: 'waiting' | 'training' | 'done' | 'failed' | 'unfit';
  /** Why it failed or does not fit; a sentence. */
  readonly reason: string | null;
  /** The run that was kept. */
  readonly kept: string | null;
}

export interface ComparisonState {
  /** Null before the first one. */
  readonly jobs: readonly Job[] | null;
  /** The job that trains; -1 where none does. */
  readonly current: number;
  /** How it ended, where it did not end by itself. */
  readonly stopped: 'by hand' | 'by another run' | null;
}

/** Keeps the run that stands on the page, as one of a comparison. */
export type Keep = (comparison: ComparisonTag) => KeptRun | null;

export class Comparison {
  readonly store: StoreApi<ComparisonState> = createStore(() => ({
    ...{ jobs: null, current: -1, stopped: null },
  }));
  readonly #playground: Playground;
  readonly #keep: Keep;
  /** What the runs of this comparison are known by at another visit. */
  #id = '';

  constructor(playground: Playground, keep: Keep) {
    this.#playground = playground;
    this.#keep = keep;
    playground.store.subscribe((state, before) => {
      if (state.phase !== before.phase || state.run !== before.run) this.#watch(before.phase);
    });
  }

  get #state(): ComparisonState {
    return this.store.getState();
  }

  get isRunning(): boolean {
    return this.#state.current >= 0;
  }

  /** Begin with the experiment that the form shows. */
  start(methods: readonly Method[]): void {
    const base = shownSpec(this.#playground.state);
    const jobs = methods.map((method): Job => {
      const made = parseSpec(method.apply(base));
      const shared = { method, kept: null };
      return made.ok
        ? { ...shared, spec: made.value, state: 'waiting', reason: null }
        : { ...shared, spec: null, state: 'unfit', reason: made.error };
    });
    this.#id = uniqueId();
    this.store.setState({ jobs, current: -1, stopped: null });
    this.#next();
  }

  /** The latest comparison of an earlier visit, where every run of it is still kept. */
  recall(runs: readonly KeptRun[]): void {
    if (this.#state.jobs !== null) return;
    const latest = runs.find(({ comparison }) => comparison !== undefined)?.comparison;
    const jobs = latest?.methods.map((id): Job | null => {
      const method = METHODS.find((known) => known.id === id);
      const kept = runs.find(
        ({ comparison }) => comparison?.id === latest.id && comparison.method === id,
      );
      if (method === undefined || kept === undefined) return null;
      return { method, spec: kept.run.spec, state: 'done', reason: null, kept: kept.id };
    });
    const all = jobs?.filter((job) => job !== null) ?? [];
    if (all.length > 0 && all.length === jobs?.length) this.store.setState({ jobs: all });
  }

  /** What is done stays; the run at hand is paused where it is. */
  stop(): void {
    if (!this.isRunning) return;
    this.#end('by hand');
    this.#playground.pause();
  }

  #next(): void {
    const jobs = this.#state.jobs ?? [];
    const current = jobs.findIndex(({ state }) => state === 'waiting');
    const spec = jobs[current]?.spec ?? null;
    this.store.setState({ current: -1 });
    if (spec === null) {
      const done = jobs.filter(({ state }) => state === 'done').length;
      this.#playground.announce('The comparison is finished.');
      if (done > 0) this.#playground.set({ remark: compared(done) });
      return;
    }
    this.#become(current, { state: 'training' });
    this.#playground.open(runOf(spec), true);
    this.store.setState({ current });
    const method = jobs[current]?.method.title ?? '';
    this.#playground.announce(`Comparing, ${current + 1} of ${jobs.length}: ${method}.`);
  }

  #watch(before: Phase): void {
    const { jobs, current } = this.#state;
    const job = jobs?.[current];
    if (job === undefined) return;
    const { phase, failure, run } = this.#playground.state;
    if (!sameData(run.spec, job.spec)) this.#end('by another run');
    else if (phase === 'finished' && before !== 'finished') {
      this.#become(current, { state: 'done', kept: this.#keep(this.#tag(job))?.id ?? null });
      this.#next();
    } else if (phase === 'failed') {
      this.#become(current, { state: 'failed', reason: failure?.message ?? null });
      // A loss that left the numbers is that method's; anything else would happen to the next one too.
      if (failure?.kind === 'not-finite') this.#next();
      else this.#end('by another run');
    }
  }

  /** Of the methods that fit: they are what a later visit must find. */
  #tag({ method }: Job): ComparisonTag {
    const methods = (this.#state.jobs ?? []).filter(({ state }) => state !== 'unfit');
    return { id: this.#id, method: method.id, methods: methods.map((job) => job.method.id) };
  }

  #end(stopped: ComparisonState['stopped']): void {
    const { jobs, current } = this.#state;
    if (jobs?.[current]?.state === 'training') this.#become(current, { state: 'waiting' });
    this.store.setState({ current: -1, stopped });
  }

  #become(k: number, patch: Partial<Job>): void {
    const jobs = this.#state.jobs ?? [];
    this.store.setState({ jobs: jobs.map((job, i) => (i === k ? { ...job, ...patch } : job)) });
  }
}
