/**
 * The meeting point of the panel and the worker that reads: what a person does goes out as requests,
 * what comes back becomes state. Knows nothing of React.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DatasetId, OwnId } from '../../experiment/datasets.ts';
import { isOwnId } from '../../experiment/datasets.ts';
import { type Choices, NO_CHOICES } from '../../data/own/own-data.ts';
import type { fetchRemote } from '../../data/own/remote.ts';
import type { Split } from '../../data/own/split.ts';
import type { Store } from '../../data/own/store.ts';
import type { Playground } from '../state/playground.ts';
import { type DeskState, EMPTY_DESK, type OwnEntry, type Stage } from './desk-state.ts';
import type { BroughtFile, ImportEvent, ImportRequest } from './import-protocol.ts';
import { bringForVisit, forgetForVisit } from './visit.ts';

/** The wire to the worker that reads. */
export interface ImportClient {
  send(request: ImportRequest): void;
  /** End the worker, whatever it is doing. */
  close(): void;
}

export interface DeskSurroundings {
  connect(onEvent: (event: ImportEvent) => void, onCrash: (message: string) => void): ImportClient;
  openStore(): Promise<Store | null>;
  readonly fetch: typeof fetchRemote;
  /** Address of the page's data folder, with a slash at the end. */
  base(): string;
  /** Let the page do what waits, such as drawing. */
  pause(): Promise<void>;
  /** Ask the browser, once and quietly, not to throw away what is kept. */
  persist(): void;
}

/** Files handed over at a time: each takes the page about a sixth of a millisecond. */
const PORTION = 100;
/** Milliseconds between two words on how far a download is. */
const PROGRESS_MS = 80;

export class Desk {
  readonly store: StoreApi<DeskState> = createStore(() => EMPTY_DESK);
  readonly #playground: Playground;
  readonly #around: DeskSurroundings;
  #client: ImportClient | null = null;
  #fetching: AbortController | null = null;
  #choices: Choices = NO_CHOICES;

  constructor(playground: Playground, around: DeskSurroundings) {
    this.#playground = playground;
    this.#around = around;
  }

  get state(): DeskState {
    return this.store.getState();
  }

  set(patch: Partial<DeskState>): void {
    this.store.setState(patch);
  }

  /** Show the panel, with what is kept as it is now. */
  open(): void {
    this.#playground.set({ ownOpen: true });
    void this.refresh();
  }

  /** Close the panel. What is being read goes on, and is there when it is opened again. */
  close(): void {
    this.#playground.set({ ownOpen: false });
    if (this.state.stage.kind === 'refused') this.again();
  }

  /** Read files: dropped or picked. */
  bring(files: readonly BroughtFile[]): void {
    if (files.length > 0) void this.#begin(files);
  }

