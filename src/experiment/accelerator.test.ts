import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accumulatorBits,
  addressOf,
  balancedFoldings,
  bottleneckOf,
  divisorsOf,
  fold,
  matrixOf,
  placesAtOnce,
  throughputOf,
  weightAt,
  windowPlace,
} from './accelerator.ts';
import { at } from './at.ts';
import { shapeOf } from './datasets.ts';
import { findRecipe } from './recipes.ts';
import { layerShapes, type LayerShape } from './shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from './spec.ts';

/** The layers of a net on 32 x 32 x 3 pictures, or on Fashion-MNIST. */
const layersOf = (hidden: LayerSpec[], data: ExperimentSpec['data'] = 'cifar-10'): LayerShape[] =>
  layerShapes(
    { ...DEFAULT_SPEC, data, network: { ...DEFAULT_SPEC.network, hidden } },
    shapeOf(data),
  );

const conv = (channels: number, kernel = 3, padding = 1): LayerSpec => ({
  ...{ type: 'conv', channels, kernel, stride: 1, padding },
});

const recipeLayers = (name: string): LayerShape[] => {
  const found = findRecipe(name);
  if (!found.ok) throw new Error(found.error);
  return layerShapes(found.value.spec, shapeOf(found.value.spec.data));
};

/** A matrix with a legal folding. */
const folded = fc
  .tuple(fc.integer({ min: 1, max: 96 }), fc.integer({ min: 1, max: 96 }), fc.nat(), fc.nat())
  .map(([MH, MW, p, s]) => {
    const [pes, simds] = [divisorsOf(MH), divisorsOf(MW)];
    return fold(
      { MH, MW, vectors: 1 + (p % 5) },
      { PE: at(pes, p % pes.length), SIMD: at(simds, s % simds.length) },
    );
  });

describe('worked examples', () => {
  it('1024 x 1024, PE = SIMD = 32: 1024 cycles, 1024 words of 32 bits an element, 1024 lanes', () => {
    const layer = at(recipeLayers('mnist-paper'), 1);
    const unit = fold(matrixOf(layer), { PE: 32, SIMD: 32 });
    expect(unit).toEqual({
      ...{ MH: 1024, MW: 1024, vectors: 1, PE: 32, SIMD: 32, NF: 32, SF: 32 },
      ...{ depth: 1024, bits: 1_048_576, lanes: 1024, cyclesAVector: 1024, cycles: 1024 },
    });
  });

  it('conv 128 -> 128, 3 x 3, on 32 x 32: 144 cycles a place, 147,456 an image', () => {
    const layer = at(layersOf([conv(128), conv(128)]), 1);
    const unit = fold(matrixOf(layer), { PE: 32, SIMD: 32 });
    expect(unit).toMatchObject({ MW: 1152, SF: 36, NF: 4, cyclesAVector: 144, cycles: 147_456 });
    expect(unit.depth * unit.PE * unit.SIMD).toBe(unit.bits);
  });

  it('a clock of 100 MHz over the slowest layer', () => {
    const units = [1024, 256].map((MH) => fold({ MH, MW: 1024, vectors: 1 }, { PE: 32, SIMD: 32 }));
    expect(bottleneckOf(units)).toBe(0);
    expect(throughputOf(units, 100e6)).toBe(97_656.25);
  });
});

describe('folding', () => {
  it('divisors, smallest first', () => {
    expect(divisorsOf(1)).toEqual([1]);
    expect(divisorsOf(10)).toEqual([1, 2, 5, 10]);
    expect(divisorsOf(784)).toEqual([1, 2, 4, 7, 8, 14, 16, 28, 49, 56, 98, 112, 196, 392, 784]);
  });

  it('what does not divide gets a sentence', () => {
    const matrix = { MH: 10, MW: 256, vectors: 1 };
    expect(() => fold(matrix, { PE: 3, SIMD: 1 })).toThrow(
      'PE is 3; allowed are the divisors of MH = 10',
    );
    expect(() => fold(matrix, { PE: 1, SIMD: 0 })).toThrow(
      'SIMD is 0; allowed are the divisors of MW = 256',
    );
  });

  it('each weight lies at one address of its own, and is found there', () => {
    fc.assert(
      fc.property(folded, (unit) => {
        const seen = new Set<number>();
        let strays = 0;
        for (let r = 0; r < unit.MH; r++) {
          for (let k = 0; k < unit.MW; k++) {
            const address = addressOf(unit, { r, k });
            const { pe, word, lane } = address;
            if (pe >= unit.PE || word >= unit.depth || lane >= unit.SIMD) strays++;
            seen.add((pe * unit.depth + word) * unit.SIMD + lane);
            const found = weightAt(unit, address);
            if (found.r !== r || found.k !== k) strays++;
          }
        }
        expect(strays).toBe(0);
        expect(seen.size).toBe(unit.bits);
      }),
      { numRuns: 30 },
    );
  });

  it('the loop over vectors, rows, columns takes as many cycles, and multiplies the matrix', () => {
    fc.assert(
      fc.property(folded, (unit) => {
        const { MH, MW, PE, SIMD, NF, SF } = unit;
        const x = Array.from({ length: MW }, (_, k) => k + 1);
        const w = (r: number, k: number) => ((r * 7 + k * 3) % 5 < 2 ? 1 : -1);
        let [cycles, strays] = [0, 0];
        const sums = new Array<number>(MH).fill(0);
        for (let vector = 0; vector < unit.vectors; vector++) {
          sums.fill(0);
          for (let nf = 0; nf < NF; nf++) {
            for (let sf = 0; sf < SF; sf++) {
              for (let pe = 0; pe < PE; pe++) {
                for (let lane = 0; lane < SIMD; lane++) {
                  const { r, k } = weightAt(unit, { pe, word: nf * SF + sf, lane });
                  // The bus holds the columns of group sf, whatever the row.
                  if (k !== sf * SIMD + lane) strays++;
                  sums[r] = at(sums, r) + w(r, k) * at(x, k);
                }
              }
              cycles++;
            }
          }
        }
        expect([cycles, strays]).toEqual([unit.cycles, 0]);
        expect(sums).toEqual(
          sums.map((_, r) => x.reduce((sum, value, k) => sum + w(r, k) * value, 0)),
        );
      }),
      { numRuns: 15 },
    );
  });
});

