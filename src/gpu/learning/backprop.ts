/**
 * Learning by backpropagation: BinaryConnect and what stands beside it. Gradients of a loss, an
 * optimiser's step, weights that propagate as stored, by sign or sampled.
 */
import { at } from '../../experiment/at.ts';
import { initialRange, switchFactor } from '../../experiment/shapes.ts';
import type { Mode } from '../../experiment/spec.ts';
import { forwardPass, preparedWeights } from '../forward-pass.ts';
import { followingOf } from '../layers/after.ts';
import { createNetwork, extents, METRICS_HEAD, outputOf, trainingProgram } from '../network.ts';
import { loss } from '../ops/loss.ts';
import { partialsWords } from '../ops/normalise.ts';
import { binarise, initialise, initialiseAffine, rescale } from '../ops/weights.ts';
import type { Learning, LearningNetwork } from './learning.ts';
import { retrainingPhase } from './retraining.ts';
import { keptByBackprop } from './tensors.ts';

export const backprop: Learning = (arena, builder, spec, data, metricsRows): LearningNetwork => {
  const network = createNetwork(arena, builder, spec, data, metricsRows);
  const { layers } = network;
  const companions = network.companions.flatMap((companion) => companion?.layer ?? []);
  return {
    ...network,
    state: keptByBackprop(spec, data).map(({ tensor, layer, part }) => ({
      ...tensor,
      buffer:
        part === 'steps'
          ? at(network.ternary ?? [], layer).steps
          : at([...layers, ...companions], layer)[part],
    })),

    traced: {
      dwb: network.dwb,
      inputs: layers.map((_, l) => outputOf(network, l - 1).buffer),
      propagates: (l, phase) => at(at(network.phases, phase), l).propagates,
    },

    fresh: () =>
      Promise.all([
        ...layers.flatMap((layer) => [
          initialise(builder, layer, initialRange(spec, layer.shape)),
          initialiseAffine(builder, layer),
        ]),
        ...companions.flatMap((layer) => [
          initialise(builder, layer, 2 * layer.shape.c),
          initialiseAffine(builder, layer),
        ]),
      ]),

    bits: (mode) =>
      Promise.all(
        layers.map((layer) => binarise(builder, layer, mode === 'stochastic', layer.wBits)),
      ),

    switched: async (from, to) => {
      const crossing = (from === 'none') !== (to === 'none');
      const clearsMoments = crossing && spec.h === 'one';
      const rescaled = layers.map((layer) =>
        rescale(builder, layer, {
          factor: switchFactor(spec, from, to, layer.shape),
          clip: to !== 'none',
          clearMoments: clearsMoments,
        }),
      );
      return { dispatches: crossing ? await Promise.all(rescaled) : [], clearsMoments };
    },

    training: (mode, phase) => trainingProgram(builder, network, mode, phase),
    later:
      spec.retraining === undefined ? [] : [retrainingPhase(builder, network, spec.retraining)],

    counted: ({ H }, mode: Mode) => ({ ownRange: mode === 'none', H }),

    asked: {
      measures: true,
      softmax: spec.loss === 'cross-entropy',
      scratch: (own, label) => [
        own.storage(`${label}.partials`, partialsWords(extents(layers, spec).channels)),
      ],
      prepare: (weights, bits) => preparedWeights(builder, network, weights, bits),
      sample: (bits, mode) =>
        Promise.all(
          layers.map((layer, l) =>
            binarise(builder, layer, true, at(bits, l), {
              purpose: 'ensemble',
              factor: switchFactor(spec, mode, 'stochastic', layer.shape),
            }),
          ),
        ),
      forward: (options) => forwardPass(builder, network, options),
      score: ({ B, scores, y, spare, metrics }) =>
        loss(builder, {
          ...{ B, C: data.classes, loss: spec.loss, training: false },
          ...{ a: scores, y, g: spare, metrics, stride: METRICS_HEAD },
        }),
      maps: () => [
        data,
        ...layers.flatMap(({ shape }) => [
          shape.to,
          ...followingOf(shape, spec.network.pooling).map(({ to }) => to),
        ]),
      ],
    },
  };
};
