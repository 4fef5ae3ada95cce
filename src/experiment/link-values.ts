/** How single values stand in a link: each codec writes a value as text and reads back exactly that. */
import { DATASETS_ALLOWED, type DatasetId, isDatasetId, shapeOf } from './datasets.ts';
import { formatKernels, kernelsAllowed, parseKernels } from './kernels.ts';
import { takesChanges } from './learning.ts';
import { type Change, isChange, MAX_CHANGES } from './run.ts';
import {
  type BatchNorm,
  BOUNDS,
  type CompanionsSpec,
  type Decay,
  type DenseSpec,
  type ExperimentSpec,
  type HRule,
  type LayerSpec,
  type LearningKind,
  type Loss,
  type LrScale,
  type Magnitude,
  type Mode,
  type OptimizerKind,
  type OutputSpec,
  type Ramp,
  type RetrainingSpec,
  type Pooling,
  type Preprocessing,
} from './spec.ts';

export interface Codec<T> {
  readonly write: (value: T) => string;
  /** Undefined where the text is not allowed. */
  readonly read: (text: string) => T | undefined;
  /** What is allowed, as the end of a sentence. */
  readonly allowed: string;
}

interface Bound {
  readonly min: number;
  readonly max: number;
}

/** What String() makes of a finite number: `Number` alone would read '', ' 1', '0x1' and 'Infinity' too. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/;

/** A number in plain or exponent form; String() and Number() are each other's inverse on these. */
export function readNumber(text: string): number | undefined {
  return text.length <= 30 && NUMBER.test(text) ? Number(text) : undefined;
}

const numbers = (bound: Bound, integer: boolean): Codec<number> => ({
  write: String,
  read: (text) => {
    const value = readNumber(text);
    if (value === undefined || value < bound.min || value > bound.max) return undefined;
    // `|| 0`: minus zero is zero.
    return integer && !Number.isInteger(value) ? undefined : value || 0;
  },
  allowed: `a ${integer ? 'whole ' : ''}number from ${bound.min} to ${bound.max}`,
});
export const real = (bound: Bound): Codec<number> => numbers(bound, false);
export const whole = (bound: Bound): Codec<number> => numbers(bound, true);

/** One of a few values, each with the name it has in links. */
export function named<T extends string>(names: Readonly<Record<T, string>>): Codec<T> {
  const values = Object.keys(names) as T[];
  return {
    write: (value) => names[value],
    read: (text) => values.find((value) => names[value] === text),
    allowed: `one of ${values.map((value) => names[value]).join(', ')}`,
  };
}

/** `1` or nothing. */
export const flag: Codec<boolean> = {
  write: (value) => (value ? '1' : ''),
  read: (text) => (text === '1' ? true : undefined),
  allowed: '1',
};

export const mode = named<Mode>({ none: 'none', deterministic: 'det', stochastic: 'stoch' });

export const data: Codec<DatasetId> = {
  write: (id) => id,
  read: (text) => (isDatasetId(text) ? text : undefined),
  allowed: DATASETS_ALLOWED,
};
export const preprocessing = named<Preprocessing>({
  mean: 'mean',
  symmetric: 'symmetric',
  gcn: 'gcn',
  'gcn-zca': 'gcn-zca',
  'gcn-lcn': 'gcn-lcn',
});
export const pooling = named<Pooling>({ 'before-norm': 'before', 'after-activation': 'after' });
export const batchNorm = named<BatchNorm>({ none: 'none', variance: 'var', deviation: 'dev' });
export const learning = named<LearningKind>({ backprop: 'backprop', expectation: 'ebp' });
export const h = named<HRule>({ one: '1', glorot: 'glorot' });
export const magnitude = named<Magnitude>({ bound: 'bound', mean: 'mean' });
export const initialisation = named<ExperimentSpec['initialisation']>({
  auto: 'auto',
  glorot: 'glorot',
  'uniform-h': 'h',
});
export const loss = named<Loss>({
  'hinge-mean': 'hinge-mean',
  'hinge-sum': 'hinge-sum',
  'cross-entropy': 'ce',
});
export const optimizer = named<OptimizerKind>({
  sgd: 'sgd',
  nesterov: 'nesterov',
  adam: 'adam',
  momentum: 'momentum',
});

