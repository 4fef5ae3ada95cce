/** Checkpoints as files: there and back, and what else a file may hold. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ADAM, DEFAULT_SPEC } from '../experiment/spec.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import type { Tensor } from '../gpu/state.ts';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const checkpoint: Checkpoint = {
  run: {
    spec: { ...DEFAULT_SPEC, seed: 4_000_000_000, optimizer: ADAM },
    kernels: 'quad',
    changes: [
      { step: 3, field: 'mode', value: 'stochastic' },
      { step: 3, field: 'rate', value: 0.1 },
    ],
  },
  ...{ step: 7, mode: 'stochastic', momentsSince: 3 },
  examples: { train: 50_000, validation: 10_000, test: 10_000 },
  tensors: new Map<string, Tensor>([
    ['dense1.w', { dtype: 'F32', shape: [1, 2], data: Float32Array.of(-0, 1e-45) }],
    ['dense1.wBits', { dtype: 'U32', shape: [1, 1], data: Uint32Array.of(0xffffffff) }],
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

describe('a file is refused with a sentence where', () => {
  const late = { step: 9, field: 'rate', value: 0.1 };
  const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>, RegExp])[] = [
    ['it is another file', withText('format', 'weights'), /but no checkpoint of a run/],
    ['it is of a newer version', withText('version', '2'), /of version "2"; .* reads version 1\.$/],
    ['the run is missing', withText('run'), /"run" .* is missing, or is not JSON/],
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
    ['progress is no JSON', withText('progress', '{'), /"progress"/],
    [
      'a tensor is of bytes',
      writeSafetensors({
        metadata: new Map([
          ...[['format', 'binaryconnect-checkpoint'] as const, ['version', '1'] as const],
          ...[['run', run({})] as const, ['state', state({})] as const, ['progress', '0'] as const],
        ]),
        tensors: new Map([['a', { dtype: 'U8', shape: [1], data: Uint8Array.of(1) }]]),
      }),
      /"a" is of type U8/,
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

test('2,000 broken checkpoints: each read or refused, in bounded time and space', () => {
  let slowest = 0;
  fc.assert(
    fc.property(brokenFile(file), (bytes) => {
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
