import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeLink, encodeLink, MAX_LINK_LENGTH } from './link.ts';
import { RECIPES } from './recipes.ts';
import { FAMILIES, formatKernels, VARIANTS } from './kernels.ts';
import { type Change, MAX_CHANGES, MAX_STEP, type Run, runOf } from './run.ts';
import {
  BATCH_NORMS,
  BOUNDS,
  DATASET_IDS,
  DEFAULT_SPEC,
  type ExperimentSpec,
  H_RULES,
  INITIALISATIONS,
  LOSSES,
  LR_SCALES,
  MODES,
  type OptimizerSpec,
  parseSpec,
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
);

const spec: fc.Arbitrary<ExperimentSpec> = fc
  .record({
    version: fc.constant(1 as const),
    data: fc.constantFrom(...DATASET_IDS),
    network: fc.record({
      hidden: fc.array(
        fc.record({ type: fc.constant('dense' as const), units: whole({ min: 1, max: 2000 }) }),
        { maxLength: BOUNDS.layers.max },
      ),
      batchNorm: fc.constantFrom(...BATCH_NORMS),
      dropout: fc.record({ input: real(BOUNDS.dropout), hidden: real(BOUNDS.dropout) }),
    }),
    mode: fc.constantFrom(...MODES),
    h: fc.constantFrom(...H_RULES),
    initialisation: fc.constantFrom(...INITIALISATIONS),
    loss: fc.constantFrom(...LOSSES),
    optimizer,
    rate: fc
      .tuple(real(BOUNDS.rate), real(BOUNDS.rate))
      .map(([a, b]) => ({ start: Math.max(a, b), end: Math.min(a, b) })),
    lrScale: fc.constantFrom(...LR_SCALES),
    batch: whole(BOUNDS.batch),
    epochs: whole(BOUNDS.epochs),
    evaluateEvery: whole(BOUNDS.every),
    shuffleEvery: whole(BOUNDS.every),
    seed: whole(BOUNDS.seed),
  })
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
  return of.optimizer.kind === 'nesterov' ? fc.oneof(mode, rate, momentum) : fc.oneof(mode, rate);
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
    kernels: kernelsOf(of.network.hidden.length + 1),
    changes: fc
      .array(change(of), { maxLength: MAX_CHANGES, size: 'small' })
      .map((changes) => changes.toSorted((a, b) => a.step - b.step)),
  }),
);

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
      },
    });
    expect(decodeLink('')).toEqual({ ok: true, value: null });
    expect(decodeLink('#')).toEqual({ ok: true, value: null });
  });

  test('an escaped link means the same', () => {
    expect(decodeLink('#v%3D1&lrscale=1%2Fc')).toEqual(decodeLink('#v=1&lrscale=1/c'));
  });

  test('every recipe goes through', () => {
    for (const recipe of RECIPES) {
      const link = { run: runOf(recipe.spec), autoplay: false, embed: false };
      expect(decodeLink(encodeLink(link.run))).toEqual({ ok: true, value: link });
    }
  });

  test('decode(encode(run)) is the run', () => {
    fc.assert(
      fc.property(run, fc.boolean(), fc.boolean(), (of, autoplay, embed) => {
        const link = encodeLink(of, { autoplay, embed });
        expect(decodeLink(link)).toEqual({ ok: true, value: { run: of, autoplay, embed } });
      }),
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
          expect(result.error).toMatch(/^The link[\x20-\x7e]{10,500}\.$/);
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
