/**
 * From our order of numbers to that of frameworks with channels first: maps [B, C, height, width]
 * instead of [B, height, width, C].
 */
import type { Maps } from '../../src/experiment/datasets.ts';
import { at } from '../../src/experiment/at.ts';
import type { LayerShape } from '../../src/experiment/shapes.ts';

type Values = Float32Array<ArrayBuffer>;

/** [B, C, height, width] of [B, height, width, C]. */
export function channelsFirst(x: Values, { height, width, channels }: Maps): Values {
  const places = height * width;
  const size = places * channels;
  return Float32Array.from(x, (_, e) => {
    const within = e % size;
    const place = within % places;
    return at(x, e - within + place * channels + Math.floor(within / places));
  });
}

/** A convolution's weights: [O, C, kernel, kernel] of [kernel, kernel, C, O]. */
export function kernelsFirst(w: Values, { kernel, from, O }: LayerShape): Values {
  const { channels } = from;
  const places = kernel * kernel;
  return Float32Array.from(w, (_, e) => {
    const place = e % places;
    const c = Math.floor(e / places) % channels;
    const o = Math.floor(e / (places * channels));
    return at(w, (place * channels + c) * O + o);
  });
}

/** A dense layer's weights [I, O], their rows in the order of flattened [C, height, width] maps. */
export function denseChannelsFirst(w: Values, { from, O }: LayerShape): Values {
  const { height, width, channels } = from;
  const places = height * width;
  return Float32Array.from(w, (_, e) => {
    const row = Math.floor(e / O);
    const ours = (row % places) * channels + Math.floor(row / places);
    return at(w, ours * O + (e % O));
  });
}
