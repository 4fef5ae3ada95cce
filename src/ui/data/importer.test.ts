/** What the worker that reads does with a person's files, without a worker. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isOwnId, type OwnId } from '../../experiment/datasets.ts';
import { entryOf, fromKept, type Kept, markOf } from '../../data/own/kept-file.ts';
import { NO_CHOICES } from '../../data/own/own-data.ts';
import type { Store } from '../../data/own/store.ts';
import { bytesAnswer, localServer, type LocalServer } from '../../testing/local-server.ts';
import { csvText, decodePng } from '../../testing/own-files.ts';
import { smallSets } from '../../testing/small-data.ts';
import type { ImportEvent, ImportRequest } from './import-protocol.ts';
import { Importer } from './importer.ts';

/** A store in memory, which may have no room. */
function memoryStore(hasRoom = true): Store & { readonly files: Map<OwnId, Blob> } {
  const files = new Map<OwnId, Blob>();
  return {
    files,
    list: async () => {
      const entries = await Promise.all([...files].map(([id, file]) => entryOf(id, file)));
      return entries.filter((entry) => entry !== null);
    },
    get: (id) => Promise.resolve(files.get(id) ?? null),
    put: ({ id, pieces }: Kept, onProgress) => {
      if (!hasRoom) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
      files.set(id, new Blob([markOf(), ...pieces]));
      onProgress(1);
      return Promise.resolve();
    },
    remove: (id) => {
      files.delete(id);
      return Promise.resolve();
    },
  };
}

let server: LocalServer;
beforeAll(async () => {
  server = await localServer();
});
afterAll(() => server.close());

/** An importer, and what it says until something other than progress comes. */
function bench(store: Store | null) {
  const waiting: ((event: ImportEvent) => void)[] = [];
  const importer = new Importer({
    post: (event) => {
      if (event.type !== 'progress') waiting.shift()?.(event);
    },
    decode: decodePng,
    openStore: () => Promise.resolve(store),
  });
  return (...requests: ImportRequest[]): Promise<ImportEvent> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      for (const request of requests) importer.handle(request);
    });
}

const brought = (name: string, content: string | Uint8Array<ArrayBuffer>) => ({
  path: name,
  file: new File([content], name),
});
const readRequests = (...files: ReturnType<typeof brought>[]): ImportRequest[] => [
  { type: 'files', files },
  { type: 'read', base: server.base },
];
const TABLE = brought('t.csv', csvText(60, 16, 3));

describe('reading', () => {
  test('shows twelve examples from all over, the counts, and the splits there are', async () => {
    const ask = bench(null);
    const event = await ask(...readRequests(TABLE));
    if (event.type !== 'preview') throw new Error(JSON.stringify(event));
    const { samples, ...preview } = event.preview;
    expect(preview).toEqual({
      name: 't',
      source: 'The file "t.csv"',
      shape: { height: 4, width: 4, channels: 1 },
      count: 60,
      classNames: ['0', '1', '2'],
      counts: [20, 20, 20],
      notes: [],
      official: null,
      splits: [
        {
          split: 'shuffled',
          parts: { train: 48, validation: 6, test: 6 },
          absent: { train: 0, validation: 0, test: 0 },
        },
        {
          split: 'in-order',
          parts: { train: 48, validation: 6, test: 6 },
          absent: { train: 0, validation: 0, test: 0 },
        },
      ],
    });
    expect(samples).toHaveLength(12);
    expect(samples.map(({ label }) => label)).toEqual([2, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0]);
    expect(event.questions.flat?.inputs).toBe(16);
  });

  test('once more in another way, after a refusal too', async () => {
    const ask = bench(null);
    await ask(...readRequests(TABLE));
    const flat = { height: 3, width: 3, channels: 1 };
    const refused = await ask({ type: 'choose', choices: { ...NO_CHOICES, flat } });
    expect(refused).toMatchObject({ type: 'refused' });
    const wide = { height: 2, width: 8, channels: 1 };
    const read = await ask({ type: 'choose', choices: { ...NO_CHOICES, flat: wide } });
    expect(read).toMatchObject({ type: 'preview', preview: { shape: wide } });
  });

  test('refuses what it cannot read', async () => {
    const ask = bench(null);
    expect(await ask(...readRequests(brought('x.pdf', '%PDF')))).toMatchObject({
      type: 'refused',
      error: expect.stringContaining('is of no kind') as string,
    });
  });
});

describe('keeping', () => {
  test('puts into the store what can be trained on', async () => {
    const store = memoryStore();
    const ask = bench(store);
    await ask(...readRequests(TABLE));
    const event = await ask({ type: 'keep', name: ' Mine ', split: 'shuffled' });
    if (event.type !== 'kept') throw new Error(JSON.stringify(event));
    expect(event).toMatchObject({ file: null, notice: null });
    expect(event.entry).toMatchObject({ name: 'Mine', examples: 60, training: 48 });
    const { id } = event.entry;
    expect(isOwnId(id)).toBe(true);
    const loaded = await fromKept(id, store.files.get(id) ?? new Blob([]));
    expect(loaded).toMatchObject({ ok: true, value: { title: 'Mine', inputs: 16 } });
  });

  test.each([
    ['no room', memoryStore(false), 'no room left'],
    ['no store at all', null, 'keeps nothing for this page'],
  ])('with %s gives the data for this visit', async (_, store, sentence) => {
    const ask = bench(store);
    await ask(...readRequests(TABLE));
    const event = await ask({ type: 'keep', name: '', split: 'in-order' });
    if (event.type !== 'kept' || event.file === null) throw new Error(JSON.stringify(event));
    expect(event.notice).toContain(sentence);
    expect(event.entry.name).toBe('My data');
    expect(await fromKept(event.entry.id, event.file)).toMatchObject({ ok: true });
  });
});

describe('official files', () => {
  test('are known where all are here, and named where some are missing', async () => {
    const { sets, index } = smallSets();
    const json = JSON.stringify({ version: 1, datasets: index });
    server.answers.set('index.json', bytesAnswer(new TextEncoder().encode(json)));
    const { content } = sets.mnist;
    const all = Object.entries(content).map(([role, bytes]) =>
      brought(role.startsWith('test') ? `t10k-${role}` : role, bytes),
    );
    const ask = bench(null);
    const whole = await ask(...readRequests(...all));
    expect(whole).toMatchObject({
      type: 'preview',
      preview: {
        official: { id: 'mnist', title: 'Small mnist' },
        classNames: ['class 0', 'class 1', 'class 2', 'class 3'],
      },
    });
    // Node has no Cache API: as in a browser that denies it.
    expect(await ask({ type: 'keep-official' })).toMatchObject({
      type: 'refused',
      error: expect.stringContaining('no room left for Small mnist') as string,
    });
    const other = bench(null);
    const some = await other(...readRequests(...all.slice(0, 2)));
    if (some.type !== 'preview') throw new Error(JSON.stringify(some));
    expect(some.preview.official).toBeNull();
    expect(some.preview.notes.join()).toContain('Official files of Small mnist, but not all');
    server.answers.delete('index.json');
  });
});
