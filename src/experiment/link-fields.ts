/** The table behind link.ts: a line a key, which says how the field is written, found, set and read. */
import { LESSON_PARTS, type LessonPart, readParts, writeParts } from './lesson.ts';
import * as codecs from './link-values.ts';
import { type Codec, real, whole } from './link-values.ts';
import { fail, ok, type Result } from './result.ts';
import { type Run, runOf } from './run.ts';
import { weightLayers } from './shapes.ts';
import {
  ADAM,
  BOUNDS,
  DEFAULT_SPEC,
  type ExperimentSpec,
  type OptimizerKind,
  type OptimizerSpec,
} from './spec.ts';

/** What a link says: a run, and how the page should show it. */
export interface Link {
  readonly run: Run;
  /** Start training at once. */
  readonly autoplay: boolean;
  /** Show the bare instrument, as inside another page. */
  readonly embed: boolean;
  /** Lesson mode: parts of the page that are left out. */
  readonly hide: readonly LessonPart[];
}

/** What a link without any field says. */
export const DEFAULT_LINK: Link = {
  run: runOf(DEFAULT_SPEC),
  autoplay: false,
  embed: false,
  hide: [],
};

const parts: Codec<readonly LessonPart[]> = {
  write: writeParts,
  read: readParts,
  allowed: `parts of the page, each once, such as settings-runs: ${LESSON_PARTS.join(', ')}`,
};

/** What naming an optimiser means, before its own fields are read. */
export const DEFAULT_OPTIMIZERS: Readonly<Record<OptimizerKind, OptimizerSpec>> = {
  sgd: { kind: 'sgd' },
  nesterov: { kind: 'nesterov', momentum: 0.9 },
  adam: ADAM,
  momentum: { kind: 'momentum', momentum: 0.9 },
};

type Network = ExperimentSpec['network'];

export interface Field {
  readonly key: string;
  /** The field's text; undefined where it does not apply. */
  readonly write: (link: Link) => string | undefined;
  /** The link with this field read from `text`, or what is allowed. */
  readonly read: (link: Link, text: string) => Result<Link>;
}

function field<T>(
  key: string,
  codecOf: (link: Link) => Codec<T>,
  get: (link: Link) => T,
  set: (link: Link, value: T) => Link,
): Field {
  return {
    key,
    write: (link) => codecOf(link).write(get(link)),
    read: (link, text) => {
      const codec = codecOf(link);
      const value = codec.read(text);
      return value === undefined ? fail(codec.allowed) : ok(set(link, value));
    },
  };
}

const withSpec = (link: Link, spec: ExperimentSpec): Link => ({
  ...link,
  run: { ...link.run, spec },
});

const specField = <T>(
  key: string,
  codec: Codec<T>,
  get: (spec: ExperimentSpec) => T,
  set: (spec: ExperimentSpec, value: T) => ExperimentSpec,
): Field =>
  field(
    key,
    () => codec,
    (link) => get(link.run.spec),
    (link, value) => withSpec(link, set(link.run.spec, value)),
  );

/** A field that stands in the experiment itself, under `name`. */
const topField = <K extends keyof ExperimentSpec>(
  key: string,
  name: K,
  codec: Codec<ExperimentSpec[K]>,
): Field =>
  specField(
    key,
    codec,
    (spec) => spec[name],
    (spec, value) => ({ ...spec, [name]: value }),
  );

/** A field of the experiment's network. */
const networkField = <T>(
  key: string,
  codec: Codec<T>,
  get: (network: Network) => T,
  set: (network: Network, value: T) => Network,
): Field =>
  specField(
    key,
    codec,
    (spec) => get(spec.network),
    (spec, value) => ({ ...spec, network: set(spec.network, value) }),
  );

/** What only some kinds of optimiser have. */
const optimizerField = <K extends OptimizerKind, T>(
  key: string,
  kinds: readonly K[],
  codec: Codec<T>,
  get: (optimizer: Extract<OptimizerSpec, { kind: K }>) => T,
  set: (optimizer: Extract<OptimizerSpec, { kind: K }>, value: T) => OptimizerSpec,
): Field => {
  const own = (optimizer: OptimizerSpec): optimizer is Extract<OptimizerSpec, { kind: K }> =>
    kinds.some((kind) => kind === optimizer.kind);
  return {
    key,
    write: ({ run: { spec } }) =>
      own(spec.optimizer) ? codec.write(get(spec.optimizer)) : undefined,
    read: (link, text) => {
      const { spec } = link.run;
      if (!own(spec.optimizer)) return fail(`${key} with opt=${kinds.join(' or ')} only`);
      const value = codec.read(text);
      if (value === undefined) return fail(codec.allowed);
      return ok(withSpec(link, { ...spec, optimizer: set(spec.optimizer, value) }));
    },
  };
};

