import { describe, expect, it } from 'vitest';
import { balancedFoldings, fold, type Folding, matrixOf } from './accelerator.ts';
import { at } from './at.ts';
import {
  affineInterval,
  intakeOf,
  lineBufferOf,
  scheduleOf,
  stagesOf,
  storesOf,
} from './datapath.ts';
import { shapeOf } from './datasets.ts';
import { RECIPES } from './recipes.ts';
import { layerShapes, type LayerShape } from './shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from './spec.ts';

const withHidden = (hidden: LayerSpec[]): ExperimentSpec => ({
  ...DEFAULT_SPEC,
  data: 'cifar-10',
  network: { ...DEFAULT_SPEC.network, hidden },
});
const layersOf = (spec: ExperimentSpec): LayerShape[] => layerShapes(spec, shapeOf(spec.data));
const folds = (layers: readonly LayerShape[], foldings: readonly Folding[]) =>
  layers.map((layer, l) => fold(matrixOf(layer), at(foldings, l)));

const conv = (channels: number, padding = 1): LayerSpec => ({
  ...{ type: 'conv', channels, kernel: 3, stride: 1, padding },
});
const POOL: LayerSpec = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false };

describe('stages', () => {
  it('max pooling of raw sums before the affine, as in the paper', () => {
    const spec = withHidden([conv(8), POOL]);
    const [first, output] = layersOf(spec);
    if (first === undefined || output === undefined) throw new Error('two layers');
    expect(stagesOf(first, spec)).toEqual([
      { kind: 'max-pool', window: '2 × 2' },
      { kind: 'affine', multiplies: true },
      { kind: 'relu' },
    ]);
    expect(stagesOf(output, spec)).toEqual([{ kind: 'affine', multiplies: true }]);
    // Of four sums one is left, so the affine works at a quarter of the rate.
    const unit = fold(matrixOf(first), { PE: 2, SIMD: 3 });
    expect(affineInterval(first, unit, spec)).toBe(4 * unit.SF);
    expect(affineInterval(output, fold(matrixOf(output), { PE: 1, SIMD: 8 }), spec)).toBe(256);
  });

  it('elsewhere behind it; without batch norm and with H = 1 only a bias is left', () => {
    const base = withHidden([{ ...conv(8), pieces: 2 } as LayerSpec, POOL]);
    const spec: ExperimentSpec = {
      ...base,
      network: { ...base.network, pooling: 'after-activation', batchNorm: 'none' },
    };
    expect(stagesOf(at(layersOf(spec), 0), spec)).toEqual([
      { kind: 'affine', multiplies: false },
      { kind: 'maxout', pieces: 2 },
      { kind: 'max-pool', window: '2 × 2' },
    ]);
  });

  it('1024 x 1024 with PE = SIMD = 32: an affine has work every 32 cycles', () => {
    const spec = withHidden([
      { type: 'dense', units: 1024 },
      { type: 'dense', units: 1024 },
    ]);
    const layer = at(layersOf(spec), 1);
    expect(affineInterval(layer, fold(matrixOf(layer), { PE: 32, SIMD: 32 }), spec)).toBe(32);
  });
});

describe('stores', () => {
  it('K + 1 lines of padded maps at stride 1; a single place needs none', () => {
    const layer = at(layersOf(withHidden([conv(128), conv(128)])), 1);
    expect(lineBufferOf(layer)).toEqual({ lines: 4, numbers: 34 * 128 });
    expect(lineBufferOf({ ...layer, kernel: 1, padding: 0 }).lines).toBe(0);
    expect(lineBufferOf({ ...layer, kernel: 3, stride: 2 }).lines).toBe(5);
  });

  it('counts bits', () => {
    const spec = withHidden([conv(8), POOL]);
    const layers = layersOf(spec);
    expect(storesOf(layers, 0, spec, 8)).toEqual({
      ...{ signed: true, accumulator: 8 + 5, replay: 27 * 8, lines: 4 * 34 * 3 * 8 },
      pooling: 16 * 8 * 13,
    });
    expect(storesOf(layers, 1, spec, 8)).toMatchObject({ signed: false, lines: 0, pooling: 0 });
  });

  it('a group that is no part of a place takes whole places in', () => {
    const layer = at(layersOf(withHidden([conv(6), conv(4)])), 1);
    expect([1, 2, 3, 6, 9, 18, 54].map((simd) => intakeOf(layer, simd))).toEqual([
      1, 2, 3, 6, 6, 6, 6,
    ]);
  });
});

describe('schedule', () => {
  it('dense layers one after another: the sum of their cycles, a vector between two', () => {
    const spec = { ...DEFAULT_SPEC };
    const layers = layersOf(spec);
    const units = folds(layers, [
      { PE: 16, SIMD: 28 },
      { PE: 8, SIMD: 32 },
      { PE: 2, SIMD: 8 },
    ]);
    expect(units.map(({ cycles }) => cycles)).toEqual([448, 256, 160]);
    expect(scheduleOf(layers, units)).toEqual({
      interval: 448,
      latency: 448 + 256 + 160,
      links: [
        { from: 16, to: 32, held: 32, fifo: 8 },
        { from: 8, to: 8, held: 0, fifo: 32 },
      ],
    });
  });

  it('a convolution begins as soon as its window is there', () => {
    // 3 x 3, padded, on 32 x 32: its first window needs the place (1, 1) of the maps before, the
    // last one the last.
    const layers = layersOf(withHidden([conv(2), conv(2)]));
    const units = folds(layers, [
      { PE: 2, SIMD: 27 },
      { PE: 2, SIMD: 18 },
      { PE: 1, SIMD: 64 },
    ]);
    expect(units.map(({ cycles }) => cycles)).toEqual([1024, 1024, 320]);
    const { interval, latency } = scheduleOf(layers, units);
    expect(interval).toBe(1024);
    // The place (1, 1) is the 34th; from there on both go along, a place a cycle each, and the second
    // has 1024 places to make.
    expect(latency).toBe(34 + 1024 + 320);
  });

  it.each(RECIPES)('$name: between its slowest layer and all of them in turn', ({ spec }) => {
    const layers = layersOf(spec);
    const units = folds(layers, balancedFoldings(layers, 4096));
    const { interval, latency, links } = scheduleOf(layers, units);
    const sum = units.reduce((total, { cycles }) => total + cycles, 0);
    expect(latency).toBeGreaterThanOrEqual(interval);
    expect(latency).toBeLessThanOrEqual(sum);
    expect(links).toHaveLength(layers.length - 1);
    for (const { fifo } of links) expect(fifo).toBeGreaterThanOrEqual(1);
    // What waits at most does not grow with the examples that come.
    expect(scheduleOf(layers, units, 6)).toEqual({ interval, latency, links });
  });
});