/** `linear:500`, `div:1.000004`, `steps:200:230`; nothing where the rate falls exponentially. */
export const decay: Codec<Decay | undefined> = {
  write: (value) => {
    if (value === undefined) return '';
    if (value.kind === 'linear') return `linear:${value.epochs}`;
    return value.kind === 'division' ? `div:${value.by}` : `steps:${value.at.join(':')}`;
  },
  read: (text) => {
    const [kind, ...rest] = text.split(':');
    const [first = ''] = rest;
    const epochs = rest.map((epoch) => whole(BOUNDS.epochs).read(epoch) ?? 0);
    const by = real(BOUNDS.division).read(first);
    if (kind === 'div' && rest.length === 1 && by !== undefined) return { kind: 'division', by };
    const { min, max } = BOUNDS.rateSteps;
    if (rest.length < min || rest.length > max) return undefined;
    if (!epochs.every((epoch, k) => epoch > (epochs[k - 1] ?? 0))) return undefined;
    if (kind === 'steps') return { kind, at: epochs };
    const [only = 0] = epochs;
    return kind === 'linear' && epochs.length === 1 ? { kind, epochs: only } : undefined;
  },
  allowed:
    'linear:500 (over so many epochs), div:1.000004 (by step) or steps:200:230 (ascending epochs)',
};

/** `0.7:250`: the momentum at the end of so many epochs. */
export const ramp: Codec<Ramp | undefined> = {
  write: (value) => (value === undefined ? '' : `${value.end}:${value.epochs}`),
  read: (text) => {
    const [first = '', second = '', ...rest] = text.split(':');
    const end = real(BOUNDS.momentum).read(first);
    const epochs = whole(BOUNDS.epochs).read(second);
    if (end === undefined || epochs === undefined || rest.length > 0) return undefined;
    return { end, epochs };
  },
  allowed: 'a momentum and epochs such as 0.7:250',
};

/** `10:8`: ternary weights after so many epochs, hidden signals of so many levels. */
export const retraining: Codec<RetrainingSpec | undefined> = {
  write: (value) => (value === undefined ? '' : `${value.after}:${value.signalLevels}`),
  read: (text) => {
    const [first = '', second = '', ...rest] = text.split(':');
    const after = whole(BOUNDS.epochs).read(first);
    const signalLevels = whole(BOUNDS.signalLevels).read(second);
    if (after === undefined || signalLevels === undefined || rest.length > 0) return undefined;
    return { after, signalLevels };
  },
  allowed: 'epochs before retraining and levels of its signals such as 10:8',
};

/** A number, or nothing where it is not said. */
export const maybe = (bound: Bound): Codec<number | undefined> => {
  const { read, allowed } = real(bound);
  return { write: (value) => (value === undefined ? '' : String(value)), read, allowed };
};

export const lrScale = named<LrScale>({ auto: 'auto', '1': '1', '1/c': '1/c', '1/c^2': '1/c2' });

/** Matrix kernels of a network of `layers` layers. */
export const kernelsOf = (layers: number): Codec<string> => ({
  write: (text) => text,
  read: (text) => {
    const parsed = parseKernels(text, layers);
    if (!parsed.ok) return undefined;
    return parsed.value === null ? 'auto' : formatKernels(parsed.value);
  },
  allowed: kernelsAllowed(layers),
});

const LINEAR = 'linear';
const width = whole(BOUNDS.units);

/** Zeros that a convolution has around its maps where nothing is said: as many rows come out as go in. */
const usualPadding = (kernel: number): number => Math.floor((kernel - 1) / 2);

type Rules = Pick<DenseSpec, 'pieces' | 'maxNorm' | 'rate' | 'dropout'>;

/** Maxout of five pieces, filters no longer than 1.9, half the rate, a fifth dropped: `k5n1.9x0.5d0.2`. */
const writeRules = ({ pieces = 1, maxNorm, rate, dropout }: Rules): string =>
  [
    pieces === 1 ? '' : `k${pieces}`,
    maxNorm === undefined ? '' : `n${maxNorm}`,
    rate === undefined ? '' : `x${rate}`,
    dropout === undefined ? '' : `d${dropout}`,
  ].join('');

/** `32C3`, `32C5s2p0`, `P2`, `P3s2c`, `A2`, `GA`, `128FC`; dense layers among themselves `128`. */
function writeLayer(layer: LayerSpec, plain: boolean): string {
  if (layer.type === 'dense') {
    return `${layer.units}${plain ? '' : 'FC'}${writeRules(layer)}`;
  }
  if (layer.type === 'conv') {
    const { channels, kernel, stride, padding } = layer;
    const s = stride === 1 ? '' : `s${stride}`;
    const p = padding === usualPadding(kernel) ? '' : `p${padding}`;
    return `${channels}C${kernel}${s}${p}${writeRules(layer)}`;
  }
  if (layer.kind === 'global-average') return 'GA';
  const s = layer.stride === layer.size ? '' : `s${layer.stride}`;
  return `${layer.kind === 'max' ? 'P' : 'A'}${layer.size}${s}${layer.ceil ? 'c' : ''}`;
}

