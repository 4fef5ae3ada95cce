/**
 * Checkpoints of the page: the run that is under way is kept by itself, at a bounded rate, so that it goes
 * on after a reload or a crash; finished and left runs keep theirs, the latest few; and files are saved
 * and opened. Storage that is denied or full costs a sentence, never the training.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Resumable } from '../../session/progress.ts';
import { sameData } from '../state/drafts.ts';
import { isRunning } from '../state/page-state.ts';
import type { Playground } from '../state/playground.ts';
import type { Recalled } from '../state/streams.ts';
import { uniqueId } from '../state/unique-id.ts';
import { nameOf } from '../runs/kept-run.ts';
import type { Claims } from './claims.ts';
import type * as PageFile from './page-file.ts';
import { KEEP, tooLong } from './text.ts';
import { type About, isLive, LIVE, type Vault } from './vault.ts';

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

/** Left by tabs that are gone, and offered: the latest few. */
const MOST_OFFERS = 3;
/** A tab that is reloaded may let go of its lock a moment later. */
const SETTLED_MS = 1500;

export interface Offer extends About {
  readonly id: string;
}

export interface KeeperState {
  /** Runs that were under way in tabs that are gone, the latest first, until they are dealt with. */
  readonly offers: readonly Offer[];
  /** Kept runs with a checkpoint, by id. */
  readonly kept: ReadonlyMap<string, About>;
  /** Why nothing is kept by itself now; null: it is. */
  readonly problem: string | null;
  /** What opening the last file came to, where it was refused. */
  readonly refused: string | null;
}

type Code = typeof PageFile;

/** Checkpoints are read and written by code that comes when it is needed; null where it does not come. */
const loadCode = (): Promise<Code | null> => import('./page-file.ts').catch(() => null);

/** What the worker handed over, and what was drawn then. */
interface Taken {
  readonly state: Resumable;
  readonly recalled: Recalled;
}

/** What became of keeping a run; `problem` is a sentence where something was in the way. */
interface Outcome {
  readonly isKept: boolean;
  readonly problem: string | null;
}

/** The run does not stand in the worker any more. */
const GONE: Outcome = { isKept: false, problem: null };
const failed = (problem: string): Outcome => ({ isKept: false, problem });

export class Keeper {
  readonly store: StoreApi<KeeperState> = createStore(() => ({
    ...{ offers: [], kept: new Map(), problem: null, refused: null },
  }));
  readonly #playground: Playground;
  readonly #vault: Vault;
  readonly #claims: Claims;
  /** Where this tab keeps the run under way. */
  #own = LIVE + uniqueId();
  #isDenied = false;
  #next = 0;
  #saving: Promise<void> = Promise.resolve();
  #isSaving = false;

