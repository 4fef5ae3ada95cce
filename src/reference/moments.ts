/**
 * DropConnect tested by moments (Wan et al. 2013): a unit whose weights drop out in training is drawn from
 * N(p W v, p (1 - p) (W * W)(v * v)), and the mean of its activations over the draws goes on.
 */
import { at } from '../experiment/at.ts';
import { keepFor } from '../experiment/drop-connect.ts';
import { type Statistics, normForward, statisticsOf } from './batch-norm.ts';
import { denseForward } from './dense.ts';
import type { Pass } from './evaluation.ts';
import { el, type Floats, floats } from './floats.ts';
import { layerForward, type PassLayer } from './layer.ts';
import { philox, streamOf, unit } from './random.ts';
import { reluForward } from './relu-dropout.ts';

export interface Drawing {
  /** Draws a unit, a multiple of four. */
  readonly samples: number;
  readonly seed: number;
}

/** `samples` numbers of the standard normal distribution for element e of a layer (Box and Muller 1958). */
export function normals(e: number, layer: number, { samples, seed }: Drawing): Floats {
  const out = floats(samples);
  const words = new Uint32Array(4);
  for (let s = 0; s < samples; s += 2) {
    if (s % 4 === 0) philox(words, 0, [e, s / 4, 0, 0], [seed, streamOf('moments', layer)]);
    const [u, v] = [at(words, s % 4), at(words, (s % 4) + 1)];
    const radius = Math.sqrt(-2 * Math.log(1 - unit(u)));
    out[s] = radius * Math.cos(2 * Math.PI * unit(v));
    out[s + 1] = radius * Math.sin(2 * Math.PI * unit(v));
  }
  return out;
}

const squares = (values: Floats): Floats => values.map((value) => value * value);

/** Inference with layers of weights that propagate when none is dropped, without p. */
export const momentsPass =
  (drawing: Drawing): Pass =>
  (spec, layers, x, statistics, first) => {
    let flowing = x;
    const used = layers.map((layer, l): Statistics => {
      const given = statistics === null ? null : at(statistics, l);
      const keep = keepFor(spec, layer.shape);
      if (keep === null) {
        const { out, trace } = layerForward(spec.network, layer, flowing, given);
        flowing = out;
        return trace.normalised.statistics;
      }
      const { I, O } = layer.shape;
      const { p } = keep;
      const size = { B: flowing.length / I, I, O };
      const z = denseForward(flowing, layer.wb, size).map((value) => p * value);
      const v = denseForward(squares(flowing), squares(layer.wb), size).map(
        (value) => p * (1 - p) * value,
      );
      const own = given ?? drawnStatistics(z, v, size.B, O);
      flowing = meanActivations(spec.network.batchNorm, layer, { z, v }, own, (e) =>
        normals(first * O + e, l, drawing),
      );
      return own;
    });
    return { scores: flowing, statistics: used };
  };

/** Of units with means z and variances v, [B, O]: the variance of the means and the mean of the variances. */
export function drawnStatistics(z: Floats, v: Floats, B: number, O: number): Statistics {
  const { mean, variance } = statisticsOf(z, B, O);
  const spread = statisticsOf(v, B, O).mean;
  return { mean, variance: variance.map((value, o) => value + el(spread, o)) };
}

export function meanActivations(
  form: Parameters<typeof normForward>[0],
  layer: PassLayer,
  { z, v }: { readonly z: Floats; readonly v: Floats },
  statistics: Statistics,
  drawsOf: (e: number) => Floats,
): Floats {
  const draws = z.map(() => 0);
  const all = Array.from(z, (_, e) => drawsOf(e));
  const samples = at(all, 0).length;
  for (let s = 0; s < samples; s++) {
    const u = z.map((mean, e) => mean + Math.sqrt(el(v, e)) * el(at(all, e), s));
    const a = reluForward(normForward(form, u, layer, statistics).y);
    a.forEach((value, e) => (draws[e] = el(draws, e) + value / samples));
  }
  return draws;
}
