/**
 * The runs this browser keeps: every run that is finished or left after a step. The table, the charts
 * and the comparison read them here.
 */
import { createStore, type StoreApi } from 'zustand';
import type { Mode } from '../../experiment/spec.ts';
import { RUN_SHADES, type RunShade } from '../charts/colours.ts';
import type { PageState } from '../state/page-state.ts';
import type { Streams } from '../state/streams.ts';
import { uniqueId } from '../state/unique-id.ts';
import {
  type ComparisonTag,
  isNewerRun,
  keyOf,
  type KeptRun,
  lastSpec,
  numberOf,
  readKept,
  takeRun,
  writeKept,
} from './kept-run.ts';
import type { Keeping } from './keeping.ts';

/** Runs drawn over the one at hand, at most: with one more the one shown longest goes. */
export const MOST_SHOWN = 8;
/** With one more, the oldest that has neither a name of its own nor a note goes; else the oldest. */
export const MOST_RUNS = 100;

export interface RunsState {
  /** Latest first. */
  readonly runs: readonly KeptRun[];
  /** The one that stands on the page to its last step; its curves are there already. */
  readonly current: string | null;
  /** Runs just deleted, until something else is: they can be brought back. */
  readonly deleted: readonly KeptRun[];
  /** False where storage is denied or full: runs are there until the page is closed. */
  readonly isKept: boolean;
  /** Runs that a newer version of the page kept here: they stay, unread. */
  readonly newer: number;
}

/** What can be told of a run by hand. */
export type Told = Partial<Pick<KeptRun, 'name' | 'note' | 'isShown'>>;

export class Runs {
  readonly store: StoreApi<RunsState> = createStore(() => ({
    ...{ runs: [], current: null, deleted: [], isKept: true, newer: 0 },
  }));
  readonly #keeping: Keeping;
  readonly #named = new Set<string>();

  constructor(keeping: Keeping) {
    this.#keeping = keeping;
  }

