/**
 * A network as it predicts, in ONNX: from an example to scores, with batch norm's measured statistics.
 * Real weights stand as they are stored, binary ones as floats +-H. Bytes go in as numbers 0 .. 255, and
 * the graph prepares them; where examples are no bytes any more, prepared numbers go in. Examples lie by
 * row, column, channel, as everywhere in the project; convolutions see them channels first inside.
 */
import { at } from '../experiment/at.ts';
import type { LayerShape, PoolShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import type { Frozen, FrozenLayer, FrozenWeights } from '../gpu/frozen.ts';
import {
  type Attribute,
  type Initializer,
  type OnnxNode,
  type OnnxValue,
  writeOnnx,
} from './onnx-message.ts';
import { foldedAffine, type PackedData } from './packed.ts';

/** Operators of version 17 (2022), which came with the format's version 8. */
export const ONNX_OPSET = 17;
export const ONNX_IR = 8;
/** As shaders/normalise.wgsl has it. */
const NORM_EPSILON = 1e-4;

/** Why a run cannot be written so, in one sentence; null where it can. */
export function onnxRefusal(
  { retraining, learning }: ExperimentSpec,
  weights: FrozenWeights,
): string | null {
  if (retraining !== undefined) {
    return 'An ONNX file has real or binary weights, and retraining ends with ternary ones and signals of a few levels; allowed with retraining is safetensors.';
  }
  return learning === 'expectation' && weights === 'real'
    ? 'Expectation BackPropagation learns chances, no real weights; allowed with it in an ONNX file are binary ones.'
    : null;
}

/** A graph as it grows: constants by name, and nodes that each make one value. */
class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Initializer[] = [];
  #flowing: string;

  constructor(input: string) {
    this.#flowing = input;
  }

  constant(name: string, shape: readonly number[], data: Initializer['data']): string {
    this.initializers.push({ name, shape, data });
    return name;
  }

  /** The value at hand goes through an operator, other inputs behind it, and is called `output` then. */
  then(
    op: string,
    output: string,
    others: readonly string[] = [],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): void {
    this.nodes.push({ op, inputs: [this.#flowing, ...others], output, attributes });
    this.#flowing = output;
  }

  reshape(output: string, shape: readonly number[]): void {
    this.then('Reshape', output, [this.constant(`${output}.shape`, [shape.length], shape)]);
  }
}

/** Weights that propagate, [I, O]. */
function propagated({ w, magnitude }: FrozenLayer, weights: FrozenWeights): Float32Array {
  return weights === 'binary'
    ? w.map((value) => (value >= 0 ? magnitude : -magnitude))
    : w.map((value) => value * magnitude);
}

/** [I, O], I by row, column, channel, as [O, channels, rows, columns]. */
function filtersOf(wb: Float32Array, { kernel, from, O }: LayerShape): Float32Array {
  const { channels } = from;
  const filters = new Float32Array(wb.length);
  for (let e = 0; e < wb.length; e++) {
    const [i, o] = [Math.floor(e / O), e % O];
    const [place, c] = [Math.floor(i / channels), i % channels];
    filters[(o * channels + c) * kernel * kernel + place] = at(wb, e);
  }
  return filters;
}

const ints = (...values: readonly number[]): Attribute => ({ ints: values });

/** A window that hangs over the edge counts only what is there: padding behind, which counts nowhere. */
function addPool(graph: Graph, name: string, pool: PoolShape): void {
  const { kind, height, width, stride, from, to } = pool;
  const over = (windows: number, size: number, length: number): number =>
    Math.max(0, (windows - 1) * stride + size - length);
  const bottom = over(to.height, height, from.height);
  const right = over(to.width, width, from.width);
  graph.then(kind === 'max' ? 'MaxPool' : 'AveragePool', name, [], {
    kernel_shape: ints(height, width),
    strides: ints(stride, stride),
    pads: ints(0, 0, bottom, right),
  });
}

function addProduct(graph: Graph, layer: FrozenLayer, weights: FrozenWeights): void {
  const { shape } = layer;
  const { name, kind, I, O, kernel, stride, padding, from } = shape;
  const wb = propagated(layer, weights);
  if (kind === 'dense') {
    graph.then('MatMul', `${name}.product`, [graph.constant(`${name}.w`, [I, O], wb)]);
    return;
  }
  const filters = filtersOf(wb, shape);
  const w = graph.constant(`${name}.w`, [O, from.channels, kernel, kernel], filters);
  graph.then('Conv', `${name}.product`, [w], {
    kernel_shape: ints(kernel, kernel),
    strides: ints(stride, stride),
    pads: ints(padding, padding, padding, padding),
  });
}

/** Batch norm in its form for predictions, or the bias. */
function addNorm(graph: Graph, layer: FrozenLayer, spec: ExperimentSpec): void {
  const { shape, gamma, beta, statistics } = layer;
  const { name, kind, O } = shape;
  if (spec.learning === 'expectation') {
    // The signs' magnitude stands in the weights already.
    const { scale, shift } = foldedAffine({ ...layer, magnitude: 1 }, spec);
    const multiplier = graph.constant(`${name}.scale`, [O], Float32Array.from(scale));
    graph.then('Mul', `${name}.scaled`, [multiplier]);
    graph.then('Add', `${name}.norm`, [
      graph.constant(`${name}.shift`, [O], Float32Array.from(shift)),
    ]);
    return;
  }
  if (statistics === null) {
    const sizes = kind === 'conv' ? [O, 1, 1] : [O];
    graph.then('Add', `${name}.norm`, [graph.constant(`${name}.bias`, sizes, beta)]);
    return;
  }
  const { mean, variance } = statistics;
  const inRoot = spec.network.batchNorm === 'variance';
  // Where epsilon is added to the root, the square of that divisor is the variance whose root it is.
  const spread = inRoot
    ? variance
    : variance.map((value) => (Math.sqrt(value) + NORM_EPSILON) ** 2);
  const parts: readonly (readonly [string, Float32Array])[] = [
    ['gamma', gamma],
    ['beta', beta],
    ['mean', mean],
    ['variance', spread],
  ];
  graph.then(
    'BatchNormalization',
    `${name}.norm`,
    parts.map(([part, data]) => graph.constant(`${name}.${part}`, [O], data)),
    { epsilon: { float: inRoot ? NORM_EPSILON : 0 } },
  );
}

function addActivation(graph: Graph, { shape }: FrozenLayer, spec: ExperimentSpec): void {
  const { name, kind, hidden, relu, pieces, out, to, pools } = shape;
  if (spec.learning === 'expectation') {
    if (!hidden) return;
    // Zero counts as plus.
    const zero = graph.constant(`${name}.zero`, [], Float32Array.of(0));
    const plus = graph.constant(`${name}.plus`, [], Float32Array.of(1));
    const minus = graph.constant(`${name}.minus`, [], Float32Array.of(-1));
    graph.then('GreaterOrEqual', `${name}.positive`, [zero]);
    graph.then('Where', `${name}.sign`, [plus, minus]);
    return;
  }
  if (relu) graph.then('Relu', `${name}.relu`);
  if (pieces === 1) return;
  // Maxout: outputs u, u + units, u + 2 units, ... are the pieces of unit u.
  const units = out.channels;
  const normed = spec.network.pooling === 'before-norm' ? (pools.at(-1)?.to ?? to) : to;
  const maps = kind === 'conv' ? [normed.height, normed.width] : [];
  graph.reshape(`${name}.pieces`, [0, pieces, units, ...maps]);
  graph.then('ReduceMax', `${name}.maxout`, [], { axes: ints(1), keepdims: { int: 0 } });
}

/** What comes in and goes out of every file, for those who read it without this project. */
function described(spec: ExperimentSpec, data: PackedData, weights: FrozenWeights): string {
  const { height, width, channels } = data.shape;
  const numbers = data.bytes
    ? 'bytes as numbers 0 to 255; the graph prepares them'
    : `prepared numbers (${spec.preprocessing}), as the network was trained on`;
  return `Input "images": float32 [N, ${height}, ${width}, ${channels}], by row, column, channel: ${numbers}. Output "scores": float32 [N, ${data.classNames.length}]; the largest is the prediction. Weights: ${weights}.`;
}

/**
 * The file of a network.
 * @throws RangeError, one sentence, where the run is one that onnxRefusal refuses.
 */
export function writeOnnxNetwork(
  { weights, mode, layers }: Frozen,
  spec: ExperimentSpec,
  data: PackedData,
): Uint8Array<ArrayBuffer> {
  const refusal = onnxRefusal(spec, weights);
  if (refusal !== null) throw new RangeError(refusal);
  const { height, width, channels } = data.shape;
  const input: OnnxValue = { name: 'images', shape: ['N', height, width, channels] };
  const graph = new Graph(input.name);
  if (data.bytes) {
    const scale = graph.constant('preprocessing.scale', [], Float32Array.of(data.scale));
    const sizes = [height, width, channels];
    const offset = graph.constant('preprocessing.offset', sizes, data.offset);
    graph.then('Mul', 'scaled', [scale]);
    graph.then('Sub', 'prepared', [offset]);
  }
  let hasMaps = false;
  if (layers[0]?.shape.kind === 'conv') {
    graph.then('Transpose', 'channels-first', [], { perm: ints(0, 3, 1, 2) });
    hasMaps = true;
  } else {
    graph.then('Flatten', 'flat', [], { axis: { int: 1 } });
  }
  for (const layer of layers) {
    const { shape } = layer;
    if (hasMaps && shape.kind === 'dense') {
      graph.then('Transpose', `${shape.name}.channels-last`, [], { perm: ints(0, 2, 3, 1) });
      graph.then('Flatten', `${shape.name}.flat`, [], { axis: { int: 1 } });
      hasMaps = false;
    }
    const beforeNorm = spec.network.pooling === 'before-norm';
    const pools = () => {
      shape.pools.forEach((pool, k) => {
        addPool(graph, `${shape.name}.pool${k + 1}`, pool);
      });
    };
    addProduct(graph, layer, weights);
    if (beforeNorm) pools();
    addNorm(graph, layer, spec);
    addActivation(graph, layer, spec);
    if (!beforeNorm) pools();
  }
  graph.then('Flatten', 'scores', [], { axis: { int: 1 } });
  return writeOnnx({
    ...{ irVersion: ONNX_IR, opset: ONNX_OPSET, producer: 'binaryconnect-playground' },
    ...{ doc: described(spec, data, weights), graph: 'network' },
    ...{ nodes: graph.nodes, initializers: graph.initializers, input },
    output: { name: 'scores', shape: ['N', data.classNames.length] },
    metadata: new Map([
      ['format', 'binaryconnect-onnx'],
      ['weights', weights],
      ['mode', mode],
      ['classes', JSON.stringify(data.classNames)],
      ['spec', JSON.stringify(spec)],
    ]),
  });
}
