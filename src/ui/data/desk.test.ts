/** The panel's state, with a wire that only remembers. */
import { describe, expect, test } from 'vitest';
import type { OwnId } from '../../experiment/datasets.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import type { KeptEntry } from '../../data/own/kept-file.ts';
import { bench as playgroundBench, openedEvent, phaseEvent } from '../testing.ts';
import { Desk } from './desk.ts';
import type { ImportEvent, ImportRequest, Preview } from './import-protocol.ts';
import { watchVisit } from './visit.ts';

const ID: OwnId = 'own-4x4x1-3-0123456789abcdef';
const ENTRY: KeptEntry = {
  id: ID,
  name: 'Mine',
  source: 'The file "t.csv"',
  created: 1,
  examples: 60,
  training: 48,
  bytes: 1000,
};
const PREVIEW: Preview = {
  name: 't',
  source: 'The file "t.csv"',
  shape: { height: 4, width: 4, channels: 1 },
  count: 60,
  classNames: ['0', '1', '2'],
  counts: [20, 20, 20],
  notes: [],
  samples: [],
  splits: [
    {
      split: 'given',
      parts: { train: 40, validation: 10, test: 10 },
      absent: { train: 0, validation: 0, test: 0 },
    },
  ],
  official: null,
};
const FILE = { path: 't.csv', file: new File(['1'], 't.csv') };

function bench(kept: KeptEntry[] = []) {
  const page = playgroundBench();
  const requests: ImportRequest[] = [];
  const removed: OwnId[] = [];
  let closed = 0;
  let persisted = 0;
  let answer: (fetched: Result<File>) => void = () => undefined;
  let emit: (event: ImportEvent) => void = () => undefined;
  let crash: (message: string) => void = () => undefined;
  const desk = new Desk(page.playground, {
    connect: (onEvent, onCrash) => {
      emit = onEvent;
      crash = onCrash;
      return {
        send: (request) => requests.push(request),
        close: () => {
          closed += 1;
        },
      };
    },
    openStore: () =>
      Promise.resolve({
        list: () => Promise.resolve(kept.filter(({ id }) => !removed.includes(id))),
        get: () => Promise.resolve(null),
        put: () => Promise.resolve(),
        remove: (id) => {
          removed.push(id);
          return Promise.resolve();
        },
      }),
    base: () => 'https://example.org/data/',
    fetch: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
    pause: () => Promise.resolve(),
    persist: () => {
      persisted += 1;
    },
  });
  page.playground.openLink('');
  page.emit(openedEvent(page.playground.state.run));
  page.emit(phaseEvent('paused'));
  return {
    desk,
    page,
    requests,
    removed,
    emit: (event: ImportEvent) => {
      emit(event);
    },
    crash: (message: string) => {
      crash(message);
    },
    answer: (fetched: Result<File>) => {
      answer(fetched);
    },
    closed: () => closed,
    persisted: () => persisted,
  };
}

