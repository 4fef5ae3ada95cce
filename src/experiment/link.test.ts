import { weightLayers } from './shapes.ts';
import { parseSpec } from './parse-spec.ts';
import fc from 'fast-check';
import { LESSON_PARTS } from './lesson.ts';
import { dropConnectRefusal } from './drop-connect.ts';
import { describe, expect, test } from 'vitest';
import { OFFICIAL_IDS, ownIdOf, TOY_IDS } from './datasets.ts';
import { takesChanges } from './learning.ts';
import { decodeLink, encodeLink, MAX_LINK_LENGTH } from './link.ts';
import { RECIPES } from './recipes.ts';
import { FAMILIES, formatKernels, VARIANTS } from './kernels.ts';
import { type Change, changeRefusal, MAX_CHANGES, MAX_STEP, type Run, runOf } from './run.ts';
import {
  BATCH_NORMS,
  BOUNDS,
  type Decay,
  DEFAULT_SPEC,
  type ExperimentSpec,
  H_RULES,
  INITIALISATIONS,
  LOSSES,
  LR_SCALES,
  MAGNITUDES,
  MODES,
  momentumOf,
  type LayerSpec,
  type LearningKind,
  type OptimizerSpec,
  POOLINGS,
  PREPROCESSINGS,
} from './spec.ts';

interface Bound {
  readonly min: number;
  readonly max: number;
}
const whole = (bound: Bound) => fc.integer(bound);
// A link has no minus zero: it means the same as zero.
const real = (bound: Bound) => fc.double({ ...bound, noNaN: true }).map((x) => x || 0);

const optimizer: fc.Arbitrary<OptimizerSpec> = fc.oneof(
  fc.record({ kind: fc.constant('sgd' as const) }),
  fc.record({ kind: fc.constant('nesterov' as const), momentum: real(BOUNDS.momentum) }),
  fc.record({
    kind: fc.constant('adam' as const),
    beta1: real(BOUNDS.beta),
    beta2: real(BOUNDS.beta),
    epsilon: real(BOUNDS.epsilon),
  }),
  fc.record(
    {
      kind: fc.constant('momentum' as const),
      momentum: real(BOUNDS.momentum),
      ramp: fc.record({ end: real(BOUNDS.momentum), epochs: whole(BOUNDS.epochs) }),
    },
    { requiredKeys: ['kind', 'momentum'] },
  ),
);

const decay: fc.Arbitrary<Decay> = fc.oneof(
  fc.record({ kind: fc.constant('linear' as const), epochs: whole(BOUNDS.epochs) }),
  fc.record({ kind: fc.constant('division' as const), by: real(BOUNDS.division) }),
  fc.record({
    kind: fc.constant('steps' as const),
    at: fc
      .uniqueArray(whole(BOUNDS.epochs), {
        minLength: BOUNDS.rateSteps.min,
        maxLength: BOUNDS.rateSteps.max,
      })
      .map((epochs) => epochs.sort((a, b) => a - b)),
  }),
);

const numbers = fc.record(
  {
    initialRange: real(BOUNDS.initialRange),
    weightDecay: real(BOUNDS.weightDecay),
    biasRate: real(BOUNDS.share),
  },
  { requiredKeys: [] },
);

/** What a layer need not say. */
const rules = fc.record(
  {
    pieces: whole({ ...BOUNDS.pieces, min: 2 }),
    maxNorm: real(BOUNDS.maxNorm),
    rate: real(BOUNDS.share),
    dropout: real(BOUNDS.layerDropout),
  },
  { requiredKeys: [] },
);
const dense = fc
  .tuple(
    fc.record({ type: fc.constant('dense' as const), units: whole({ min: 1, max: 2000 }) }),
    rules,
  )
  .map(([sizes, own]) => ({ ...sizes, ...own }));
const conv = fc
  .tuple(
    fc.record({
      type: fc.constant('conv' as const),
      channels: whole({ min: 1, max: 64 }),
      kernel: whole(BOUNDS.kernel),
      stride: whole(BOUNDS.stride),
      padding: whole(BOUNDS.padding),
    }),
    rules,
  )
  .map(([sizes, own]) => ({ ...sizes, ...own }));
const pool: fc.Arbitrary<LayerSpec> = fc.oneof(
  fc.record({
    type: fc.constant('pool' as const),
    kind: fc.constantFrom('max' as const, 'average' as const),
    size: whole({ min: 1, max: 4 }),
    stride: whole(BOUNDS.stride),
    ceil: fc.boolean(),
  }),
  fc.constant({ type: 'pool', kind: 'global-average' }),
);

