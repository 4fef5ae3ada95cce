/** Checkpoints as files: there and back, and what else a file may hold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../experiment/spec.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import type { Tensor } from '../gpu/state.ts';
import { brokenCheckpoint } from '../testing/broken-checkpoint.ts';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { SMALL, zerosOf } from '../testing/small-checkpoint.ts';
import { readCheckpoint, readHead, writeCheckpoint } from './checkpoint-file.ts';
import { headerEnd, readSafetensors, writeSafetensors } from './safetensors.ts';

const checkpoint: Checkpoint = {
  run: {
    spec: SMALL,
    kernels: 'quad',
    changes: [
      { step: 3, field: 'mode', value: 'stochastic' },
      { step: 3, field: 'rate', value: 0.1 },
    ],
  },
  ...{ step: 7, mode: 'stochastic', momentsSince: 3 },
  examples: { train: 50_000, validation: 10_000, test: 10_000 },
  tensors: new Map<string, Tensor>([
    ...zerosOf(SMALL),
    [
      'dense1.w',
      { dtype: 'F32', shape: [2, 3], data: Float32Array.of(-0, 1e-45, NaN, Infinity, 1, -1) },
    ],
    ['dense1.wBits', { dtype: 'U32', shape: [2, 1], data: Uint32Array.of(0xffffffff, 1) }],
  ]),
};
const progress = { records: [{ epoch: 1, trainLoss: 0.1 + 0.2 }] };
const file = writeCheckpoint({ checkpoint, progress });

/** The file with a text of its metadata replaced, or left out. */
function withText(key: string, text?: string): Uint8Array<ArrayBuffer> {
  const read = readSafetensors(file, 'x');
  if (!read.ok) throw new Error(read.error);
  const metadata = new Map(read.value.metadata);
  if (text === undefined) metadata.delete(key);
  else metadata.set(key, text);
  return writeSafetensors({ ...read.value, metadata });
}
const run = (changed: object) => JSON.stringify({ ...checkpoint.run, ...changed });
/** The file with other tensors. */
function withTensors(change: (tensors: Map<string, Tensor>) => void): Uint8Array<ArrayBuffer> {
  const tensors = new Map(checkpoint.tensors);
  change(tensors);
  return writeCheckpoint({ checkpoint: { ...checkpoint, tensors }, progress });
}
const matrix = (...shape: [number, number]): Tensor => ({
  ...{ dtype: 'F32', shape, data: new Float32Array(shape[0] * shape[1]) },
});
const state = (changed: object) => {
  const { step, mode, momentsSince, examples } = checkpoint;
  return JSON.stringify({ step, mode, momentsSince, examples, ...changed });
};

test('a checkpoint is read as it was written, to the bit', () => {
  expect(readCheckpoint(file, 'x')).toEqual({ ok: true, value: { checkpoint, progress } });
  expect(readCheckpoint(withText('progress', 'null'), 'x')).toMatchObject({
    value: { progress: null },
  });
});

test('what only a newer build of this version writes along is left out, the run is there', () => {
  const along = { ...progress, curves: { loss: [] }, more: 1 };
  const read = readCheckpoint(withText('progress', JSON.stringify(along)), 'x');
  expect(read).toMatchObject({ ok: true, value: { checkpoint } });
});

