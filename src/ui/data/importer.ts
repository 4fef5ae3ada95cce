/**
 * Reads what a person brought, shows what came of it, and keeps it. Runs in a worker, but knows
 * neither worker nor page: the decoder, the store and the way out are handed in.
 */
import { browserCaches, fetchIndex, keepBrought } from '../../data/fetch-source.ts';
import { wholeContents } from '../../data/contents-file.ts';
import { entryOf, markOf, toKept } from '../../data/own/kept-file.ts';
import { type Official, officialIn, openTars } from '../../data/own/official.ts';
import {
  type Choices,
  NO_CHOICES,
  type OwnData,
  type Parts,
  type Questions,
} from '../../data/own/own-data.ts';
import type { Decode } from '../../data/own/pictures.ts';
import { readOwn } from '../../data/own/read-own.ts';
import { blobFile, type SourceFile } from '../../data/own/source.ts';
import { planSplit, type Split, type SplitPlan, splitsFor } from '../../data/own/split.ts';
import type { Store } from '../../data/own/store.ts';
import type {
  ImportEvent,
  ImportRequest,
  Preview,
  Sample,
  SplitPreview,
} from './import-protocol.ts';
import { VISIT_ONLY } from './text.ts';

export interface Surroundings {
  post(event: ImportEvent): void;
  readonly decode: Decode;
  openStore(): Promise<Store | null>;
}

const SAMPLES = 12;
/** Milliseconds between two words on how far it is. */
const PROGRESS_MS = 80;

export class Importer {
  readonly #around: Surroundings;
  #queue: Promise<void> = Promise.resolve();
  #files: SourceFile[] = [];
  #base = '';
  #data: OwnData | null = null;
  #official: Official | null = null;
  #said = -Infinity;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Take a request. Never throws; what goes wrong is an event. */
  handle(request: ImportRequest): void {
    this.#queue = this.#queue.then(() =>
      this.#perform(request).catch((error: unknown) => {
        const isMemory = error instanceof RangeError;
        const why = error instanceof Error ? error.message : String(error);
        this.#refuse(
          isMemory
            ? 'There is not enough memory for this data; close other tabs, or choose a smaller size.'
            : `Reading broke off by a fault of this page (${why}).`,
        );
      }),
    );
  }

  async #perform(request: ImportRequest): Promise<void> {
    switch (request.type) {
      case 'files':
        for (const { path, file } of request.files) this.#files.push(blobFile(path, file));
        return;
      case 'read':
        await this.#bring(request);
        return;
      case 'choose':
        await this.#read(request.choices);
        return;
      case 'keep':
        await this.#keep(request.name, request.split);
        return;
      case 'keep-official':
        await this.#keepOfficial();
        return;
    }
  }

  readonly #progress = (what: string, share: number | null): void => {
    const now = performance.now();
    if (now - this.#said < PROGRESS_MS) return;
    this.#said = now;
    this.#around.post({ type: 'progress', what, share });
  };

  #refuse(error: string, questions: Questions = {}): void {
    this.#around.post({ type: 'refused', error, questions });
  }

  async #bring({ base }: Extract<ImportRequest, { type: 'read' }>): Promise<void> {
    this.#base = base;
    await this.#recognise();
    await this.#read(NO_CHOICES);
  }

  /** Whether these are the files of an official set. Without the list of them there is nothing to know. */
  async #recognise(): Promise<void> {
    const index = await fetchIndex(this.#base, new AbortController().signal);
    this.#official = null;
    if (index === 'cancelled' || !index.ok) return;
    this.#files = await openTars(this.#files, index.value, this.#progress);
    this.#official = await officialIn(this.#files, index.value, this.#progress);
  }

  async #read(choices: Choices): Promise<void> {
    const { result, questions } = await readOwn(this.#files, choices, {
      decode: this.#around.decode,
      onProgress: this.#progress,
    });
    this.#data = result.ok ? result.value : null;
    if (!result.ok) {
      this.#refuse(result.error, questions);
      return;
    }
    const preview = previewOf(result.value, this.#official);
    this.#around.post({ type: 'preview', preview, questions });
  }

  async #keep(name: string, split: Split): Promise<void> {
    const data = this.#data;
    if (data === null) throw new Error('nothing was read');
    this.#progress('Preparing', null);
    const made = await toKept(data, { name, split, created: Date.now() });
    if (!made.ok) {
      this.#refuse(made.error);
      return;
    }
    const kept = made.value;
    let notice: string | null = null;
    try {
      const store = await this.#around.openStore();
      if (store === null) notice = VISIT_ONLY.denied;
      await store?.put(kept, (share) => {
        this.#progress('Keeping it in this browser', share);
      });
    } catch {
      notice = VISIT_ONLY.full;
    }
    const file = new Blob([markOf(), ...kept.pieces]);
    const entry = await entryOf(kept.id, file);
    if (entry === null) throw new Error('what was made cannot be read');
    this.#around.post({
      type: 'kept',
      entry,
      file: notice === null ? null : file,
      notice,
    });
  }

  async #keepOfficial(): Promise<void> {
    const official = this.#official;
    if (official === null) throw new Error('nothing official was brought');
    const { id, entry, files } = official;
    this.#progress('Keeping it in this browser', null);
    const extra = files.some(({ file }) => file.role === 'extra');
    const contents = entry.format === 'mat' ? wholeContents(entry, extra) : null;
    const done = await keepBrought(this.#base, browserCaches(), { id, files, contents });
    if (done) this.#around.post({ type: 'official-kept', id });
    else this.#refuse(VISIT_ONLY.official(entry.title));
  }
}

/** Twelve examples from all over the set, its counts, and how it could be split. */
export function previewOf(data: OwnData, official: Official | null): Preview {
  const { name, source, shape, count, classNames, pixels, labels } = data;
  const counts = classNames.map(() => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const inputs = pixels.length / count;
  const shown = Math.min(SAMPLES, count);
  const samples = Array.from({ length: shown }, (_, i): Sample => {
    const n = Math.floor(((i + 0.5) * count) / shown);
    return { pixels: pixels.slice(n * inputs, (n + 1) * inputs), label: labels[n] ?? 0 };
  });
  const isWhole = official !== null && official.missing.length === 0;
  const notes = [...data.notes];
  if (official !== null && !isWhole) {
    notes.push(
      `Official files of ${official.entry.title}, but not all of them: ${official.missing.join(', ')} would make it the official set.`,
    );
  }
  return {
    name,
    source,
    shape,
    count,
    classNames: isWhole ? classNames.map((label) => officialName(official, label)) : classNames,
    counts,
    notes,
    samples,
    splits: splitsFor(data).map((split) => splitPreview(data, split)),
    official:
      official !== null && isWhole ? { id: official.id, title: official.entry.title } : null,
  };
}

/** What an official set calls a class that its files only number. */
const officialName = ({ entry }: Official, label: string): string =>
  entry.classNames[Number(label)] ?? label;

function splitPreview(data: OwnData, split: Split): SplitPreview {
  const plan = planSplit(data, split);
  return { split, parts: plan.parts, absent: absentIn(data, plan) };
}

/** How many classes have no example in each part. */
function absentIn({ labels, classNames }: OwnData, { parts, order }: SplitPlan): Parts {
  let start = 0;
  const absent = (count: number): number => {
    const seen = new Set<number>();
    for (let place = start; place < start + count; place++) {
      seen.add(labels[order?.[place] ?? place] ?? 0);
    }
    start += count;
    return classNames.length - seen.size;
  };
  const train = absent(parts.train);
  const validation = absent(parts.validation);
  return { train, validation, test: absent(parts.test) };
}