/** A layer with nothing but its sizes. */
const bare = (layer: LayerSpec): LayerSpec => {
  if (layer.type === 'pool') return layer;
  if (layer.type === 'dense') return { type: 'dense', units: layer.units };
  const { channels, kernel, stride, padding } = layer;
  return { type: 'conv', channels, kernel, stride, padding };
};

/** The same with what retraining takes, where it has that, and without what other rules refuse. */
const fitting = (drawn: ExperimentSpec): ExperimentSpec => {
  const { retraining, ...all } = drawn;
  if (retraining === undefined || all.epochs === 1) return unretrained(all);
  const { hidden, pooling, batchNorm } = all.network;
  return {
    ...all,
    ...{ learning: 'backprop', mode: 'none', magnitude: 'bound' },
    network: { hidden: hidden.map(bare), pooling, batchNorm, dropout: { input: 0, hidden: 0 } },
    retraining: { ...retraining, after: 1 + (retraining.after % (all.epochs - 1)) },
  };
};

const unretrained = (all: ExperimentSpec): ExperimentSpec => {
  const { dropConnect, ...rest } = all.network;
  const plain = { ...all, network: rest };
  const drawn = dropConnect === undefined || dropConnectRefusal(all) !== null ? plain : all;
  if (drawn.learning === 'backprop') return drawn;
  const hidden = drawn.network.hidden.filter(({ type }) => type === 'dense').map(bare);
  const dropout = { input: 0, hidden: 0 };
  return { ...drawn, network: { ...drawn.network, hidden, batchNorm: 'none', dropout } };
};

const spec: fc.Arbitrary<ExperimentSpec> = fc
  .record({
    version: fc.constant(1 as const),
    data: fc.oneof(
      fc.constantFrom(...OFFICIAL_IDS, ...TOY_IDS),
      fc.constant(ownIdOf({ height: 30, width: 20, channels: 3, classes: 5 }, 'a1'.repeat(32))),
    ),
    preprocessing: fc.constantFrom(...PREPROCESSINGS),
    augmentation: fc.record({ pad: whole(BOUNDS.crop), flip: fc.boolean() }),
    network: fc.record({
      dropConnect: fc.option(real(BOUNDS.dropConnect), { nil: undefined }),
      hidden: fc
        .tuple(
          fc.array(fc.oneof(conv, pool), { maxLength: 4 }),
          fc.array(dense, { maxLength: BOUNDS.layers.max - 4 }),
        )
        .map((parts): LayerSpec[] => parts.flat()),
      pooling: fc.constantFrom(...POOLINGS),
      batchNorm: fc.constantFrom(...BATCH_NORMS),
      dropout: fc.record({ input: real(BOUNDS.dropout), hidden: real(BOUNDS.dropout) }),
    }),
    learning: fc.nat({ max: 7 }).map((n): LearningKind => (n === 0 ? 'expectation' : 'backprop')),
    mode: fc.constantFrom(...MODES),
    h: fc.constantFrom(...H_RULES),
    magnitude: fc.constantFrom(...MAGNITUDES),
    initialisation: fc.constantFrom(...INITIALISATIONS),
    loss: fc.constantFrom(...LOSSES),
    optimizer,
    rate: fc
      .tuple(real(BOUNDS.rate), real(BOUNDS.rate), fc.record({ decay }, { requiredKeys: [] }))
      .map(([a, b, own]) => ({ start: Math.max(a, b), end: Math.min(a, b), ...own })),
    lrScale: fc.constantFrom(...LR_SCALES),
    batch: whole(BOUNDS.batch),
    epochs: whole(BOUNDS.epochs),
    evaluateEvery: whole(BOUNDS.every),
    shuffleEvery: whole(BOUNDS.every),
    seed: whole(BOUNDS.seed),
    retraining: fc.option(
      fc.record({ after: whole(BOUNDS.epochs), signalLevels: whole(BOUNDS.signalLevels) }),
      { freq: 4, nil: undefined },
    ),
  })
  .map(fitting)
  .chain((required) => numbers.map((own) => ({ ...required, ...own })))
  .filter((candidate) => parseSpec(candidate).ok);