describe('windows', () => {
  const layers = layersOf([conv(8), conv(4), { type: 'dense', units: 5 }]);

  it('a column of the matrix is a row, a column and a channel of the window, channels first', () => {
    const layer = at(layers, 1);
    expect(windowPlace(layer, 0)).toEqual({ row: 0, column: 0, channel: 0 });
    expect(windowPlace(layer, 9)).toEqual({ row: 0, column: 1, channel: 1 });
    expect(windowPlace(layer, 71)).toEqual({ row: 2, column: 2, channel: 7 });
  });

  it('behind a convolution a dense layer reads its maps in the order that they come in', () => {
    const dense = at(layers, 2);
    expect(windowPlace(dense, 4 * 32 + 5)).toEqual({ row: 1, column: 1, channel: 1 });
    expect(windowPlace(dense, dense.I - 1)).toEqual({ row: 31, column: 31, channel: 3 });
  });

  it('a group keeps to one place where it divides the channels', () => {
    const layer = at(layers, 1);
    expect([1, 2, 4, 8].map((simd) => placesAtOnce(layer, simd))).toEqual([1, 1, 1, 1]);
    // 72 columns, 8 channels a place.
    expect([3, 6, 12, 24, 72].map((simd) => placesAtOnce(layer, simd))).toEqual([2, 2, 2, 3, 9]);
    expect(placesAtOnce(at(layers, 0), 9)).toBe(3);
  });
});

it('an accumulator holds the largest sum and the smallest, and is no wider than that takes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 16 }),
      fc.boolean(),
      (MW, bits, signed) => {
        const width = accumulatorBits(MW, bits, signed);
        const most = MW * (signed ? 2 ** (bits - 1) : 2 ** bits - 1);
        expect(most).toBeLessThanOrEqual(2 ** (width - 1) - 1);
        expect(most).toBeGreaterThan(2 ** (width - 2) - 1);
        const rule = bits + Math.ceil(Math.log2(MW));
        expect(width - rule).toBeLessThanOrEqual(1);
      },
    ),
  );
  expect(accumulatorBits(1024, 8, false)).toBe(19);
  expect(accumulatorBits(784, 8, true)).toBe(18);
});

describe('a balanced folding', () => {
  const nets: Readonly<Record<string, LayerShape[]>> = {
    'mlp-small': recipeLayers('mlp-small'),
    'cifar10-final': recipeLayers('cifar10-final'),
    mixed: layersOf([conv(6, 5, 2), { type: 'dense', units: 30 }], 'mnist'),
  };

  it.each(Object.keys(nets))('of %s keeps to its budget and wastes no lanes', (name) => {
    const layers = nets[name] ?? [];
    for (const budget of [layers.length, 64, 1024, 16_384]) {
      const units = balancedFoldings(layers, budget).map((folding, l) =>
        fold(matrixOf(at(layers, l)), folding),
      );
      expect(units.reduce((sum, { lanes }) => sum + lanes, 0)).toBeLessThanOrEqual(budget);
      const slowest = Math.max(...units.map(({ cycles }) => cycles));
      // One lane fewer, in any layer, would make it the slowest.
      for (const [l, unit] of units.entries()) {
        const { MH, MW } = unit;
        const { kind, from } = at(layers, l);
        // Groups are parts of a place of the window, or whole ones.
        const simds = divisorsOf(MW).filter(
          (SIMD) => kind === 'dense' || from.channels % SIMD === 0 || SIMD % from.channels === 0,
        );
        expect(simds).toContain(unit.SIMD);
        const fewer = divisorsOf(MH).flatMap((PE) => simds.map((SIMD) => PE * SIMD));
        const next = Math.max(0, ...fewer.filter((lanes) => lanes < unit.lanes));
        const { vectors } = matrixOf(at(layers, l));
        if (next > 0) expect((MH * MW * vectors) / next).toBeGreaterThan(slowest);
      }
    }
  });

  it('finds the fastest there is', () => {
    const layers = layersOf([{ type: 'dense', units: 6 }], 'moons');
    // 6 x 2 and 2 x 6 weights; 5 lanes: 3 and 2 take 4 and 6 cycles, 2 and 3 take 6 and 4.
    const best = balancedFoldings(layers, 5).map(({ PE, SIMD }) => PE * SIMD);
    expect(Math.max(...best.map((lanes) => 12 / lanes))).toBe(6);
  });

  it('gives each layer a lane where there are fewer lanes than layers', () => {
    const one = { PE: 1, SIMD: 1 };
    expect(balancedFoldings(nets['mlp-small'] ?? [], 1)).toEqual([one, one, one]);
  });
});
