/** What the page opens: a run to go on from and what was drawn of it, or a sentence; and no more of a file than it takes. */
import { describe, expect, test } from 'vitest';
import { writeCheckpoint } from '../../export/checkpoint-file.ts';
import { SENTENCE } from '../../testing/fuzz.ts';
import { withHeader } from '../../testing/broken-checkpoint.ts';
import { smallCheckpoint } from '../../testing/small-checkpoint.ts';
import { Streams } from '../state/streams.ts';
import { bytesOf, decode } from './page-file.ts';

const { checkpoint, progress } = smallCheckpoint();
const withProgress = (changed: object) =>
  writeCheckpoint({ checkpoint, progress: { ...progress, ...changed } });
const file = withProgress({});

function opened(bytes: Uint8Array<ArrayBuffer>) {
  const read = decode(bytes, 'x.safetensors');
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

describe('curves', () => {
  test('come back as they were', () => {
    const { loss, error } = opened(file).recalled;
    expect(loss).toHaveLength(3);
    expect(error).toEqual([{ from: 1, to: 7, value: 30.5 }]);
  });

  const good = [1, 2, 0.5];
  test.each([
    ['a point at no step there is', [[1, 1e308, 1]]],
    ['a point behind the checkpoint', [good, [7, 8, 1]]],
    ['a point twice', [good, good]],
    ['points that run backwards', [[3, 4, 1], good]],
    ['a span turned round', [[2, 1, 1]]],
    ['half a step', [[1, 1.5, 1]]],
    ['a point before the first step', [[0, 1, 1]]],
    ['a point that is none', [[1, 2, null]]],
    ['too many points', Array.from({ length: 513 }, (_, k) => [k + 1, k + 1, 1])],
  ])('with %s are not drawn, and the run goes on without', (_, loss) => {
    const { state, recalled } = opened(withProgress({ curves: { loss, error: [] } }));
    expect(recalled.loss).toEqual([]);
    expect(state.checkpoint.step).toBe(7);
    const streams = new Streams();
    streams.reset(2, 'stochastic');
    streams.recall(recalled);
    streams.loss.push(8, 0.25);
    expect(streams.loss.points()).toEqual([{ from: 8, to: 8, value: 0.25 }]);
  });
});

describe('a file that a person brings', () => {
  /** A file that counts how far it was read. */
  function counting(bytes: Uint8Array<ArrayBuffer>, size = bytes.length) {
    const told = { end: 0 };
    const blob = new Blob([bytes]);
    const counted = {
      size,
      slice: (start: number, end: number) => {
        told.end = Math.max(told.end, end);
        return blob.slice(start, end);
      },
    };
    return { told, blob: counted as unknown as Blob };
  }

  test('is read whole where it is a checkpoint', async () => {
    const read = await bytesOf(new Blob([file]), 'x');
    expect(read.ok && read.value).toEqual(file);
  });

  test('of another kind is refused by its first bytes, however large', async () => {
    const { told, blob } = counting(new Uint8Array(100).fill(0x89), 2 ** 30);
    const read = await bytesOf(blob, 'x.png');
    expect(read).toMatchObject({ error: /^x\.png is no safetensors file/ });
    expect(told.end).toBe(10);
  });

  test('of safetensors that are no checkpoint is refused by its header', async () => {
    const header = '{"a":{"dtype":"F32","shape":[1000],"data_offsets":[0,4000]}}';
    const { told, blob } = counting(withHeader(header, new Uint8Array(4000)));
    const read = await bytesOf(blob, 'x');
    expect(read).toMatchObject({ error: /but no checkpoint of a run\.$/ });
    expect(told.end).toBe(8 + header.length);
  });

  test('that cannot be read gives a sentence', async () => {
    const gone = { size: 100, slice: () => ({ arrayBuffer: () => Promise.reject(new Error()) }) };
    expect(await bytesOf(gone as unknown as Blob, 'x')).toEqual({
      ok: false,
      error: 'x cannot be read.',
    });
  });
});

test.each([
  ['a type that has no text', '{"toString":1,"valueOf":1}', /is of type an object; allowed are/],
  ['a type nested deep', '['.repeat(60) + ']'.repeat(60), /is of type a list of 1; /],
  ['JSON nested deeper', '['.repeat(4e6), /its header is nested too deep; allowed are at most 64/],
])('%s gives a sentence', (_, dtype, wanted) => {
  const read = decode(withHeader(`{"a":{"dtype":${dtype}}}`, new Uint8Array()), 'x.safetensors');
  if (read.ok) throw new Error('this was to be refused');
  expect(read.error).toMatch(wanted);
  expect(read.error).toMatch(SENTENCE);
});