describe('a file is refused with a sentence where', () => {
  const late = { step: 9, field: 'rate', value: 0.1 };
  const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>, RegExp])[] = [
    ['it is another file', withText('format', 'weights'), /but no checkpoint of a run/],
    ['it is of a newer version', withText('version', '2'), /made by a newer version .* reload the/],
    ['it is of version 0', withText('version', '0'), /of version "0", which is unknown; /],
    [
      'its version is nonsense',
      withText('version', '1.5'),
      /of version "1\.5", which is unknown; /,
    ],
    ['it has no version', withText('version'), /of version "", which is unknown; allowed is 1\.$/],
    [
      'its spec is of a newer version',
      withText('run', run({ spec: { ...DEFAULT_SPEC, version: 2 } })),
      /The experiment was made by a newer version /,
    ],
    ['the run is missing', withText('run'), /"run" of a checkpoint is missing\.$/],
    [
      'the run is nested without an end',
      withText('run', '['.repeat(1e6)),
      /"run" of a checkpoint is nested too deep; allowed are at most 64 levels\.$/,
    ],
    ['the run is a list', withText('run', '[]'), /no object of spec, kernels and changes/],
    [
      'the spec is out of bounds',
      withText('run', run({ spec: { ...DEFAULT_SPEC, batch: 0 } })),
      /batch is 0; /,
    ],
    [
      'the kernels are not known',
      withText('run', run({ kernels: 'cube' })),
      /the kernels are "cube"; allowed/,
    ],
    [
      'a change is none',
      withText('run', run({ changes: [{ step: 1 }] })),
      /changes are not understood/,
    ],
    [
      'changes run backwards',
      withText('run', run({ changes: [late, ...checkpoint.run.changes] })),
      /ascending by step/,
    ],
    [
      'there are many changes',
      withText('run', run({ changes: Array(201).fill(late) })),
      /201 changes; /,
    ],
    ['the state is missing', withText('state'), /"state"/],
    ['the step is no number', withText('state', state({ step: '7' })), /no object of step/],
    ['the mode is not known', withText('state', state({ mode: 'ternary' })), /no object of step/],
    ['the state has more', withText('state', state({ more: 1 })), /no object of step/],
    ['progress is no JSON', withText('progress', '{'), /"progress" of a checkpoint is not JSON\.$/],
    [
      'a tensor is of another width',
      withTensors((tensors) => tensors.set('output.w', matrix(4, 2))),
      /tensor output\.w is F32 \[4, 2\]; allowed is F32 \[3, 2\]\.$/,
    ],
    [
      'a tensor is of another type',
      withTensors((tensors) => tensors.set('output.wBits', matrix(3, 1))),
      /output\.wBits is F32 \[3, 1\]; allowed is U32 \[3, 1\]\.$/,
    ],
    [
      'a tensor is missing',
      withTensors((tensors) => tensors.delete('output.moments')),
      /lacks the tensor output\.moments; allowed is F32 \[2, 3, 2\]\.$/,
    ],
    [
      'there is one more',
      withTensors((tensors) => tensors.set('more', matrix(1, 1))),
      /has 9 tensors; allowed are the 8 of its network\.$/,
    ],
    [
      'it is behind the end of its run',
      withText('state', state({ step: 1e9 })),
      /at step 1000000000;/,
    ],
    [
      'its moments begin later',
      withText('state', state({ momentsSince: 8 })),
      /momentsSince is 8;/,
    ],
    [
      'its mode is another',
      withText('state', state({ mode: 'none' })),
      /have led to stochastic\.$/,
    ],
    [
      'a tensor is of bytes',
      writeSafetensors({
        metadata: new Map([
          ...[['format', 'binaryconnect-checkpoint'] as const, ['version', '1'] as const],
          ...[['run', run({})] as const, ['state', state({})] as const, ['progress', '0'] as const],
        ]),
        tensors: new Map([['dense1.w', { dtype: 'U8', shape: [1], data: Uint8Array.of(1) }]]),
      }),
      /dense1\.w is U8 \[1\]; allowed is F32 \[2, 3\]\.$/,
    ],
  ];
  for (const [name, bytes, wanted] of cases) {
    test(name, () => {
      const read = readCheckpoint(bytes, 'x.safetensors');
      if (read.ok) throw new Error('this was to be refused');
      expect(read.error).toMatch(SENTENCE);
      expect(read.error).toMatch(wanted);
    });
  }
});

test('the head of a file is read alone, and says all that is refused', () => {
  const end = headerEnd(file.subarray(0, 10), file.length, 'x');
  if (!end.ok) throw new Error(end.error);
  const head = file.slice(0, end.value);
  expect(readHead(head, file.length, 'x')).toMatchObject({ value: { progress } });
  expect(readHead(head, file.length - 1, 'x')).toMatchObject({ error: /cut off/ });
});

test('2,000 broken checkpoints: each read or refused, in bounded time and space', () => {
  let slowest = 0;
  fc.assert(
    fc.property(fc.oneof(brokenFile(file), brokenCheckpoint(file)), (bytes) => {
      const begun = performance.now();
      const read = readCheckpoint(bytes, 'x.safetensors');
      slowest = Math.max(slowest, performance.now() - begun);
      if (!read.ok) {
        expect(read.error).toMatch(SENTENCE);
        return;
      }
      const taken = [...read.value.checkpoint.tensors.values()];
      expect(taken.reduce((sum, { data }) => sum + data.byteLength, 0)).toBeLessThan(bytes.length);
    }),
    { seed: 22, numRuns: 2000 },
  );
  expect(slowest).toBeLessThan(1000);
});