describe('the panel', () => {
  test('reads what is brought, shows it, and trains on it once it is kept', () => {
    const { desk, page, requests, emit, closed, persisted } = bench();
    desk.bring([FILE]);
    expect(page.playground.state.ownOpen).toBe(true);
    expect(desk.state.stage.kind).toBe('reading');
    expect(requests).toEqual([
      { type: 'files', files: [FILE] },
      { type: 'read', base: 'https://example.org/data/' },
    ]);
    emit({ type: 'progress', what: 'Reading t.csv', share: 0.5 });
    expect(desk.state.stage).toMatchObject({ what: 'Reading t.csv', share: 0.5 });
    emit({ type: 'preview', preview: PREVIEW, questions: {} });
    expect(desk.state.stage).toMatchObject({ kind: 'preview', name: 't', split: 'given' });
    // Words still on their way change nothing.
    emit({ type: 'progress', what: 'late', share: 1 });
    expect(desk.state.stage.kind).toBe('preview');
    desk.setName('Mine');
    desk.use();
    expect(requests.at(-1)).toEqual({ type: 'keep', name: 'Mine', split: 'given' });
    emit({ type: 'kept', entry: ENTRY, file: null, notice: null });
    expect(page.playground.state.ownOpen).toBe(false);
    expect(desk.state.stage.kind).toBe('start');
    expect([closed(), persisted()]).toEqual([1, 1]);
    expect(desk.state.kept).toEqual([{ ...ENTRY, visit: false }]);
    expect(page.playground.state.run.spec.data).toBe(ID);
    expect(page.playground.state.run.spec.batch).toBeLessThanOrEqual(48);
  });

  test('gives up at once: the worker ends, whatever it is doing', () => {
    const { desk, requests, closed } = bench();
    desk.bring([FILE]);
    expect(requests).toHaveLength(2);
    desk.again();
    expect(closed()).toBe(1);
    expect(desk.state.stage.kind).toBe('start');
    // Other files replace those being read.
    desk.bring([FILE]);
    desk.bring([FILE]);
    expect(closed()).toBe(2);
  });

  test('fetches what was typed, then reads it; or says why not, or gives it up', async () => {
    const { desk, requests, answer } = bench();
    const fetching = desk.fetch('https://huggingface.co/x');
    expect(desk.state.stage).toMatchObject({ kind: 'reading', what: 'Fetching' });
    answer(ok(FILE.file));
    await fetching;
    expect(requests[0]).toEqual({ type: 'files', files: [FILE] });
    const refused = desk.fetch('https://huggingface.co/x');
    answer(fail('It broke off.'));
    await refused;
    expect(desk.state.stage).toMatchObject({ kind: 'refused', error: 'It broke off.' });
    const left = desk.fetch('https://huggingface.co/x');
    desk.again();
    answer(ok(FILE.file));
    await left;
    expect(desk.state.stage.kind).toBe('start');
  });

  test('hands many files over in portions, until they are given up', async () => {
    const { desk, requests } = bench();
    const many = Array.from({ length: 250 }, () => FILE);
    desk.bring(many);
    await expect.poll(() => requests.length).toBe(4);
    const counts = requests.map((request) =>
      request.type === 'files' ? request.files.length : request.type,
    );
    expect(counts).toEqual([100, 100, 50, 'read']);
    desk.bring(many);
    desk.again();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(requests).toHaveLength(5);
  });

  test('keeps a refusal with what may be chosen, and forgets it when closed', () => {
    const { desk, emit, crash } = bench();
    desk.bring([FILE]);
    emit({ type: 'refused', error: 'No.', questions: { colour: { value: 'grey' } } });
    expect(desk.state.stage).toMatchObject({ error: 'No.', questions: { colour: {} } });
    desk.close();
    expect(desk.state.stage.kind).toBe('start');
    desk.bring([FILE]);
    crash('out of memory');
    expect(desk.state.stage).toMatchObject({ kind: 'refused', error: 'out of memory' });
  });

  test('hands what could not be kept to every worker that trains', () => {
    const { desk, emit, page } = bench();
    const seen: [OwnId, Blob][] = [];
    const stop = watchVisit((id, file) => seen.push([id, file]));
    desk.bring([FILE]);
    emit({ type: 'preview', preview: PREVIEW, questions: {} });
    desk.use();
    const file = new Blob(['x']);
    emit({ type: 'kept', entry: ENTRY, file, notice: 'No room.' });
    expect(seen).toEqual([[ID, file]]);
    expect(desk.state).toMatchObject({ notice: 'No room.', kept: [{ id: ID, visit: true }] });
    expect(page.playground.state.announcement).toBe('No room.');
    // A worker started later gets it too.
    const later: OwnId[] = [];
    watchVisit((id) => later.push(id))();
    expect(later).toEqual([ID]);
    stop();
  });

  test('lists what is kept, newest first, and deletes for good', async () => {
    const other: KeptEntry = { ...ENTRY, id: 'own-4x4x1-3-fedcba9876543210', created: 2 };
    const { desk, removed } = bench([ENTRY, other]);
    await desk.refresh();
    expect(desk.state.kept.map(({ id }) => id)).toEqual([other.id, ID]);
    await desk.remove(ID);
    expect(removed).toEqual([ID]);
    expect(desk.state.kept.map(({ id }) => id)).toEqual([other.id]);
    expect(desk.state.said).toBe('“Mine” is deleted.');
  });

  test('starts a run again that waited for exactly this data', () => {
    const { desk, page } = bench();
    page.playground.openLink(`#v=1&data=${ID}&net=8`);
    page.emit({ type: 'phase', phase: 'failed', failure: { kind: 'data', message: 'Not here.' } });
    const before = page.sent.filter(({ type }) => type === 'open').length;
    desk.train(ID);
    expect(page.sent.filter(({ type }) => type === 'open')).toHaveLength(before + 1);
    expect(page.playground.state.failure).toBeNull();
  });
});