/** In the order they are written and read: a field that depends on another comes after it. */
export const FIELDS: readonly Field[] = [
  topField('data', 'data', codecs.data),
  topField('prep', 'preprocessing', codecs.preprocessing),
  specField(
    'crop',
    whole(BOUNDS.crop),
    (s) => s.augmentation.pad,
    (s, pad) => ({ ...s, augmentation: { ...s.augmentation, pad } }),
  ),
  specField(
    'flip',
    codecs.flag,
    (s) => s.augmentation.flip,
    (s, flip) => ({ ...s, augmentation: { ...s.augmentation, flip } }),
  ),
  networkField(
    'net',
    codecs.net,
    (n) => n.hidden,
    (n, hidden) => ({ ...n, hidden }),
  ),
  networkField(
    'out',
    codecs.output,
    (n) => n.output,
    (n, output) => ({ ...n, output }),
  ),
  networkField(
    'heads',
    codecs.companions,
    (n) => n.companions,
    (n, companions) => ({ ...n, companions }),
  ),
  networkField(
    'pool',
    codecs.pooling,
    (n) => n.pooling,
    (n, pooling) => ({ ...n, pooling }),
  ),
  networkField(
    'bn',
    codecs.batchNorm,
    (n) => n.batchNorm,
    (n, batchNorm) => ({ ...n, batchNorm }),
  ),
  networkField(
    'dropin',
    real(BOUNDS.dropout),
    (n) => n.dropout.input,
    (n, input) => ({ ...n, dropout: { ...n.dropout, input } }),
  ),
  networkField(
    'drop',
    real(BOUNDS.dropout),
    (n) => n.dropout.hidden,
    (n, hidden) => ({ ...n, dropout: { ...n.dropout, hidden } }),
  ),
  topField('learn', 'learning', codecs.learning),
  networkField(
    'dropcon',
    codecs.maybe(BOUNDS.dropConnect),
    (n) => n.dropConnect,
    (n, dropConnect) => ({ ...n, dropConnect }),
  ),
  topField('mode', 'mode', codecs.mode),
  topField('h', 'h', codecs.h),
  topField('mag', 'magnitude', codecs.magnitude),
  topField('init', 'initialisation', codecs.initialisation),
  topField('range', 'initialRange', codecs.maybe(BOUNDS.initialRange)),
  topField('loss', 'loss', codecs.loss),
  specField(
    'opt',
    codecs.optimizer,
    (s) => s.optimizer.kind,
    (s, kind) => ({ ...s, optimizer: DEFAULT_OPTIMIZERS[kind] }),
  ),
  optimizerField(
    'mu',
    ['nesterov', 'momentum'],
    real(BOUNDS.momentum),
    (o) => o.momentum,
    (o, momentum) => ({ ...o, momentum }),
  ),
  optimizerField(
    'ramp',
    ['momentum'],
    codecs.ramp,
    (o) => o.ramp,
    (o, ramp) => ({ ...o, ramp }),
  ),
  optimizerField(
    'b1',
    ['adam'],
    real(BOUNDS.beta),
    (o) => o.beta1,
    (o, beta1) => ({ ...o, beta1 }),
  ),
  optimizerField(
    'b2',
    ['adam'],
    real(BOUNDS.beta),
    (o) => o.beta2,
    (o, beta2) => ({ ...o, beta2 }),
  ),
  optimizerField(
    'eps',
    ['adam'],
    real(BOUNDS.epsilon),
    (o) => o.epsilon,
    (o, epsilon) => ({ ...o, epsilon }),
  ),
  specField(
    'lr',
    real(BOUNDS.rate),
    (s) => s.rate.start,
    (s, start) => ({ ...s, rate: { ...s.rate, start } }),
  ),
  specField(
    'lrend',
    real(BOUNDS.rate),
    (s) => s.rate.end,
    (s, end) => ({ ...s, rate: { ...s.rate, end } }),
  ),
  specField(
    'decay',
    codecs.decay,
    (s) => s.rate.decay,
    (s, decay) => ({ ...s, rate: { ...s.rate, decay } }),
  ),
  topField('lrb', 'biasRate', codecs.maybe(BOUNDS.share)),
  topField('wd', 'weightDecay', codecs.maybe(BOUNDS.weightDecay)),
  topField('lrscale', 'lrScale', codecs.lrScale),
  topField('retrain', 'retraining', codecs.retraining),
  topField('batch', 'batch', whole(BOUNDS.batch)),
  topField('epochs', 'epochs', whole(BOUNDS.epochs)),
  topField('eval', 'evaluateEvery', whole(BOUNDS.every)),
  topField('shuffle', 'shuffleEvery', whole(BOUNDS.every)),
  topField('seed', 'seed', whole(BOUNDS.seed)),
  field(
    'kernels',
    (link) => codecs.kernelsOf(weightLayers(link.run.spec)),
    (link) => link.run.kernels,
    (link, value) => ({ ...link, run: { ...link.run, kernels: value } }),
  ),
  field(
    'changes',
    (link) => codecs.changesOf(link.run.spec),
    (link) => link.run.changes,
    (link, changes) => ({ ...link, run: { ...link.run, changes } }),
  ),
  field(
    'run',
    () => codecs.flag,
    (link) => link.autoplay,
    (link, autoplay) => ({ ...link, autoplay }),
  ),
  field(
    'embed',
    () => codecs.flag,
    (link) => link.embed,
    (link, embed) => ({ ...link, embed }),
  ),
  field(
    'hide',
    () => parts,
    (link) => link.hide,
    (link, hide) => ({ ...link, hide }),
  ),
];
