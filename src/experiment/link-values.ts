/** How single values stand in a link: each codec writes a value as text and reads back exactly that. */
import { formatKernels, kernelsAllowed, parseKernels } from './kernels.ts';
import { type Change, isChange, MAX_CHANGES } from './run.ts';
import {
  type BatchNorm,
  BOUNDS,
  type DatasetId,
  type ExperimentSpec,
  type HRule,
  type LayerSpec,
  type Loss,
  type LrScale,
  type Mode,
  type OptimizerKind,
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

export const data = named<DatasetId>({ 'fashion-mnist': 'fashion-mnist', mnist: 'mnist' });
export const batchNorm = named<BatchNorm>({ none: 'none', variance: 'var', deviation: 'dev' });
export const h = named<HRule>({ one: '1', glorot: 'glorot' });
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
export const optimizer = named<OptimizerKind>({ sgd: 'sgd', nesterov: 'nesterov', adam: 'adam' });
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

/** Hidden widths, `256-256`; `linear` where there is no hidden layer. */
export const net: Codec<LayerSpec[]> = {
  write: (hidden) => hidden.map(({ units }) => String(units)).join('-') || LINEAR,
  read: (text) => {
    if (text === LINEAR) return [];
    const hidden: LayerSpec[] = [];
    for (const part of text.split('-')) {
      const units = /^\d+$/.test(part) ? width.read(part) : undefined;
      if (units === undefined || hidden.length === BOUNDS.layers.max) return undefined;
      hidden.push({ type: 'dense', units });
    }
    return hidden;
  },
  allowed: `"${LINEAR}" or up to ${BOUNDS.layers.max} widths from ${BOUNDS.units.min} to ${BOUNDS.units.max} such as 256-256`,
};

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
  allowed: `up to ${MAX_CHANGES} changes in the order of their steps such as 120.mode.stoch_240.rate.0.001 (momentum with opt=nesterov only)`,
});
