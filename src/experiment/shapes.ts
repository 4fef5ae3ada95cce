/** From a spec to the numbers of each layer: shapes, Glorot coefficient, H, initial range, rate scale. */
import { type DataShape, type Maps, sizeOf } from './datasets.ts';
import { quote } from './quote.ts';
import { fail, ok, type Result } from './result.ts';
import type { ConvSpec, DenseSpec, ExperimentSpec, Mode, Pooling, PoolSpec } from './spec.ts';

/** Pooling behind a layer; windows lie `stride` apart from the top left corner. */
export interface PoolShape {
  readonly kind: 'max' | 'average';
  /** Of a window. Where one hangs over the edge, it counts only what is there. */
  readonly height: number;
  readonly width: number;
  readonly stride: number;
  readonly from: Maps;
  readonly to: Maps;
}

/** A layer with weights [I, O], and what follows it before the next such layer. */
export interface LayerShape {
  /** `conv1`, `conv2`, `dense3`, ..., the last one is `output`. */
  readonly name: string;
  /**
   * A convolution is a matrix product too: each of its windows is a row of I = kernel * kernel *
   * channels numbers (by row, column, channel of the window), each output channel a column of w.
   */
  readonly kind: 'dense' | 'conv';
  readonly I: number;
  readonly O: number;
  /** Of a convolution; a dense layer is one window over all there is. */
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  /** What it reads, what its product makes, and what is left of that behind the pooling. */
  readonly from: Maps;
  readonly to: Maps;
  readonly pools: readonly PoolShape[];
  readonly out: Maps;
  /** c = sqrt(1.5 / (fan in + fan out)): half the limit of Glorot and Bengio's uniform initialisation. */
  readonly c: number;
  /** The binary magnitude. */
  readonly H: number;
  /** True for all but the output layer: dropout follows. */
  readonly hidden: boolean;
  /** ReLU follows batch norm (or the bias). */
  readonly relu: boolean;
  /** Maxout: each unit is the largest of so many outputs of the product; 1 where it is off. */
  readonly pieces: number;
  /** Longest a filter, a column of w, may be after an update of real weights; null: any length. */
  readonly maxNorm: number | null;
  /** Share of the learning rate that its weights, gamma and beta learn at. */
  readonly rate: number;
  /** Share of what it hands on that is dropped in training. */
  readonly dropout: number;
  /** The classifier of what it makes before ReLU, a dense layer that is there in training only. */
  readonly companion: LayerShape | null;
}

export const glorotCoefficient = (fanIn: number, fanOut: number): number =>
  Math.sqrt(1.5 / (fanIn + fanOut));

const shown = ({ height, width, channels }: Maps): string => `${height} x ${width} x ${channels}`;

/** Windows of `size` that fit into `length`, `stride` apart. */
function windows(length: number, size: number, stride: number, ceil: boolean): number {
  const count = Math.floor((length - size) / stride) + 1;
  if (!ceil) return count;
  const more = Math.ceil((length - size) / stride) + 1;
  // The last window must begin within the map.
  return (more - 1) * stride < length ? more : more - 1;
}

/** Global average pooling. */
const averaged = (from: Maps): PoolShape => ({
  kind: 'average',
  height: from.height,
  width: from.width,
  stride: 1,
  from,
  to: { height: 1, width: 1, channels: from.channels },
});

function pooled(from: Maps, pool: PoolSpec): PoolShape | null {
  if (pool.kind === 'global-average') return averaged(from);
  const { kind, size, stride, ceil } = pool;
  const height = windows(from.height, size, stride, ceil);
  const width = windows(from.width, size, stride, ceil);
  if (height < 1 || width < 1) return null;
  return { kind, height: size, width: size, stride, from, to: { ...from, height, width } };
}

function convolved(from: Maps, { kernel, stride, padding, channels }: ConvSpec): Maps | null {
  const height = windows(from.height + 2 * padding, kernel, stride, false);
  const width = windows(from.width + 2 * padding, kernel, stride, false);
  return height < 1 || width < 1 ? null : { height, width, channels };
}

/**
 * The layers of a spec's network with weights, first to last, for data of a shape; or one sentence
 * that says which layer does not fit.
 */
