/** Networks as ONNX files, run by ONNX Runtime (WebAssembly, in Node) beside the engine that trained them. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import * as ort from 'onnxruntime-web/wasm';
import { describe, expect, it } from 'vitest';
import { type Dataset, halfToNumber } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../experiment/spec.ts';
import type { FrozenWeights } from '../gpu/frozen.ts';
import {
  conv,
  dense,
  expectAlike,
  fashion,
  pool,
  specOf,
  type TrainedNet,
  trainedNet,
} from '../testing/exported.ts';
import { gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import { ONNX_IR, ONNX_OPSET, onnxRefusal, writeOnnxNetwork } from './onnx.ts';

ort.env.wasm.numThreads = 1;

const isBytes = ({ test }: Dataset): boolean => test.images instanceof Uint8Array;

/** What ONNX Runtime makes of all test examples, [count, classes]. */
async function scoresOf(
  file: Uint8Array<ArrayBuffer>,
  { test, shape }: Dataset,
): Promise<Float32Array[]> {
  const session = await ort.InferenceSession.create(file);
  expect(session.inputNames).toEqual(['images']);
  expect(session.outputNames).toEqual(['scores']);
  const halves = test.images instanceof Uint16Array;
  const values = Float32Array.from(test.images, (v) => (halves ? halfToNumber(v) : v));
  const sizes = [test.count, shape.height, shape.width, shape.channels];
  const { scores } = await session.run({ images: new ort.Tensor('float32', values, sizes) });
  await session.release();
  if (!(scores?.data instanceof Float32Array)) throw new Error('no scores');
  expect(scores.dims[0]).toBe(test.count);
  const classes = at(scores.dims, 1);
  const { data } = scores;
  return Array.from({ length: test.count }, (_, n) => data.slice(n * classes, (n + 1) * classes));
}

/** The net's file in ONNX Runtime beside the engine. */
async function beside(
  net: TrainedNet,
  spec: ExperimentSpec,
  data: Dataset,
  tolerance: number,
): Promise<void> {
  const file = writeOnnxNetwork(net.frozen, spec, { ...data, bytes: isBytes(data) });
  expectAlike('ONNX', net, await scoresOf(file, data), data.test.labels, tolerance);
}

describe('1,000 test images, engine and ONNX Runtime', () => {
  const mlp = [dense(100), dense(70)];
  const maps = [
    ...[conv(5, 3, 1), pool('max', 2, 2), conv(9, 3, 1), pool('max', 3, 2, true)],
    dense(33),
  ];
  const nets: readonly (readonly [string, ExperimentSpec, FrozenWeights])[] = [
    ['784-100-70-10, binary weights', specOf(mlp), 'binary'],
    ['784-100-70-10, real weights', specOf(mlp, { mode: 'none' }), 'real'],
    ['convolutions with padding, pooling, binary weights', specOf(maps), 'binary'],
    ['convolutions with padding, pooling, real weights', specOf(maps, { mode: 'none' }), 'real'],
  ];
  for (const [name, spec, weights] of nets) {
    gpuTest(name, async (gpu) => {
      const data = await fashion();
      const net = await trainedNet(gpu, spec, data, 76, weights);
      // It did learn: chance is 900.
      expect(net.mistakes).toBeLessThan(500);
      await beside(net, spec, data, 1e-4);
    });
  }
});

describe('every part that a network may have', () => {
  const data = syntheticDataset({
    ...{ height: 9, width: 8, channels: 2, classes: 5 },
    ...{ train: 1050, validation: 50, test: 120 },
  });
  const network = DEFAULT_SPEC.network;
  const cases: Readonly<Record<string, readonly [ExperimentSpec, FrozenWeights]>> = {
    'maxout, pooling behind the activation, strides': [
      specOf(
        [
          { ...conv(6, 3, 2, 2), pieces: 3 } as LayerSpec,
          pool('average', 3, 2, true),
          { ...dense(9), pieces: 2 } as LayerSpec,
        ],
        { network: { ...network, pooling: 'after-activation', batchNorm: 'variance' } },
      ),
      'binary',
    ],
    'averages as scores': [
      specOf([conv(7, 3), pool('max', 2, 2)], {
        mode: 'none',
        network: { ...network, output: { type: 'average', relu: false }, batchNorm: 'none' },
      }),
      'real',
    ],
    DropConnect: [
      specOf([dense(40), dense(33)], { network: { ...network, dropConnect: 0.5 } }),
      'real',
    ],
    'Expectation BackPropagation': [
      specOf([dense(30), dense(20)], {
        ...{ learning: 'expectation', batch: 5, network: { ...network, batchNorm: 'none' } },
      }),
      'binary',
    ],
  };
  for (const [name, [spec, weights]] of Object.entries(cases)) {
    gpuTest(name, async (gpu) => {
      await beside(await trainedNet(gpu, spec, data, 30, weights), spec, data, 2e-4);
    });
  }
});

