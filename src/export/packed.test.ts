/** Packed networks, run by their two readers, beside the engine that trained them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset, Examples } from '../data/dataset.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../experiment/spec.ts';
import { compile, hasCompiler } from '../testing/c-program.ts';
import {
  conv,
  dense,
  expectAlike,
  fashion,
  largest,
  pool,
  specOf,
  type TrainedNet,
  trainedNet,
} from '../testing/exported.ts';
import { brokenFile, SENTENCE } from '../testing/fuzz.ts';
import { type Gpu, gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { packNetwork } from './packed.ts';
import { PACKED_BOUNDS, readPacked, type PackedModel } from './reader/packed-reader.ts';

const withC = hasCompiler();
let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
  if (withC) compile('src/export/reader/bc_predict.c', path('bc_predict'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
const runC = (...args: string[]): Ran =>
  spawnSync(path('bc_predict'), args, { encoding: 'utf8', maxBuffer: 2 ** 26 });

interface Packed extends TrainedNet {
  readonly file: Uint8Array<ArrayBuffer>;
}

async function trained(
  gpu: Gpu,
  spec: ExperimentSpec,
  data: Dataset,
  steps: number,
): Promise<Packed> {
  const net = await trainedNet(gpu, spec, data, steps, 'binary');
  const bytes = data.test.images instanceof Uint8Array;
  return { ...net, file: packNetwork(net.frozen, spec, { ...data, bytes }) };
}

function opened(file: Uint8Array): PackedModel {
  const model = readPacked(file, 'net.bcp');
  if (!model.ok) throw new Error(model.error);
  return model.value;
}

/** Both readers on all test examples of a data set of bytes. */
function bothReaders(net: Packed, data: Dataset, tolerance: number): void {
  const model = opened(net.file);
  const { images, labels, count } = data.test;
  const js = Array.from({ length: count }, (_, n) =>
    model.scores(images.subarray(n * data.inputs, (n + 1) * data.inputs)),
  );
  const readers = new Map([['JavaScript', js]]);
  if (withC) {
    writeFileSync(path('net.bcp'), net.file);
    writeFileSync(path('images'), images);
    const { status, stdout, stderr } = runC('--scores', path('net.bcp'), path('images'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    // Nine digits are all that a float32 has.
    const c = lines.map((line) => Float32Array.from(line.split(' '), Number));
    // The same sums in the same order.
    expect(c).toEqual(js);
    readers.set('C', c);
  }
  for (const [name, scores] of readers) expectAlike(name, net, scores, labels, tolerance);
}

describe(`1,000 test images, engine and readers${withC ? '' : ' (no cc: the C reader was left out)'}`, () => {
  gpuTest('deterministic, 784-100-70-10', async (gpu) => {
    const data = await fashion();
    const net = await trained(gpu, specOf([dense(100), dense(70)]), data, 150);
    bothReaders(net, data, 1e-4);
    // It did learn: chance is 900.
    expect(net.mistakes).toBeLessThan(400);
    // A bit a weight, 8 bytes a column, 4 an input.
    const bits = 784 * 13 + 100 * 9 + 70 * 2;
    const names = 200;
    expect(net.file.length).toBeLessThan(bits + 8 * 180 + 4 * 784 + 4 * 9 * 3 + 60 + names);
  });

  gpuTest('stochastic, convolutions with padding, pooling', async (gpu) => {
    const data = await fashion();
    const hidden = [
      conv(9, 3, 1),
      pool('max', 2, 2),
      conv(17, 3, 1),
      pool('max', 3, 2, true),
      dense(33),
    ];
    const net = await trained(gpu, specOf(hidden, { mode: 'stochastic' }), data, 76);
    bothReaders(net, data, 1e-4);
    expect(net.mistakes).toBeLessThan(500);
    expect(opened(net.file)).toMatchObject({ trained: 'stochastic', takes: 'bytes', inputs: 784 });
  });
});

describe('every part that a network may have', () => {
  const data = syntheticDataset({
    ...{ height: 9, width: 8, channels: 2, classes: 5 },
    ...{ train: 1050, validation: 50, test: 120 },
  });
  const network = DEFAULT_SPEC.network;
  const cases: Readonly<Record<string, ExperimentSpec>> = {
    'maxout, pooling behind the activation, strides': specOf(
      [
        { ...conv(6, 3, 2, 2), pieces: 3 } as LayerSpec,
        pool('average', 3, 2, true),
        { ...dense(9), pieces: 2 } as LayerSpec,
      ],
      { network: { ...network, pooling: 'after-activation', batchNorm: 'variance' } },
    ),
    'averages as scores, real weights': specOf([conv(7, 3), pool('max', 2, 2)], {
      mode: 'none',
      network: { ...network, output: { type: 'average', relu: true }, batchNorm: 'none' },
    }),
    'mean magnitudes, H = c': specOf([dense(40)], { magnitude: 'mean', h: 'glorot' }),
    DropConnect: specOf([dense(40), dense(33)], { network: { ...network, dropConnect: 0.5 } }),
    'Expectation BackPropagation': specOf([dense(30), dense(20)], {
      ...{ learning: 'expectation', batch: 5, network: { ...network, batchNorm: 'none' } },
    }),
  };
  for (const [name, spec] of Object.entries(cases)) {
    gpuTest(name, async (gpu) => {
      bothReaders(await trained(gpu, spec, data, 30), data, 2e-4);
    });
  }

  gpuTest('numbers in place of bytes', async (gpu) => {
    const halves = (examples: Examples): Examples => ({
      ...examples,
      // 0 and 1: whatever is prepared, they are half floats.
      images: Uint16Array.from(examples.images, (value) => (value > 127 ? 0x3c00 : 0)),
    });
    const prepared: Dataset = {
      ...data,
      ...{
        train: halves(data.train),
        validation: halves(data.validation),
        test: halves(data.test),
      },
      ...{ scale: 1, offset: new Float32Array(data.inputs) },
    };
    const net = await trained(gpu, specOf([dense(40)]), prepared, 30);
    const model = opened(net.file);
    expect(model.takes).toBe('numbers');
    const values = Float32Array.from(prepared.test.images, (bits) => Number(bits === 0x3c00));
    const { inputs } = prepared;
    const js = Array.from({ length: prepared.test.count }, (_, n) =>
      model.scores(values.subarray(n * inputs, (n + 1) * inputs)),
    );
    expectAlike('JavaScript', net, js, prepared.test.labels, 2e-4);
    if (!withC) return;
    writeFileSync(path('net.bcp'), net.file);
    // Behind a header of its own.
    writeFileSync(path('images'), Buffer.concat([Buffer.from('123'), Buffer.from(values.buffer)]));
    const { stdout } = runC('--skip', '3', path('net.bcp'), path('images'));
    expect(stdout.trimEnd().split('\n')).toEqual(
      js.map((scores) => `${largest(scores)} class ${largest(scores)}`),
    );
  });
});

/** A file by hand: a 1 x 2 x 1 example, one dense layer with two columns. */
function byHand(change: (words: Uint32Array) => void = () => undefined): Uint8Array<ArrayBuffer> {
  const float = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const layer = [0, 2, 1, 1, 0, 1, 0, 0, 0];
  const affine = [float(2), float(0.5), float(-1), float(0)];
  const bits = [0b01, 0b10].reduce((word, byte, i) => word | (byte << (8 * i)), 0);
  const text = 0x00620a61; // "a\nb"
  const head = [1, 0, 1, 1, 1, 2, 1, 2, 1, 3, float(1), float(0), float(10), text];
  const words = Uint32Array.from([0x41504342, 0x44454b43, ...head, ...layer, ...affine, bits]);
  words[3] = words.byteLength;
  change(words);
  return new Uint8Array(words.buffer);
}

test('weights of more than a bit are refused with a sentence', () => {
  const frozen = { weights: 'real', mode: 'none', layers: [] } as const;
  const data = { shape: { height: 1, width: 1, channels: 1 }, classNames: ['a'] };
  const of = { ...data, scale: 1, offset: new Float32Array(1), bytes: true };
  expect(() => packNetwork(frozen, DEFAULT_SPEC, of)).toThrow(
    /^A packed file has one bit a weight; real weights have more\.$/,
  );
});

describe('a file', () => {
  test('by hand is read as the format says', () => {
    const model = opened(byHand());
    expect(model).toMatchObject({ height: 1, width: 2, channels: 1, classNames: ['a', 'b'] });
    expect(model).toMatchObject({ takes: 'bytes', trained: 'deterministic', additions: 4 });
    // x = 7, 3 - 10: the first row of bits is + -, the second - +.
    expect([...model.scores([7, 3])]).toEqual([2 * (7 + 7) - 1, 0.5 * (-7 - 7)]);
    expect(model.predict([0, 255])).toBe(1);
    expect(() => model.scores([1])).toThrow('an example has 2 numbers, not 1');
  });

  const set = (word: number, value: number) =>
    byHand((words) => {
      words[word] = value;
    });
  const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>, RegExp])[] = [
    ['is empty', new Uint8Array(), /is no packed network/],
    ['is another file', set(0, 0), /is no packed network/],
    [
      'is of a newer version',
      set(2, 2),
      /is of version 2, made by a newer playground; this reads 1/,
    ],
    ['is of no version', set(2, 0), /its version is 0; allowed are 1 to /],
    ['is longer than it says', set(3, 7), /its length is 7; allowed are 120 to 120/],
    ['is cut off', byHand((words) => (words[3] = 116)).slice(0, 116), /is cut off: a layer's bits/],
    ['has a huge example', set(6, 0xffffffff), /height of an example is 4294967295; /],
    [
      'has many numbers',
      byHand((w) => {
        w.set([4096, 4096, 2], 6);
      }),
      /examples? of more|more than 16777216/,
    ],
    ['has no layer', set(10, 0), /number of layers is 0; allowed are 1 to 64/],
    ['has huge names', set(11, 121), /length of the classes' names is 121/],
    [
      'has too few names',
      byHand((w) => (w[15] = 0x00626161)),
      /names 1 classes; its scores are of 2/,
    ],
    ['has infinite numbers', set(25, 0x7f800000), /no finite number among a layer's multipliers/],
    ['has a huge layer', set(17, 2 ** 24), /is cut off: a layer's multipliers takes 67108864/],
    ['has a dense layer with windows', set(19, 2), /a dense layer with windows/],
    ['has uneven pieces', set(21, 3), /columns make no whole units/],
    [
      'has windows larger than maps',
      byHand((w) => {
        w.set([1, 2, 5], 16);
      }),
      /window that is larger/,
    ],
    [
      'makes other scores',
      byHand((w) => ((w[9] = 1), (w[15] = 0x00626161))),
      /makes 2 scores of 1 classes/,
    ],
    [
      'has poolings without end',
      set(23, 5),
      /poolings before the multiply-add is 5; allowed are 0 to 4/,
    ],
  ];
  for (const [name, bytes, wanted] of cases) {
    test(`is refused with a sentence where it ${name}`, () => {
      const model = readPacked(bytes, 'net.bcp');
      if (model.ok) throw new Error('this was to be refused');
      expect(model.error).toMatch(SENTENCE);
      expect(model.error).toMatch(wanted);
      if (!withC) return;
      writeFileSync(path('bad.bcp'), bytes);
      const { status, stdout, stderr } = runC(path('bad.bcp'), path('bad.bcp'));
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(wanted);
    });
  }

  const readable = (bytes: Uint8Array<ArrayBuffer>): PackedModel | null => {
    const model = readPacked(bytes, 'net.bcp');
    if (model.ok) return model.value;
    expect(model.error).toMatch(SENTENCE);
    return null;
  };

  test('broken in 2,000 ways is read or refused, and what is read runs', () => {
    let ran = 0;
    fc.assert(
      fc.property(brokenFile(byHand()), (bytes) => {
        const model = readable(bytes);
        // A flipped bit may ask for many additions, which are allowed.
        if (model === null || model.additions > 1e6) return;
        ran += 1;
        expect(model.scores(new Uint8Array(model.inputs))).toHaveLength(model.classNames.length);
      }),
      { seed: 23, numRuns: 2000 },
    );
    expect(ran).toBeGreaterThan(50);
  });

  test.runIf(withC)('broken in 100 ways gets a sentence or a prediction in C', () => {
    writeFileSync(path('one'), Uint8Array.of(1, 2));
    fc.assert(
      fc.property(brokenFile(byHand()), (bytes) => {
        const model = readable(bytes);
        if (model !== null && (model.inputs !== 2 || model.additions > 1e6)) return;
        writeFileSync(path('bad.bcp'), bytes);
        const { status, stdout, stderr } = runC(path('bad.bcp'), path('one'));
        // Both readers refuse the same files.
        if (model === null)
          expect([status, stdout, stderr.trimEnd()]).toEqual([
            2,
            '',
            expect.stringMatching(SENTENCE),
          ]);
        else expect(status).toBe(0);
      }),
      { seed: 24, numRuns: 100 },
    );
  });

  test.runIf(withC)('that is too large, or an example cut off, gets a sentence in C', () => {
    writeFileSync(path('net.bcp'), byHand());
    writeFileSync(path('large'), new Uint8Array(PACKED_BOUNDS.file + 1));
    writeFileSync(path('three'), Uint8Array.of(1, 2, 3));
    expect(runC(path('large'), path('three')).stderr).toMatch(/has more than the 67108864 bytes/);
    expect(runC(path('none'), path('three')).stderr).toMatch(/none cannot be read \(.+\)\.\n$/);
    expect(runC(path('net.bcp'), path('three'))).toMatchObject({ status: 2, stdout: '0 a\n' });
    expect(runC(path('net.bcp'), path('three')).stderr).toMatch(
      /ends within an example, which has 2/,
    );
    expect(runC(path('net.bcp')).stderr).toMatch(/^bc_predict takes: /);
    expect(runC('--skip', '9', path('net.bcp'), path('three')).stderr).toMatch(/is shorter than/);
    expect(runC('--skip', 'x', path('net.bcp'), path('three')).stderr).toMatch(/a whole number/);
  });
});
