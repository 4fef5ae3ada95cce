/**
 * Learning by Expectation BackPropagation with binary weights (Soudry, Hubara and Meir, NIPS 2014; the
 * equations stand in docs/methods.md). Stored is h, half the log odds of a weight's being +1. Means and
 * variances of the weights propagate in training; asked it is by the means (`real`, EBP-P) or by the
 * signs (`binary`, EBP-D). There is no rate, no loss but the likelihood, and nothing else to choose.
 */
import { at } from '../../experiment/at.ts';
import { expectedRange, learningRefusal } from '../../experiment/learning.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import type { Dispatch } from '../kernel.ts';
import { createLayer, type LayerParameters } from '../layers/parameters.ts';
import { METRICS_HEAD, metricsStride } from '../network.ts';
import {
  expectBias,
  expectSigns,
  expectUnits,
  expectWeights,
  likelihood,
  multiply,
  square,
} from '../ops/expectation.ts';
import { forward } from '../ops/forward.ts';
import { gather } from '../ops/gather.ts';
import { inputGradient } from '../ops/input-gradient.ts';
import { turnedWords } from '../ops/quad/products.ts';
import { weightGradient } from '../ops/weight-gradient.ts';
import { binarise, initialise, initialiseAffine } from '../ops/weights.ts';
import type { ForwardOptions, ForwardPass, Learning, LearningNetwork } from './learning.ts';
import { keptByExpectation } from './tensors.ts';

/** |h| from which a weight's mean is 0.999, divided by the 0.999 that `Counted` asks for. */
const CERTAIN = Math.atanh(0.999) / 0.999;

/** A layer, the moments of its weights, and what training makes of a minibatch. */
interface Layer {
  readonly parameters: LayerParameters;
  /** [I, O]: tanh h. */
  readonly means: GPUBuffer;
  /** [I, O]: 1 - tanh^2 h in the first layer, else tanh^2 h. */
  readonly spreads: GPUBuffer;
  /** [B, O]: sums, then what the way back multiplies by, then errors. */
  readonly sums: GPUBuffer;
  /** [B, O]: means of units; scores in the last layer. */
  readonly units: GPUBuffer;
}

const largest = (numbers: readonly number[]): number => Math.max(1, ...numbers);