const change = (of: ExperimentSpec): fc.Arbitrary<Change> => {
  const step = whole({ min: 0, max: MAX_STEP });
  const mode = fc.record({
    step,
    field: fc.constant('mode' as const),
    value: fc.constantFrom(...MODES),
  });
  const rate = fc.record({
    step,
    field: fc.constant('rate' as const),
    value: real(BOUNDS.rate),
  });
  const momentum = fc.record({
    step,
    field: fc.constant('momentum' as const),
    value: real(BOUNDS.momentum),
  });
  return fc.oneof(
    rate,
    ...(changeRefusal(of, 'mode') === null ? [mode] : []),
    ...(momentumOf(of.optimizer) === null ? [] : [momentum]),
  );
};

/** Kernels for so many layers: none named, a family, or a variant for each product. */
const kernelsOf = (layers: number): fc.Arbitrary<string> => {
  const layer = fc.record({
    forward: fc.constantFrom(...VARIANTS.forward),
    inputGradient: fc.constantFrom(...VARIANTS.inputGradient),
    weightGradient: fc.constantFrom(...VARIANTS.weightGradient),
  });
  const tuned = fc.option(fc.array(layer, { minLength: layers, maxLength: layers }));
  const named = fc.record({ family: fc.constantFrom(...FAMILIES), tuned }).map(formatKernels);
  return fc.oneof(fc.constant('auto'), named);
};

const run: fc.Arbitrary<Run> = spec.chain((of) =>
  fc.record({
    spec: fc.constant(of),
    kernels: kernelsOf(weightLayers(of)),
    changes: fc
      .array(change(of), { maxLength: takesChanges(of) ? MAX_CHANGES : 0, size: 'small' })
      .map((changes) => changes.toSorted((a, b) => a.step - b.step)),
  }),
);

test('companions as a link: layers, share of the rate, and its fade', () => {
  const link = '#v=1&heads=dense1:dense2@0.001(0.000001,0.75)';
  const read = decodeLink(link);
  if (!read.ok || read.value === null) throw new Error('not read');
  const { run } = read.value;
  expect(run.spec.network.companions).toEqual({
    at: ['dense1', 'dense2'],
    rate: 0.001,
    fade: { slope: 0.000001, power: 0.75 },
  });
  expect(encodeLink(run)).toBe(link);
  expect(
    encodeLink(runOf(RECIPES.find(({ name }) => name === 'dsn-small')?.spec ?? DEFAULT_SPEC)),
  ).toMatch(/heads=conv1:conv4@0\.001\(0\.0001,0\.75\)/);
});