const RULES = '(?:k(\\d+))?(?:n([\\d.]+))?(?:x([\\d.]+))?(?:d([\\d.]+))?$';
const DENSE = new RegExp(`^(\\d+)(?:FC)?${RULES}`);
const CONV = new RegExp(`^(\\d+)C(\\d+)(?:s(\\d+))?(?:p(\\d+))?${RULES}`);
const POOL = /^([PA])(\d+)(?:s(\d+))?(c?)$/;

const within = (bound: Bound, text: string): number | undefined => whole(bound).read(text);

/** What of a layer's rules is written; undefined where one is not allowed. */
function readRules(k?: string, n?: string, x?: string, d?: string): Rules | undefined {
  const pieces = k === undefined ? 1 : within(BOUNDS.pieces, k);
  const maxNorm = n === undefined ? null : real(BOUNDS.maxNorm).read(n);
  const rate = x === undefined ? null : real(BOUNDS.share).read(x);
  const dropout = d === undefined ? null : real(BOUNDS.layerDropout).read(d);
  if (pieces === undefined || maxNorm === undefined) return undefined;
  if (rate === undefined || dropout === undefined) return undefined;
  return {
    ...(pieces === 1 ? {} : { pieces }),
    ...(maxNorm === null ? {} : { maxNorm }),
    ...(rate === null ? {} : { rate }),
    ...(dropout === null ? {} : { dropout }),
  };
}

function readDense([, units = '', ...own]: readonly string[]): LayerSpec | undefined {
  const value = width.read(units);
  const rules = readRules(...own);
  if (value === undefined || rules === undefined) return undefined;
  return { type: 'dense', units: value, ...rules };
}

function readConv([, channels = '', kernel = '', s = '1', p, ...own]: readonly string[]):
  LayerSpec | undefined {
  const size = within(BOUNDS.kernel, kernel);
  if (size === undefined) return undefined;
  const values = {
    channels: within(BOUNDS.channels, channels),
    stride: within(BOUNDS.stride, s),
    padding: within(BOUNDS.padding, p ?? String(usualPadding(size))),
  };
  const { channels: made, stride, padding } = values;
  const rules = readRules(...own);
  if (made === undefined || stride === undefined || padding === undefined) return undefined;
  if (rules === undefined) return undefined;
  return { type: 'conv', channels: made, kernel: size, stride, padding, ...rules };
}

function readPool([, kind, window = '', s, ceil]: readonly string[]): LayerSpec | undefined {
  const size = within(BOUNDS.window, window);
  const stride = within(BOUNDS.stride, s ?? window);
  if (size === undefined || stride === undefined) return undefined;
  return {
    type: 'pool',
    kind: kind === 'P' ? 'max' : 'average',
    size,
    stride,
    ceil: ceil === 'c',
  };
}

function readLayer(text: string): LayerSpec | undefined {
  if (text === 'GA') return { type: 'pool', kind: 'global-average' };
  const dense = DENSE.exec(text);
  if (dense !== null) return readDense(dense);
  const conv = CONV.exec(text);
  if (conv !== null) return readConv(conv);
  const pool = POOL.exec(text);
  return pool === null ? undefined : readPool(pool);
}

/** Hidden layers, `256-256` or `32C3-P2-64C3-P2-128FC`; `linear` where there is none. */
export const net: Codec<LayerSpec[]> = {
  write: (hidden) => {
    const plain = hidden.every(({ type }) => type === 'dense');
    return hidden.map((layer) => writeLayer(layer, plain)).join('-') || LINEAR;
  },
  read: (text) => {
    if (text === LINEAR) return [];
    const hidden: LayerSpec[] = [];
    for (const part of text.split('-')) {
      const layer = readLayer(part);
      if (layer === undefined || hidden.length === BOUNDS.layers.max) return undefined;
      hidden.push(layer);
    }
    return hidden;
  },
  allowed: `"${LINEAR}" or up to ${BOUNDS.layers.max} layers such as 256-256 or 32C3-P2-64C3-P2-128FC (convolutions 32C3 with s and p for stride and padding, P and A for max and average pooling, GA for global average pooling; k for pieces of maxout, n for the longest filter, x for a share of the rate and d for dropout, as in 240k5n1.9x0.5d0.2)`,
};