  constructor(playground: Playground, vault: Vault, claims: Claims) {
    this.#playground = playground;
    this.#vault = vault;
    this.#claims = claims;
    void claims.take(this.#own);
    this.#wait(0);
    playground.store.subscribe((state, before) => {
      const isWhole = state.opened !== null && state.opened === before.opened;
      if (!isWhole || state.embed || state.isComparing || state.recorded !== null) return;
      const stopped = isRunning(before) && state.phase === 'paused';
      if (stopped || (isRunning(state) && state.step > 0 && Date.now() >= this.#next)) this.save();
    });
  }

  /** What earlier visits left here; runs under way in other tabs are theirs. */
  async recall(): Promise<void> {
    if (!(await this.#recall())) return;
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    await this.#recall();
  }

  /** True where there may be more to find in a moment. */
  async #recall(): Promise<boolean> {
    const all = await this.#vault.all();
    if (all === null) {
      this.#isDenied = true;
      this.store.setState({ problem: KEEP.denied });
      return false;
    }
    const live = [...all.keys()].filter(isLive);
    const free = (await this.#claims.free(live)).filter((id) => id !== this.#own);
    const offers = free
      .flatMap((id) => {
        const about = all.get(id);
        return about === undefined ? [] : [{ id, ...about }];
      })
      .sort((a, b) => b.made - a.made);
    const kept = new Map([...all].filter(([id]) => !isLive(id)));
    this.store.setState({ offers: offers.slice(0, MOST_OFFERS), kept });
    if (offers.length > MOST_OFFERS) {
      void this.#vault.drop(offers.slice(MOST_OFFERS).map(({ id }) => id));
    }
    return live.length > free.length;
  }

  /** Keep the run under way now, unless that is being done. */
  save(): void {
    const { step, recorded, opened } = this.#playground.state;
    if (this.#isSaving || step === 0 || recorded !== null || opened?.adapter.cpu) return;
    this.#isSaving = true;
    const started = performance.now();
    // Asked for at once; storage takes its turn.
    const putting = this.#put(this.#own, this.#saving);
    this.#saving = putting
      .then(({ isKept, problem }) => {
        if (isKept || problem !== null) this.store.setState({ problem });
      })
      .catch(() => {
        this.store.setState({ problem: KEEP.full });
      })
      .finally(() => {
        this.#isSaving = false;
        this.#wait(performance.now() - started);
      });
  }

  /**
   * A kept run is finished, or is being left: its checkpoint goes with it. Resolves with whether one does.
   * Asked for at once: what stands in the worker may be another run a moment later.
   */
  keepWith(id: string, isFinished: boolean): Promise<boolean> {
    if (this.#playground.state.embed) return Promise.resolve(false);
    const putting = this.#put(id, this.#saving)
      .then(async ({ isKept }) => {
        if (!isKept) return false;
        if (isFinished) await this.#vault.drop([this.#own]);
        this.#shrink();
        return true;
      })
      .catch(() => false);
    this.#saving = putting.then(() => undefined);
    return putting;
  }

  forget(ids: readonly string[]): void {
    const { kept } = this.store.getState();
    this.store.setState({ kept: new Map([...kept].filter(([id]) => !ids.includes(id))) });
    void this.#vault.drop(ids);
  }

  /** The run at hand as a file; null where none stands here. */
  async file(): Promise<Uint8Array<ArrayBuffer> | null> {
    const taking = this.#take();
    const [code, taken] = [await loadCode(), await taking];
    return code && taken && code.encode(taken.state, taken.recalled);
  }

  /** Open a checkpoint file; whatever it holds, at most a copy of its bytes is set aside. */
  async open(file: File): Promise<boolean> {
    if (file.size > LONGEST_FILE) return this.#refuse(tooLong(file.name, file.size, LONGEST_FILE));
    const code = await loadCode();
    if (code === null) return this.#refuse(KEEP.notLoaded);
    const read = await code.bytesOf(file, file.name);
    return read.ok ? this.#goOn(read.value, file.name) : this.#refuse(read.error);
  }

  /** Go on where another tab ended, or from a kept run's checkpoint. */
  async resume(id: string): Promise<boolean> {
    if (isLive(id) && !(await this.#claims.take(id))) {
      this.#withdraw(id);
      return this.#refuse(KEEP.elsewhere);
    }
    const bytes = await this.#vault.take(id);
    if (bytes === null) {
      this.#withdraw(id);
      return this.#refuse(KEEP.gone);
    }
    const isOpen = await this.#goOn(bytes, KEEP.inBrowser);
    if (!isOpen || !isLive(id)) return isOpen;
    this.#withdraw(id);
    // It is this tab's now. What was kept of the run that stood here went to the kept runs.
    void this.#vault.drop([this.#own]);
    this.#own = id;
    return true;
  }

  /** A run that is offered is wanted no more. */
  dismiss(id: string): void {
    this.#withdraw(id);
    void this.#vault.drop([id]);
  }

  #withdraw(id: string): void {
    const { offers } = this.store.getState();
    this.store.setState({ offers: offers.filter((offer) => offer.id !== id) });
  }

  clearRefusal(): void {
    this.store.setState({ refused: null });
  }

  /** The run as it stands in the worker, which is asked at once; null where none stands there. */
  async #take(): Promise<Taken | null> {
    const handed = await this.#playground.ask('state');
    if (handed?.kind !== 'state') return null;
    // Before the worker's next message: what is drawn is still that of this run.
    return { state: handed.state, recalled: this.#playground.streams.recalled() };
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
    const code = await loadCode();
    if (code === null) return this.#refuse(KEEP.notLoaded);
    const opening = code.decode(bytes, name);
    if (!opening.ok) return this.#refuse(opening.error);
    this.store.setState({ refused: null });
    this.#playground.goOn(opening.value.state, opening.value.recalled);
    return true;
  }

  /** @param before what storage is busy with. */
  async #put(id: string, before: Promise<void>): Promise<Outcome> {
    const { run, opened, step } = this.#playground.state;
    const taking = this.#take();
    const [code, taken] = [await loadCode(), await taking];
    if (code === null) return failed(KEEP.notLoaded);
    if (taken === null || opened === null) return GONE;
    const { checkpoint } = taken.state;
    // It was rewound, or is another run, by the time it was handed over.
    if (!sameData(checkpoint.run.spec, run.spec) || checkpoint.step < step) return GONE;
    const file = code.encode(taken.state, taken.recalled);
    if (file.length > MOST_BYTES) return failed(KEEP.tooLarge);
    const about = {
      ...{ name: nameOf(run), step: checkpoint.step, bytes: file.length, made: Date.now() },
      steps: opened.stepsPerEpoch * opened.run.spec.epochs,
    };
    await before;
    if (!(await this.#vault.put(id, about, file))) {
      return failed(this.#isDenied ? KEEP.denied : KEEP.full);
    }
    if (!isLive(id)) {
      const { kept } = this.store.getState();
      this.store.setState({ kept: new Map([...kept, [id, about]]) });
    }
    return { isKept: true, problem: null };
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
