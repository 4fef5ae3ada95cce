/** From a spec to the numbers of each layer: shapes, Glorot coefficient, H, initial range, rate scale. */
import type { ExperimentSpec, Mode } from './spec.ts';
import { at } from './at.ts';

/** What a network must know of its data. */
export interface DataShape {
  /** Numbers an example has (28 x 28 x 1 = 784). */
  readonly inputs: number;
  readonly classes: number;
}

export interface LayerShape {
  /** `dense1`, `dense2`, ..., the last one is `output`. */
  readonly name: string;
  readonly I: number;
  readonly O: number;
  /** c = sqrt(1.5 / (I + O)): half the limit of Glorot and Bengio's uniform initialisation. */
  readonly c: number;
  /** The binary magnitude. */
  readonly H: number;
  /** True for all but the output layer: ReLU and dropout follow. */
  readonly hidden: boolean;
}

export const glorotCoefficient = (I: number, O: number): number => Math.sqrt(1.5 / (I + O));

/** The layers of a spec's network, first to last. */
export function layerShapes(spec: ExperimentSpec, data: DataShape): LayerShape[] {
  const widths = [data.inputs, ...spec.network.hidden.map((layer) => layer.units), data.classes];
  return widths.slice(1).map((O, l) => {
    const I = at(widths, l);
    const hidden = l < widths.length - 2;
    const c = glorotCoefficient(I, O);
    return {
      name: hidden ? `dense${l + 1}` : 'output',
      I,
      O,
      c,
      H: spec.h === 'one' ? 1 : c,
      hidden,
    };
  });
}

/** Half-width a of the uniform distribution U(-a, a) that a layer's weights start from. */
export function initialRange(spec: ExperimentSpec, layer: LayerShape): number {
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

/** The factor on a layer's finished optimiser step (weights only, never gamma or beta). */
export function lrScaleOf(spec: ExperimentSpec, mode: Mode, layer: LayerShape): number {
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