describe('links', () => {
  test('a default run is its version alone, and others say only what differs', () => {
    expect(encodeLink(runOf(DEFAULT_SPEC))).toBe('#v=1');
    expect(encodeLink(runOf({ ...DEFAULT_SPEC, mode: 'stochastic' }), { autoplay: true })).toBe(
      '#v=1&mode=stoch&run=1',
    );
    const changed: Run = {
      spec: {
        ...DEFAULT_SPEC,
        data: 'mnist',
        network: { ...DEFAULT_SPEC.network, hidden: [] },
        optimizer: { kind: 'nesterov', momentum: 0.95 },
        lrScale: '1/c^2',
      },
      kernels: 'tile',
      changes: [
        { step: 120, field: 'mode', value: 'stochastic' },
        { step: 240, field: 'rate', value: 0.001 },
        { step: 240, field: 'momentum', value: 0 },
      ],
    };
    expect(encodeLink(changed, { embed: true })).toBe(
      '#v=1&data=mnist&net=linear&opt=nesterov&mu=0.95&lrscale=1/c2&kernels=tile' +
        '&changes=120.mode.stoch_240.rate.0.001_240.momentum.0&embed=1',
    );
  });

  test('the example of the documentation reads as it looks', () => {
    expect(decodeLink('#v=1&data=fashion-mnist&net=256-256&mode=stoch&seed=1')).toEqual({
      ok: true,
      value: {
        run: runOf({ ...DEFAULT_SPEC, mode: 'stochastic' }),
        autoplay: false,
        embed: false,
        hide: [],
      },
    });
    expect(decodeLink('')).toEqual({ ok: true, value: null });
    expect(decodeLink('#')).toEqual({ ok: true, value: null });
  });

  test('a convolutional net reads as people write it', () => {
    const link = decodeLink(
      '#v=1&data=cifar-10&net=32C3-32C5s2p0-P2-64C3-A3s2c-GA-128FC-64&crop=4&flip=1',
    );
    const { spec: read } = (link.ok ? link.value?.run : null) ?? runOf(DEFAULT_SPEC);
    const pool = (kind: 'max' | 'average', size: number, stride: number, ceil: boolean) =>
      ({ type: 'pool', kind, size, stride, ceil }) as const;
    expect(read.network.hidden).toEqual([
      { type: 'conv', channels: 32, kernel: 3, stride: 1, padding: 1 },
      { type: 'conv', channels: 32, kernel: 5, stride: 2, padding: 0 },
      pool('max', 2, 2, false),
      { type: 'conv', channels: 64, kernel: 3, stride: 1, padding: 1 },
      pool('average', 3, 2, true),
      { type: 'pool', kind: 'global-average' },
      { type: 'dense', units: 128 },
      { type: 'dense', units: 64 },
    ]);
    expect(read.augmentation).toEqual({ pad: 4, flip: true });
    expect(encodeLink(runOf(read))).toBe(
      '#v=1&data=cifar-10&crop=4&flip=1&net=32C3-32C5s2p0-P2-64C3-A3s2c-GA-128FC-64FC',
    );
  });

  test('a net that does not fit its data says which layer and why', () => {
    expect(decodeLink('#v=1&net=32C3-P2-256-16C3')).toEqual({
      ok: false,
      error: "The link's net[3] does not fit: a convolution cannot follow a dense layer.",
    });
    expect(decodeLink('#v=1&net=P2-256')).toMatchObject({ ok: false });
    expect(decodeLink('#v=1&net=32C9p0-32C9p0-32C9p0-32C9p0')).toMatchObject({
      error:
        "The link's net[3] does not fit: its window is larger than the padded maps of 4 x 4 x 32.",
    });
  });

  test('an escaped link means the same', () => {
    expect(decodeLink('#v%3D1&lrscale=1%2Fc')).toEqual(decodeLink('#v=1&lrscale=1/c'));
  });

  test('every recipe goes through', () => {
    for (const recipe of RECIPES) {
      const link = { run: runOf(recipe.spec), autoplay: false, embed: false, hide: [] };
      expect(decodeLink(encodeLink(link.run))).toEqual({ ok: true, value: link });
    }
  });

  test('decode(encode(run)) is the run', () => {
    fc.assert(
      fc.property(
        run,
        fc.boolean(),
        fc.boolean(),
        fc.subarray([...LESSON_PARTS]),
        (of, autoplay, embed, hide) => {
          const link = encodeLink(of, { autoplay, embed, hide });
          expect(decodeLink(link)).toEqual({ ok: true, value: { run: of, autoplay, embed, hide } });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the longest run there can be fits', () => {
    const value = 0.000001234567890123456;
    const changes = Array.from({ length: MAX_CHANGES }, (): Change => {
      return { step: MAX_STEP, field: 'momentum', value };
    });
    const optimizer: OptimizerSpec = { kind: 'nesterov', momentum: value };
    const hidden = Array.from({ length: 8 }, () => ({ type: 'dense' as const, units: 1999 }));
    const of: Run = {
      spec: { ...DEFAULT_SPEC, network: { ...DEFAULT_SPEC.network, hidden }, optimizer },
      kernels: 'quad',
      changes,
    };
    const link = encodeLink(of);
    expect(link.length).toBeLessThan(MAX_LINK_LENGTH - 1000);
    expect(decodeLink(link)).toMatchObject({ ok: true, value: { run: of } });
  });

  test('10,000 mutated links give a run or one sentence, and never throw', () => {
    const alphabet = '&=#.-_%0123456789eEv+/ abcdefghijklmnopqrstuvwxyz\u0000\u{1f600}';
    const mutation = fc.record({
      at: fc.nat(400),
      cut: fc.nat(6),
      put: fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 6 }),
    });
    fc.assert(
      fc.property(run, fc.array(mutation, { minLength: 1, maxLength: 4 }), (of, mutations) => {
        let link = encodeLink({ ...of, changes: of.changes.slice(0, 4) });
        for (const { at, cut, put } of mutations) {
          const start = at % (link.length + 1);
          link = link.slice(0, start) + put + link.slice(start + cut);
        }
        const result = decodeLink(link);
        if (!result.ok) {
          // Plain text, whose numbers are grouped by narrow spaces.
          expect(result.error).toMatch(/^The link[\x20-\x7e\u202f]{10,500}\.$/);
        } else if (result.value !== null) {
          expect(parseSpec(result.value.run.spec).ok).toBe(true);
          expect(decodeLink(encodeLink(result.value.run))).toMatchObject({
            value: { run: result.value.run },
          });
        }
      }),
      { numRuns: 10_000, seed: 20150611 },
    );
  });
});