const OUTPUT = /^(?:FC|(GAr?))(?:n([\d.]+))?(?:x([\d.]+))?$/;

/** `FCn1.9` a dense output, `GA` an average of maps, `GAr` one behind ReLU; nothing: a dense one as ever. */
export const output: Codec<OutputSpec | undefined> = {
  write: (value) => {
    if (value === undefined) return '';
    const type = value.type === 'dense' ? 'FC' : value.relu ? 'GAr' : 'GA';
    return `${type}${writeRules({ maxNorm: value.maxNorm, rate: value.rate })}`;
  },
  read: (text) => {
    const found = OUTPUT.exec(text);
    if (found === null) return undefined;
    const [, average, n, x] = found;
    const rules = readRules(undefined, n, x);
    if (rules === undefined) return undefined;
    return average === undefined
      ? { type: 'dense', ...rules }
      : { type: 'average', relu: average === 'GAr', ...rules };
  },
  allowed:
    'FC (a dense layer), GA or GAr (the average of a map a class, r behind ReLU), with n and x as in net',
};

const COMPANIONS = /^([a-z\d:]+)@([\d.]+)(?:\(([\d.e-]+),([\d.]+)\))?$/;

/** `conv1:conv4@0.001(0.0001,0.75)`: layers, share of the rate, and slope and power of its fade. */
export const companions: Codec<CompanionsSpec | undefined> = {
  write: (value) => {
    if (value === undefined) return '';
    const { at, rate, fade } = value;
    return `${at.join(':')}@${rate}${fade === undefined ? '' : `(${fade.slope},${fade.power})`}`;
  },
  read: (text) => {
    const [, names = '', share = '', first, second] = COMPANIONS.exec(text) ?? [];
    const at = names.split(':');
    const rate = real(BOUNDS.share).read(share);
    if (rate === undefined || at.length > BOUNDS.companions.max) return undefined;
    if (at.includes('') || new Set(at).size < at.length) return undefined;
    if (first === undefined || second === undefined) return { at, rate };
    const slope = real(BOUNDS.fadeSlope).read(first);
    const power = real(BOUNDS.fadePower).read(second);
    return slope === undefined || power === undefined
      ? undefined
      : { at, rate, fade: { slope, power } };
  },
  allowed: 'names of layers and a share of the rate such as conv1:conv4@0.001(0.0001,0.75)',
};

/** A network in one line, from input to output: `784-256-256-10`, `32x32x3-32C3-P2-128FC-10`. */
export function networkText(spec: ExperimentSpec): string {
  const { height, width, channels, classes } = shapeOf(spec.data);
  const flat = spec.network.hidden.every(({ type }) => type === 'dense');
  const input = flat ? height * width * channels : `${height}x${width}x${channels}`;
  const hidden = spec.network.hidden.length === 0 ? '' : `-${net.write(spec.network.hidden)}`;
  const scores = spec.network.output?.type === 'average' ? `${classes}C1-GA` : classes;
  return `${input}${hidden}-${scores}`;
}

const writeChange = (change: Change): string =>
  `${change.step}.${change.field}.${change.field === 'mode' ? mode.write(change.value) : change.value}`;

/** `120.rate.0.001`: whatever it says, isChange then decides whether it is a change. */
function readChange(text: string): unknown {
  const [, step = '', field = '', value = ''] = /^(\d+)\.([a-z]+)\.(.+)$/.exec(text) ?? [];
  return {
    step: readNumber(step),
    field,
    value: field === 'mode' ? mode.read(value) : readNumber(value),
  };
}

/** Changes of a run of `spec`, in the order of their steps: `120.mode.stoch_240.rate.0.001`. */
export const changesOf = (spec: ExperimentSpec): Codec<readonly Change[]> => ({
  write: (changes) => changes.map(writeChange).join('_'),
  read: (text) => {
    const changes: Change[] = [];
    for (const part of text.split('_')) {
      const change = readChange(part);
      if (!isChange(change, spec) || changes.length === MAX_CHANGES) return undefined;
      if (change.step < (changes.at(-1)?.step ?? 0)) return undefined;
      changes.push(change);
    }
    return changes;
  },
  allowed: takesChanges(spec)
    ? `up to ${MAX_CHANGES} changes in the order of their steps such as 120.mode.stoch_240.rate.0.001 (momentum with opt=nesterov or momentum only${spec.retraining === undefined ? '' : ', no mode with retrain'})`
    : `none with learn=${learning.write(spec.learning)}`,
});