  get #runs(): readonly KeptRun[] {
    return this.store.getState().runs;
  }

  /** What was kept at earlier visits, shown as it was; entries that cannot be read are left alone. */
  async recall(): Promise<void> {
    const found = await this.#keeping.all();
    const known = new Set(this.#runs.map(({ id }) => id));
    const read = (found ?? []).flatMap((value) => readKept(value) ?? []);
    const earlier = read.filter(({ id }) => !known.has(id));
    const runs = [...this.#runs, ...earlier].toSorted((a, b) => b.made - a.made);
    const numbered = numberedAnew(runs);
    this.store.setState({
      isKept: found !== null,
      newer: (found ?? []).filter(isNewerRun).length,
    });
    this.#set(fewShown(numbered));
    for (const run of numbered) if (!runs.includes(run)) this.#put(run);
  }

  /** Keep what stands on the page. The same run, trained further or again, takes its own place. */
  keep(state: PageState, streams: Streams, comparison?: ComparisonTag): KeptRun | null {
    const about = { id: uniqueId(), made: Date.now(), slot: this.#freeSlot() };
    const taken = takeRun(state, streams, about);
    if (taken === null) return null;
    const known = this.#runs.find((kept) => !kept.isClaimed && keyOf(kept) === keyOf(taken));
    if (known !== undefined && known.step > taken.step) return known;
    const others = this.#runs.filter(({ id }) => id !== known?.id);
    const isLike = known !== undefined && modeOf(known) === modeOf(taken);
    const kept: KeptRun = {
      ...taken,
      shade: isLike ? known.shade : freeShade(others, modeOf(taken)),
      ...(known === undefined
        ? { name: this.#ownName(taken) }
        : { id: known.id, name: known.name, note: known.note, slot: known.slot }),
      comparison: comparison ?? known?.comparison,
    };
    this.#show([kept, ...others]);
    this.store.setState({ current: state.phase === 'finished' ? kept.id : null });
    this.#put(kept);
    for (const extra of this.#extra()) this.#drop(extra);
    return kept;
  }

  tell(id: string, told: Told): void {
    const known = this.#runs.find((kept) => kept.id === id);
    if (known === undefined) return;
    const kept = { ...known, ...told };
    if (told.name !== undefined || told.note !== undefined) this.#named.add(id);
    const others = this.#runs.filter((run) => run.id !== id);
    // The one just shown is the last to be hidden again.
    this.#show([kept, ...others]);
    this.#set(this.#runs.toSorted((a, b) => b.made - a.made));
    this.#put(kept);
  }

  /** Show what a link claims beside one's own runs; null: no link claims anything now. */
  claim(claimed: KeptRun | null): void {
    const own = this.#runs.filter(({ isClaimed }) => isClaimed !== true);
    this.#set(claimed === null ? own : fewShown([claimed, ...own]));
  }

  /** Another run stands on the page. */
  leave(): void {
    this.store.setState({ current: null });
  }

  /** They can be brought back until others are deleted. */
  delete(ids: readonly string[]): void {
    const gone = this.#runs.filter(({ id }) => ids.includes(id));
    for (const kept of gone) this.#drop(kept);
    this.store.setState({ deleted: gone });
  }

  undelete(): void {
    const { deleted } = this.store.getState();
    this.#set([...this.#runs, ...deleted].toSorted((a, b) => b.made - a.made));
    this.store.setState({ deleted: [] });
    for (const kept of deleted) this.#put(kept);
  }

  /** The first number that no run has, nor one that can be brought back. */
  #freeSlot(): number {
    const own = this.#runs.filter(({ isClaimed }) => isClaimed !== true);
    return freeSlot([...own, ...this.store.getState().deleted]);
  }

  /** Equal names, as of runs that differ in a rate only, are told apart by the run's number. */
  #ownName(taken: KeptRun): string {
    const isTaken = this.#runs.some(({ name }) => name === taken.name);
    return isTaken ? `${taken.name} · #${numberOf(taken)}` : taken.name;
  }

  /** More than are kept: the oldest, those that a person wrote on last. */
  #extra(): readonly KeptRun[] {
    const over = this.#runs.length - MOST_RUNS;
    if (over <= 0) return [];
    const isOwn = ({ id, note }: KeptRun) => note !== '' || this.#named.has(id);
    const oldest = this.#runs.toReversed();
    return [...oldest.filter((run) => !isOwn(run)), ...oldest.filter(isOwn)].slice(0, over);
  }

  #drop({ id }: KeptRun): void {
    this.#set(this.#runs.filter((run) => run.id !== id));
    void this.#keeping.drop(id);
  }

  #put(kept: KeptRun): void {
    if (kept.isClaimed) return;
    const stored = writeKept(kept);
    if (stored === null) return;
    void this.#keeping.put(kept.id, stored).then((isKept) => {
      this.store.setState({ isKept });
    });
  }

  /** Those beyond the first few are hidden, at the next visit too. */
  #show(runs: readonly KeptRun[]): void {
    const few = fewShown(runs);
    this.#set(few);
    for (const run of few) if (!runs.includes(run)) this.#put(run);
  }

  #set(runs: readonly KeptRun[]): void {
    this.store.setState({ runs });
  }
}

/** The first number that none of the runs has. */
function freeSlot(runs: readonly KeptRun[]): number {
  const used = new Set(runs.map(({ slot }) => slot));
  let slot = 0;
  while (used.has(slot)) slot++;
  return slot;
}

const modeOf = ({ run }: KeptRun): Mode => lastSpec(run).mode;

/** The shade that the fewest runs of a mode have. */
function freeShade(runs: readonly KeptRun[], mode: Mode): RunShade {
  const ofMode = runs.filter((run) => modeOf(run) === mode);
  const uses = (shade: RunShade) => ofMode.filter((run) => (run.shade ?? 0) === shade).length;
  return RUN_SHADES.reduce<RunShade>((best, shade) => (uses(shade) < uses(best) ? shade : best), 0);
}

/** Two tabs, or an earlier version of the page, may have given a number twice: the older run has it. */
function numberedAnew(latestFirst: readonly KeptRun[]): KeptRun[] {
  const own = latestFirst.filter(({ isClaimed }) => isClaimed !== true);
  const taken = new Set<number>();
  const all = new Map<KeptRun, KeptRun>();
  for (const run of own.toReversed()) {
    const isFree = !taken.has(run.slot);
    const slot = isFree ? run.slot : freeSlot([...own, ...all.values()]);
    taken.add(slot);
    all.set(run, isFree ? run : { ...run, slot });
  }
  return latestFirst.map((run) => all.get(run) ?? run);
}

/** All but the first few that are shown, hidden. */
function fewShown(runs: readonly KeptRun[]): KeptRun[] {
  let shown = 0;
  return runs.map((run) =>
    run.isShown && ++shown > MOST_SHOWN ? { ...run, isShown: false } : run,
  );
}