  /** Read the file at an address that the person typed; never from a link. */
  async fetch(address: string): Promise<void> {
    this.again();
    this.#stage({ kind: 'reading', what: 'Fetching', share: null });
    const fetching = new AbortController();
    this.#fetching = fetching;
    const { signal } = fetching;
    let said = -Infinity;
    const fetched = await this.#around.fetch(
      address,
      (what, share) => {
        const now = performance.now();
        if (signal.aborted || now - said < PROGRESS_MS) return;
        said = now;
        this.#stage({ kind: 'reading', what, share });
      },
      signal,
    );
    if (signal.aborted) return;
    this.#fetching = null;
    if (fetched.ok) this.bring([{ path: fetched.value.name, file: fetched.value }]);
    else this.#refused(fetched.error);
  }

  /** Read the same files in another way. */
  choose(choices: Choices): void {
    this.#choices = choices;
    this.#stage({ kind: 'reading', what: 'Reading once more', share: null });
    this.#send({ type: 'choose', choices });
  }

  setName(name: string): void {
    const { stage } = this.state;
    if (stage.kind === 'preview') this.#stage({ ...stage, name });
  }

  setSplit(split: Split): void {
    const { stage } = this.state;
    if (stage.kind === 'preview') this.#stage({ ...stage, split });
  }

  /** Keep what is shown, then train on it. */
  use(): void {
    const { stage } = this.state;
    if (stage.kind !== 'preview') return;
    const { preview, name, split } = stage;
    this.#stage({ kind: 'reading', what: 'Preparing', share: null });
    this.#send(
      preview.official === null ? { type: 'keep', name, split } : { type: 'keep-official' },
    );
  }

  /** Give up what is being read, at once. */
  again(): void {
    this.#end();
    this.#stage({ kind: 'start' });
  }

  /** Look again at what is kept. */
  async refresh(): Promise<void> {
    const visit = this.state.kept.filter((entry) => entry.visit);
    const listed = await this.#stored((store) => store.list()).catch(() => null);
    const kept = (listed ?? []).map((entry): OwnEntry => ({ ...entry, visit: false }));
    const others = visit.filter(({ id }) => !kept.some((entry) => entry.id === id));
    this.set({ kept: [...kept, ...others].sort((a, b) => b.created - a.created) });
  }

  async remove(id: OwnId): Promise<void> {
    const name = this.state.kept.find((entry) => entry.id === id)?.name ?? '';
    forgetForVisit(id);
    this.set({ kept: this.state.kept.filter((entry) => entry.id !== id) });
    await this.#stored((store) => store.remove(id)).catch(() => undefined);
    await this.refresh();
    this.set({ said: `“${name}” is deleted.` });
  }

  /** Choose a data set, own or not: at step 0 at once, in the middle of a run as an edit. */
  train(id: DatasetId): void {
    const training = this.state.kept.find((entry) => entry.id === id)?.training ?? Infinity;
    if (this.#playground.chooseData(id, training) === 'smaller-batch') {
      this.#playground.announce(
        `The batch is ${training} now: there are no more training examples than that.`,
      );
    }
    // A run that waited for exactly this data, as a link's does, is no edit: it only starts again.
    const { failure, run, draft } = this.#playground.state;
    if (failure?.kind === 'data' && run.spec.data === id && draft === null) {
      this.#playground.restart();
    }
  }

  #end(): void {
    this.#client?.close();
    this.#client = null;
    this.#fetching?.abort();
    this.#fetching = null;
  }

  #refused(error: string): void {
    this.#stage({ kind: 'refused', error, questions: {}, choices: NO_CHOICES });
  }

  async #begin(files: readonly BroughtFile[]): Promise<void> {
    this.#end();
    this.#choices = NO_CHOICES;
    this.set({ notice: null });
    this.#stage({ kind: 'reading', what: 'Reading', share: null });
    this.open();
    const client = this.#connected();
    for (let start = 0; start < files.length; start += PORTION) {
      if (start > 0) {
        const what = `Handing over ${start} of ${files.length} files`;
        this.#stage({ kind: 'reading', what, share: start / files.length });
        await this.#around.pause();
        // Given up, or replaced by others, meanwhile.
        if (!this.#isCurrent(client)) return;
      }
      client.send({ type: 'files', files: files.slice(start, start + PORTION) });
    }
    client.send({ type: 'read', base: this.#around.base() });
  }

  /** Asked through a function, so that the compiler does not take an earlier answer for granted. */
  #isCurrent(client: ImportClient): boolean {
    return this.#client === client;
  }

  #stage(stage: Stage): void {
    this.set({ stage });
  }

  #connected(): ImportClient {
    this.#client ??= this.#around.connect(this.#receive, this.#crash);
    return this.#client;
  }

  #send(request: ImportRequest): void {
    this.#connected().send(request);
  }

  readonly #receive = (event: ImportEvent): void => {
    switch (event.type) {
      case 'progress':
        // Words that were on their way when something ended say nothing any more.
        if (this.state.stage.kind === 'reading') {
          this.#stage({ kind: 'reading', what: event.what, share: event.share });
        }
        return;
      case 'preview': {
        const { preview, questions } = event;
        const [first] = preview.splits;
        this.#stage({
          kind: 'preview',
          preview,
          questions,
          choices: this.#choices,
          name: preview.name,
          split: first?.split ?? 'shuffled',
        });
        this.set({
          said: `Read: ${preview.count} examples of ${preview.classNames.length} classes.`,
        });
        return;
      }
      case 'refused': {
        const { error, questions } = event;
        this.#stage({ kind: 'refused', error, questions, choices: this.#choices });
        return;
      }
      case 'kept':
        this.#kept(event);
        return;
      case 'official-kept':
        this.#done();
        this.train(event.id);
        return;
    }
  };

  #kept({ entry, file, notice }: Extract<ImportEvent, { type: 'kept' }>): void {
    if (file === null) this.#around.persist();
    else bringForVisit(entry.id, file);
    const others = this.state.kept.filter(({ id }) => id !== entry.id);
    this.set({ kept: [{ ...entry, visit: file !== null }, ...others], notice });
    this.#done();
    this.train(entry.id);
    if (notice !== null) this.#playground.announce(notice);
  }

  /** The worker has done its work, and holds what it read. */
  #done(): void {
    this.again();
    this.#playground.set({ ownOpen: false });
  }

  readonly #crash = (message: string): void => {
    this.#end();
    this.#refused(message);
  };

  async #stored<T>(action: (store: Store) => Promise<T>): Promise<T | null> {
    const store = await this.#around.openStore();
    return store === null ? null : action(store);
  }
}

/** Whether a run's data is somebody's own and not here. */
export const isMissing = (id: DatasetId, kept: readonly OwnEntry[]): boolean =>
  isOwnId(id) && !kept.some((entry) => entry.id === id);