export function layOut(spec: ExperimentSpec, data: DataShape): Result<LayerShape[]> {
  const layers: LayerShape[] = [];
  let from: Maps = data;
  const no = (position: number, why: string) =>
    fail(`The experiment's network.hidden[${position}] does not fit: ${why}.`);

  for (const [position, layer] of spec.network.hidden.entries()) {
    const last = layers.at(-1);
    if (layer.type === 'pool') {
      if (last?.kind !== 'conv') return no(position, 'pooling needs a convolution before it');
      const given = spec.network.pooling === 'before-norm' ? normedMaps(last) : last.out;
      const pool = pooled(given, layer);
      if (pool === null) {
        return no(position, `its window is larger than the maps of ${shown(last.out)}`);
      }
      from = { ...pool.to, channels: last.out.channels };
      layers[layers.length - 1] = { ...last, pools: [...last.pools, pool], out: from };
      continue;
    }
    if (layer.type === 'conv') {
      if (last?.kind === 'dense') return no(position, 'a convolution cannot follow a dense layer');
      if (layer.padding >= layer.kernel) {
        return no(position, 'its padding must be less than its kernel');
      }
      const out = convolved(from, layer);
      if (out === null) {
        return no(position, `its window is larger than the padded maps of ${shown(from)}`);
      }
      const { kernel, stride, padding } = layer;
      const rules = rulesOf(spec, layer);
      const to = { ...out, channels: rules.pieces * out.channels };
      const I = kernel * kernel * from.channels;
      layers.push({
        ...{ name: `conv${layers.length + 1}`, kind: 'conv', I, O: to.channels },
        ...{ kernel, stride, padding, from, to, pools: [], out },
        ...{ c: 1, H: 1, hidden: true, companion: null },
        ...rules,
      });
      from = out;
      continue;
    }
    const rules = rulesOf(spec, layer);
    layers.push(denseLayer(`dense${layers.length + 1}`, from, layer.units, rules, true));
    from = { height: 1, width: 1, channels: layer.units };
  }
  if (spec.network.output?.type === 'average' && layers.at(-1)?.kind === 'dense') {
    return fail(
      "The experiment's network.output does not fit: an average needs maps, and a dense layer leaves none.",
    );
  }
  layers.push(outputLayer(spec, from, data.classes));
  const unfit = spec.network.companions?.at.find(
    (name) => !layers.some((layer) => layer.name === name && layer.hidden && layer.relu),
  );
  if (unfit !== undefined) {
    return fail(
      `The experiment's network.companions does not fit: no hidden layer with ReLU is called ${quote(unfit)}.`,
    );
  }
  return ok(layers.map((layer) => accompanied(spec, data, scaled(spec, layer))));
}

/** With its companion, where it has one: a real dense layer to the classes, whatever the mode. */
function accompanied(spec: ExperimentSpec, { classes }: DataShape, layer: LayerShape): LayerShape {
  const { companions, pooling } = spec.network;
  if (companions?.at.includes(layer.name) !== true) return layer;
  const rules = { relu: false, pieces: 1, maxNorm: null, rate: companions.rate, dropout: 0 };
  const from = pooling === 'before-norm' ? normedMaps(layer) : layer.to;
  const head = denseLayer(`${layer.name}.companion`, from, classes, rules, false);
  return { ...layer, companion: { ...head, c: glorotCoefficient(head.I, head.O) } };
}

type Rules = Pick<LayerShape, 'relu' | 'pieces' | 'maxNorm' | 'rate' | 'dropout'>;

/** What a hidden layer does besides its product; without anything said, ReLU. */
const rulesOf = (
  { network }: ExperimentSpec,
  { pieces = 1, maxNorm, rate = 1, dropout = network.dropout.hidden }: DenseSpec | ConvSpec,
): Rules => ({
  relu: pieces === 1,
  pieces,
  maxNorm: maxNorm ?? null,
  rate,
  dropout,
});

/** A score a class: a dense layer, or the average of a 1 x 1 convolution's map for each. */
function outputLayer({ network }: ExperimentSpec, from: Maps, classes: number): LayerShape {
  const { output = { type: 'dense' } } = network;
  const { maxNorm = null, rate = 1 } = output;
  const rules = { relu: false, pieces: 1, maxNorm, rate, dropout: 0 };
  if (output.type === 'dense') return denseLayer('output', from, classes, rules, false);
  const to = { ...from, channels: classes };
  const average = averaged(to);
  return {
    ...{ name: 'output', kind: 'conv', I: from.channels, O: classes },
    ...{ kernel: 1, stride: 1, padding: 0, from, to, pools: [average], out: average.to },
    ...{ c: 1, H: 1, hidden: false },
    ...rules,
    relu: output.relu,
    companion: null,
  };
}

function denseLayer(
  name: string,
  from: Maps,
  units: number,
  rules: Rules,
  hidden: boolean,
): LayerShape {
  const to = { height: 1, width: 1, channels: rules.pieces * units };
  const out = { ...to, channels: units };
  return {
    ...{ name, kind: 'dense', I: sizeOf(from), O: to.channels },
    ...{ kernel: 1, stride: 1, padding: 0, from, to, pools: [], out },
    ...{ c: 1, H: 1, hidden, companion: null },
    ...rules,
  };
}

/** What batch norm (or the bias) is given where pooling comes before it. */
const normedMaps = ({ pools, to }: LayerShape): Maps => pools.at(-1)?.to ?? to;

/**
 * Maxout behind batch norm, as the pooling it is: the numbers of a place, `units` for each piece, are a
 * row whose windows of `pieces` numbers, units apart, keep their largest. Null where a layer has none.
 */
