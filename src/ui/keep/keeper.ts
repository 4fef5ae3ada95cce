/**
 * Checkpoints of the page: the run that is under way is kept by itself, at a bounded rate, so that it goes
 * on after a reload or a crash; finished and left runs keep theirs, the latest few; and files are saved
 * and opened. Storage that is denied or full costs a sentence, never the training.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PageState } from '../state/page-state.ts';
import { isRunning } from '../state/page-state.ts';
import type { Playground } from '../state/playground.ts';
import { nameOf } from '../runs/kept-run.ts';
import { KEEP, tooLong } from './text.ts';
import { type About, LATEST, type Vault } from './vault.ts';

/** Milliseconds between two checkpoints that are kept by themselves, at least; and their share of the time. */
const EVERY_MS = 15_000;
const SHARE = 0.05;
/** No larger one is kept by itself. */
export const MOST_BYTES = 2 ** 28;
/** Kept runs that keep their checkpoint, and the bytes of all of them together. */
export const MOST_KEPT = 10;
const MOST_KEPT_BYTES = 2 ** 29;
/** No longer file is opened; see checkpoint-file.ts. */
export const LONGEST_FILE = 2 ** 30;

export interface KeeperState {
  /** The run that was under way at the last visit; null: none, or it is dealt with. */
  readonly offer: About | null;
  /** Kept runs with a checkpoint, by id. */
  readonly kept: ReadonlyMap<string, About>;
  /** Why nothing is kept by itself now; null: it is. */
  readonly problem: string | null;
  /** What opening the last file came to, where it was refused. */
  readonly refused: string | null;
}

export class Keeper {
  readonly store: StoreApi<KeeperState> = createStore(() => ({
    ...{ offer: null, kept: new Map(), problem: null, refused: null },
  }));
  readonly #playground: Playground;
  readonly #vault: Vault;
  #next = 0;
  #saving: Promise<void> = Promise.resolve();
  #isSaving = false;