/** @throws RangeError where the spec has what the rule does not take. */
export const expectation: Learning = (arena, builder, spec, data, metricsRows): LearningNetwork => {
  const refusal = learningRefusal(spec);
  if (refusal !== null) throw new RangeError(refusal);
  const B = spec.batch;
  const layers = layerShapes(spec, data).map((shape, index): Layer => {
    const { I, O, name } = shape;
    const options = { momentsPerWeight: 0, norm: 'none', keep: 1 } as const;
    return {
      // Weights are +1 and -1.
      parameters: createLayer(arena, { ...shape, H: 1 }, index, options),
      means: arena.storage(`${name}.means`, I * O),
      spreads: arena.storage(`${name}.spreads`, I * O),
      sums: arena.storage(`${name}.sums`, B * O),
      units: arena.storage(`${name}.units`, B * O),
    };
  });
  const parameters = layers.map((layer) => layer.parameters);
  const shapes = parameters.map(({ shape }) => shape);
  const stride = metricsStride(layers.length);
  const widest = largest(shapes.flatMap(({ I, O }) => [I, O]));
  const metrics = arena.storage('metrics', metricsRows * stride);
  const order = arena.storage('data.order', data.train.count);
  const x = arena.storage('x', B * data.inputs);
  const y = arena.storage('y', B);
  /** Of the layer at hand: squares of what it reads and products of those; on the way back, the gradient at what it read. */
  const squares = arena.storage('squares', B * widest);
  const spread = arena.storage('spread', B * widest);
  const dh = arena.storage('dh', largest(shapes.map(({ I, O }) => I * O)));
  const turned = arena.storage(
    'products.scratch',
    largest(
      parameters.map(({ shape, index }) =>
        turnedWords(shape, builder.profile.kernelsOf(index).inputGradient),
      ),
    ),
  );

  /** Products of means, and of their squares, of B examples: the sums of a layer. */
  const sumsOf = (
    { parameters: layer, means, spreads }: Layer,
    r: Record<'x' | 'squares' | 'sums' | 'spread', GPUBuffer> & { readonly B: number },
  ): Promise<Dispatch>[] => {
    const { I, O, name } = layer.shape;
    const variant = builder.profile.kernelsOf(layer.index).forward;
    const shared = { variant, B: r.B, I, O, H: null, wBits: layer.wBits };
    return [
      forward(builder, { ...shared, label: `${name}.means`, x: r.x, w: means, z: r.sums }),
      forward(builder, {
        ...{ ...shared, label: `${name}.spreads`, x: r.squares, w: spreads, z: r.spread },
      }),
    ];
  };

  const weightsOf = (layer: Layer, l: number, learns: boolean): Promise<Dispatch> =>
    expectWeights(builder, layer.parameters, {
      ...{ dh: learns ? dh : null, means: layer.means, spreads: layer.spreads },
      ...{ metrics, stride, signFlips: METRICS_HEAD + l },
    });

  const unitsBefore = (l: number): GPUBuffer => (l === 0 ? x : at(layers, l - 1).units);

  /** From the errors at a layer's sums to its h and bias, and to the errors of the layer before. */
  const back = (layer: Layer, l: number): Promise<Dispatch[]>[] => {
    const { shape, index, wBits } = layer.parameters;
    const { I, O, name } = shape;
    const kernels = builder.profile.kernelsOf(index);
    const toHere = [
      weightGradient(builder, {
        ...{ label: `${name}.dh`, variant: kernels.weightGradient, B, I, O },
        ...{ x: unitsBefore(l), dz: layer.sums, dwb: dh },
      }),
      expectBias(builder, layer.parameters, B, layer.sums),
      weightsOf(layer, l, true),
    ];
    if (l === 0) return [Promise.all(toHere)];
    // By the means as they propagated: before this layer's update.
    const toInput = inputGradient(builder, {
      ...{ label: `${name}.dv`, variant: kernels.inputGradient, B, I, O, H: null },
      ...{ dz: layer.sums, w: layer.means, wBits, dx: squares, scratch: turned },
    });
    const { sums } = at(layers, l - 1);
    const errors = multiply(builder, `${name}.errors`, sums, squares, B * I);
    return [toInput, Promise.all([errors, ...toHere])];
  };

  const training = async (): Promise<Dispatch[]> => {
    const fetch = gather(builder, {
      ...{ label: 'x', B, data, split: data.train, augmentation: spec.augmentation },
      ...{ order, shuffled: true, keep: 1, x, y, metrics, clear: stride },
    });
    const squared = square(builder, 'x.squares', x, squares, B * data.inputs);
    const way = layers.flatMap((layer, l) => [
      ...sumsOf(layer, { B, x: unitsBefore(l), squares, sums: layer.sums, spread }),
      expectUnits(builder, layer.parameters, {
        ...{ B, training: true, spreads: spread, sums: layer.sums, units: layer.units, squares },
      }),
    ]);
    const last = at(layers, layers.length - 1);
    const scored = likelihood(builder, {
      ...{ B, C: data.classes, training: true, scores: last.units, y },
      ...{ errors: last.sums, metrics, stride },
    });
    const backward = layers.flatMap((_, k) => {
      const l = layers.length - 1 - k;
      return back(at(layers, l), l);
    });
    const forwards = Promise.all([squared, ...way, scored]);
    return (await Promise.all([fetch, forwards, ...backward])).flat();
  };

  /** By the means: units are what is expected of them, scores how many deviations they lie off zero. */
  const byMeans = ({ B: examples, scratch, valuesAt }: ForwardOptions): Promise<Dispatch>[] => {
    const [ownSquares, ownSpread] = [at(scratch, 0), at(scratch, 1)];
    const begin = square(
      builder,
      'squares',
      valuesAt(0).buffer,
      ownSquares,
      examples * data.inputs,
    );
    return [
      begin,
      ...layers.flatMap((layer, l) => {
        const sums = valuesAt(2 * l + 1).buffer;
        const read = { x: valuesAt(2 * l).buffer, squares: ownSquares };
        return [
          ...sumsOf(layer, { B: examples, ...read, sums, spread: ownSpread }),
          expectUnits(builder, layer.parameters, {
            ...{ B: examples, training: false, spreads: ownSpread, sums },
            ...{ units: valuesAt(2 * l + 2).buffer, squares: ownSquares },
          }),
        ];
      }),
    ];
  };

  /** By bits: weights and units are signs. */
  const bySigns = ({ B: examples, signs, valuesAt }: ForwardOptions): Promise<Dispatch>[] =>
    layers.flatMap(({ parameters: layer }, l) => {
      const { I, O, H, name } = layer.shape;
      const sums = valuesAt(2 * l + 1).buffer;
      return [
        forward(builder, {
          ...{ label: `${name}.forward`, variant: builder.profile.kernelsOf(l).forward },
          ...{ B: examples, I, O, H, w: layer.w, wBits: at(signs, l) },
          ...{ x: valuesAt(2 * l).buffer, z: sums },
        }),
        expectSigns(builder, layer, { B: examples, sums, units: valuesAt(2 * l + 2).buffer }),
      ];
    });

  const pass = async (options: ForwardOptions): Promise<ForwardPass> => {
    const dispatches = await Promise.all((options.weights === 'real' ? byMeans : bySigns)(options));
    // Layers have as many each; by the means, one goes before them all.
    const each = Math.floor(dispatches.length / layers.length);
    const first = dispatches.length - each * layers.length;
    return {
      dispatches,
      ends: layers.map((_, l) => first + each * (l + 1)),
      outputs: layers.map((_, l) => 2 * l + 2),
      turn: 2 * layers.length,
    };
  };

  return {
    ...{ spec, data, layers: parameters, metrics, stride, order },
    traced: null,
    state: keptByExpectation(spec, data).map(({ tensor, layer: l, part }) => {
      const layer = at(layers, l);
      const isOwn = part === 'means' || part === 'spreads';
      return { ...tensor, buffer: isOwn ? layer[part] : layer.parameters[part] };
    }),

    fresh: () =>
      Promise.all(
        parameters.flatMap((layer) => [
          initialise(builder, layer, expectedRange(layer.shape.I)),
          initialiseAffine(builder, layer),
        ]),
      ),
    bits: () => Promise.all(layers.map((layer, l) => weightsOf(layer, l, false))),
    switched: () => Promise.resolve({ dispatches: [], clearsMoments: false }),
    training,
    later: [],
    counted: () => ({ ownRange: true, H: CERTAIN }),

    asked: {
      measures: false,
      softmax: false,
      scratch: (own, label, examples) => [
        own.storage(`${label}.squares`, examples * widest),
        own.storage(`${label}.spread`, examples * widest),
      ],
      prepare: async (weights, bits) =>
        weights === 'binary'
          ? Promise.all(parameters.map((layer, l) => binarise(builder, layer, false, at(bits, l))))
          : [],
      // A weight is +1 with probability (1 + tanh h) / 2: what binarising its mean with H = 1 does.
      sample: (bits) =>
        Promise.all(
          layers.map(({ parameters: layer, means }, l) =>
            binarise(builder, { ...layer, w: means }, true, at(bits, l), {
              purpose: 'ensemble',
              factor: 1,
            }),
          ),
        ),
      forward: pass,
      score: (r) =>
        likelihood(builder, {
          ...{ B: r.B, C: data.classes, training: false, scores: r.scores, y: r.y },
          ...{ errors: r.spare, metrics: r.metrics, stride: METRICS_HEAD },
        }),
      maps: () => [data, ...shapes.flatMap(({ to, out }) => [to, out])],
    },
  };
};