export function maxoutOf(layer: LayerShape, pooling: Pooling): PoolShape | null {
  const { pieces, to, out } = layer;
  if (pieces === 1) return null;
  const normed = pooling === 'before-norm' ? normedMaps(layer) : to;
  const places = normed.height * normed.width;
  const { channels } = out;
  return {
    ...{ kind: 'max', height: 1, width: pieces, stride: pieces },
    from: { height: 1, width: places * pieces, channels },
    to: { height: 1, width: places, channels },
  };
}

/**
 * With its c and H. A convolution's fan out is kernel * kernel * O; where H = c, the published
 * configuration divides it by the area of the pooling behind (rounded down; not of the average that is
 * the output), where H = 1 it does not.
 */
function scaled(spec: ExperimentSpec, layer: LayerShape): LayerShape {
  const area = layer.kind === 'conv' ? layer.kernel ** 2 : 1;
  const pooling = layer.pools.reduce((product, { height, width }) => product * height * width, 1);
  const fanOut = Math.floor((area * layer.O) / (spec.h === 'glorot' && layer.hidden ? pooling : 1));
  const c = glorotCoefficient(layer.I, fanOut);
  return { ...layer, c, H: spec.h === 'one' ? 1 : c };
}

/** The layers of a network that is known to fit its data. */
export function layerShapes(spec: ExperimentSpec, data: DataShape): LayerShape[] {
  const layers = layOut(spec, data);
  if (!layers.ok) throw new RangeError(layers.error);
  return layers.value;
}

/** Weight layers of a spec's network, the output layer included. */
export const weightLayers = (spec: ExperimentSpec): number =>
  spec.network.hidden.filter(({ type }) => type !== 'pool').length + 1;

/** Numbers a layer makes of one example: products and what pooling and maxout leave of them. */
export const outputsOf = ({ to, pools, pieces, out }: LayerShape): number =>
  pools.reduce((sum, pool) => sum + sizeOf(pool.to), sizeOf(to)) + (pieces > 1 ? sizeOf(out) : 0);

/** Examples an evaluation scores, and batch norm's statistics are measured on, at a time. */
export const EVALUATION_BATCH = 1000;
/** Numbers of one layer for all examples of an evaluation's batch: 64 MiB of float32. */
const EVALUATION_NUMBERS = 2 ** 24;

/**
 * Examples in a batch of an evaluation over `examples` of them: 1,000, fewer where there are fewer,
 * or where a layer makes (or the first one reads) so many numbers of each that a batch would pass
 * 2^24. Measured statistics depend on it, so there is one rule for all.
 */
export function evaluationBatch(layers: readonly LayerShape[], examples: number): number {
  const largest = Math.max(
    ...layers.map((layer) => Math.max(sizeOf(layer.from), outputsOf(layer))),
  );
  const fitting = Math.max(1, Math.floor(EVALUATION_NUMBERS / largest));
  return Math.min(EVALUATION_BATCH, examples, fitting);
}

/** Half-width a of the uniform distribution U(-a, a) that a layer's weights start from. */
export function initialRange(spec: ExperimentSpec, layer: LayerShape): number {
  if (spec.mode === 'none' && spec.initialRange !== undefined) return spec.initialRange;
  const glorot = 2 * layer.c;
  switch (spec.initialisation) {
    case 'glorot':
      return glorot;
    case 'uniform-h':
      return layer.H;
    case 'auto':
      return spec.mode === 'none' || spec.h === 'glorot' ? glorot : layer.H;
  }
}

/** The factor on a layer's finished optimiser step of its weights. */
export const lrScaleOf = (spec: ExperimentSpec, mode: Mode, layer: LayerShape): number =>
  layer.rate * scaleOf(spec, mode, layer);

/** The same of its gamma and beta. */
export const biasScaleOf = (spec: ExperimentSpec, layer: LayerShape): number =>
  layer.rate * (spec.biasRate ?? 1);

function scaleOf(spec: ExperimentSpec, mode: Mode, layer: LayerShape): number {
  switch (spec.lrScale) {
    case '1':
      return 1;
    case '1/c':
      return 1 / layer.c;
    case '1/c^2':
      return 1 / layer.c ** 2;
    case 'auto':
      if (mode === 'none' || spec.h === 'glorot') return 1;
      return spec.optimizer.kind === 'adam' ? 1 / layer.c : 1 / layer.c ** 2;
  }
}

/** Longest a layer's filters may be in a mode: on the scale of its stored weights. Null: any length. */
export function longestFilter(spec: ExperimentSpec, mode: Mode, layer: LayerShape): number | null {
  if (layer.maxNorm === null) return null;
  return layer.maxNorm * switchFactor(spec, 'none', mode, layer);
}

/**
 * What switching a running net from one mode to another multiplies its stored weights by, before
 * clipping (never after a switch to `none`). With H = 1 a real net lives on a scale 2c and a binary
 * one on a scale 1; with H = c both live on one scale.
 */
export function switchFactor(
  spec: ExperimentSpec,
  from: Mode,
  to: Mode,
  layer: LayerShape,
): number {
  if (spec.h === 'glorot' || (from === 'none') === (to === 'none')) return 1;
  return from === 'none' ? 1 / (2 * layer.c) : 2 * layer.c;
}