/** Fields of a message by number; messages within are their bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (number | Uint8Array)[]>();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const value = type === WireType.Varint ? Number(reader.int64()) : reader.bytes();
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}
const text = (value: number | Uint8Array | undefined): string =>
  value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
const message = (value: number | Uint8Array | undefined): Map<number, (number | Uint8Array)[]> => {
  if (!(value instanceof Uint8Array)) throw new Error('no message');
  return fieldsOf(value);
};

describe('the file by hand', () => {
  const row = (...values: number[]) => Float32Array.from(values);
  const shape: LayerShape = {
    ...{ name: 'output', kind: 'dense' as const, I: 2, O: 2, kernel: 1, stride: 1, padding: 0 },
    from: { height: 1, width: 2, channels: 1 },
    to: { height: 1, width: 1, channels: 2 },
    out: { height: 1, width: 1, channels: 2 },
    ...{ pools: [], c: 1, H: 1, hidden: false, relu: false, pieces: 1, maxNorm: null, rate: 1 },
    ...{ dropout: 0, companion: null },
  };
  const frozen = {
    ...({ weights: 'binary', mode: 'deterministic' } as const),
    layers: [
      {
        ...{ shape, w: row(0.5, -0.5, 0, -1), signs: new Uint32Array(2), magnitude: 0.25 },
        ...{ gamma: row(1, 1), beta: row(0, 3), statistics: null },
      },
    ],
  };
  const data = {
    ...{ shape: { height: 1, width: 2, channels: 1 }, classNames: ['a', 'b'] },
    ...{ scale: 1 / 255, offset: row(0.5, 0.5), bytes: true },
  };

  it('names, sizes, operator set; zero is plus', () => {
    const model = fieldsOf(writeOnnxNetwork(frozen, DEFAULT_SPEC, data));
    expect(model.get(1)).toEqual([ONNX_IR]);
    expect(text(model.get(6)?.[0])).toMatch(/bytes as numbers 0 to 255/);
    expect(message(model.get(8)?.[0]).get(2)).toEqual([ONNX_OPSET]);
    const graph = message(model.get(7)?.[0]);
    const nodes = (graph.get(1) ?? []).map(message);
    expect(nodes.map((node) => text(node.get(4)?.[0]))).toEqual([
      'Mul',
      'Sub',
      'Flatten',
      'MatMul',
      'Add',
      'Flatten',
    ]);
    // Each node reads constants and what a node before it made.
    const constants = (graph.get(5) ?? []).map(message);
    const known = new Set(['images', ...constants.map((one) => text(one.get(8)?.[0]))]);
    for (const node of nodes) {
      for (const name of node.get(1) ?? []) expect(known).toContain(text(name));
      known.add(text(node.get(2)?.[0]));
    }
    expect(known).toContain('scores');
    const w = constants.find((one) => text(one.get(8)?.[0]) === 'output.w');
    expect(w?.get(1)).toEqual([2, 2]);
    const raw = w?.get(9)?.[0];
    if (!(raw instanceof Uint8Array)) throw new Error('no weights');
    expect([...new Float32Array(raw.slice().buffer)]).toEqual([0.25, -0.25, 0.25, -0.25]);
    const sizes = (value: number | Uint8Array | undefined) =>
      (message(message(message(message(value).get(2)?.[0]).get(1)?.[0]).get(2)?.[0]).get(1) ?? [])
        .map(message)
        .map((size) => size.get(1)?.[0] ?? text(size.get(2)?.[0]));
    expect(sizes(graph.get(11)?.[0])).toEqual(['N', 1, 2, 1]);
    expect(sizes(graph.get(12)?.[0])).toEqual(['N', 2]);
  });

  it('what it cannot hold gets a sentence', () => {
    const retraining = { ...DEFAULT_SPEC, retraining: { after: 1, signalLevels: 8 } };
    expect(onnxRefusal(retraining, 'real')).toMatch(/allowed with retraining is safetensors\.$/);
    const expectation = { ...DEFAULT_SPEC, learning: 'expectation' } as const;
    expect(onnxRefusal(expectation, 'real')).toMatch(/allowed .* are binary ones\.$/);
    expect(onnxRefusal(expectation, 'binary')).toBeNull();
    expect(() => writeOnnxNetwork(frozen, retraining, data)).toThrow(/retraining/);
  });
});