  constructor(playground: Playground, vault: Vault) {
    this.#playground = playground;
    this.#vault = vault;
    this.#wait(0);
    playground.store.subscribe((state, before) => {
      const isWhole = state.opened !== null && state.opened === before.opened;
      if (!isWhole || state.embed || state.isComparing || state.recorded !== null) return;
      const stopped = isRunning(before) && state.phase === 'paused';
      if (stopped || (isRunning(state) && state.step > 0 && Date.now() >= this.#next)) this.save();
    });
  }

  /** What earlier visits left here. */
  async recall(): Promise<void> {
    const all = await this.#vault.all();
    if (all === null) {
      this.store.setState({ problem: KEEP.denied });
      return;
    }
    const { [LATEST]: offer, ...kept } = Object.fromEntries(all);
    this.store.setState({
      offer: this.#playground.state.step === 0 ? (offer ?? null) : null,
      kept: new Map(Object.entries(kept)),
    });
  }

  /** Keep the run under way now, unless that is being done. */
  save(): void {
    const { step, recorded } = this.#playground.state;
    if (this.#isSaving || step === 0 || recorded !== null) return;
    this.#isSaving = true;
    const started = performance.now();
    this.#saving = this.#saving
      .then(() => this.#put(LATEST))
      .then((problem) => {
        this.store.setState({ problem });
        // What was offered is replaced by what is under way.
        if (problem === null) this.store.setState({ offer: null });
      })
      .catch(() => {
        this.store.setState({ problem: KEEP.full });
      })
      .finally(() => {
        this.#isSaving = false;
        this.#wait(performance.now() - started);
      });
  }

  /** A kept run is finished, or is being left: its checkpoint goes with it. */
  keepWith(id: string, isFinished: boolean): void {
    if (this.#playground.state.embed) return;
    // Asked for at once: what stands in the worker may be another run a moment later.
    const putting = this.#put(id).then(async (problem) => {
      if (problem !== null) return;
      if (isFinished) await this.#vault.drop([LATEST]);
      this.#shrink();
    });
    this.#saving = Promise.all([this.#saving, putting]).then(
      () => undefined,
      () => undefined,
    );
  }

  forget(ids: readonly string[]): void {
    const { kept } = this.store.getState();
    this.store.setState({ kept: new Map([...kept].filter(([id]) => !ids.includes(id))) });
    void this.#vault.drop(ids);
  }

  /** The run at hand as a file; null where none stands here. */
  async file(): Promise<Uint8Array<ArrayBuffer> | null> {
    return (await this.#made())?.file ?? null;
  }

  /** Open a checkpoint file; whatever it holds, at most a copy of its bytes is set aside. */
  async open(file: File): Promise<boolean> {
    if (file.size > LONGEST_FILE) return this.#refuse(tooLong(file.name, file.size, LONGEST_FILE));
    const bytes = await file.arrayBuffer().catch(() => null);
    if (bytes === null) return this.#refuse(`${file.name} cannot be read.`);
    return this.#goOn(new Uint8Array(bytes), file.name);
  }

  /** Go on where the last visit ended, or from a kept run's checkpoint. */
  async resume(id: string = LATEST): Promise<boolean> {
    const bytes = await this.#vault.take(id);
    if (bytes === null) return this.#refuse(KEEP.gone);
    const isOpen = await this.#goOn(bytes, KEEP.inBrowser);
    if (isOpen && id === LATEST) this.store.setState({ offer: null });
    return isOpen;
  }

  /** The run of the last visit is wanted no more. */
  dismiss(): void {
    this.store.setState({ offer: null });
    void this.#vault.drop([LATEST]);
  }

  clearRefusal(): void {
    this.store.setState({ refused: null });
  }

  /** A file, and what it is of. */
  async #made(): Promise<{ file: Uint8Array<ArrayBuffer>; seed: number; step: number } | null> {
    const handed = await this.#playground.ask('state');
    if (handed?.kind !== 'state') return null;
    // Before the worker's next message: what is drawn is still that of this run.
    const recalled = this.#playground.streams.recalled();
    const { encode } = await import('./page-file.ts');
    const { run, step } = handed.state.checkpoint;
    return { file: encode(handed.state, recalled), seed: run.spec.seed, step };
  }

  #wait(took: number): void {
    this.#next = Date.now() + Math.max(EVERY_MS, took / SHARE);
  }

  #refuse(refused: string): false {
    this.store.setState({ refused });
    this.#playground.announce(refused);
    return false;
  }

  async #goOn(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<boolean> {
    const { decode } = await import('./page-file.ts');
    const opening = decode(bytes, name);
    if (!opening.ok) return this.#refuse(opening.error);
    this.store.setState({ refused: null });
    this.#playground.goOn(opening.value.state, opening.value.recalled);
    return true;
  }

  /** Why it could not be kept, in a sentence; null where it was. */
  async #put(id: string): Promise<string | null> {
    const { state } = this.#playground;
    const about = aboutOf(state);
    const made = await this.#made();
    if (made === null || about === null) return null;
    const { file, seed, step } = made;
    // It was rewound or another run by the time it was handed over.
    if (seed !== state.run.spec.seed || step < about.step) return null;
    if (file.length > MOST_BYTES) return KEEP.tooLarge;
    const whole = { ...about, step, bytes: file.length };
    if (!(await this.#vault.put(id, whole, file))) return KEEP.full;
    if (id !== LATEST) {
      const { kept } = this.store.getState();
      this.store.setState({ kept: new Map([...kept, [id, whole]]) });
    }
    return null;
  }

  /** Only the latest few keep theirs. */
  #shrink(): void {
    const latest = [...this.store.getState().kept].sort(([, a], [, b]) => b.made - a.made);
    let bytes = 0;
    const over = latest.filter(([, about], k) => {
      bytes += about.bytes;
      return k >= MOST_KEPT || bytes > MOST_KEPT_BYTES;
    });
    if (over.length === 0) return;
    this.forget(over.map(([id]) => id));
  }
}

function aboutOf({ opened, run, step }: PageState): Omit<About, 'bytes'> | null {
  if (opened === null) return null;
  const steps = opened.stepsPerEpoch * opened.run.spec.epochs;
  return { name: nameOf(run), step, steps, made: Date.now() };
}
