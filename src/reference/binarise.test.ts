import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import {
  flipRate,
  hardSigmoid,
  packSigns,
  propagated,
  sampleSigns,
  signs,
  unpackSigns,
} from './binarise.ts';
import { toFloats } from './floats.ts';

const sample = { I: 5, O: 3, H: 1, seed: 1, layer: 0, step: 0 };

describe('by sign', () => {
  test('zero, and minus zero, are +H', () => {
    const w = toFloats([-2, -1e-300, -0, 0, 1e-300, 2]);
    expect(Array.from(signs(w, 0.5))).toEqual([-0.5, -0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  test('each mode propagates its own weights', () => {
    const w = Float64Array.from({ length: 15 }, (_, e) => (e - 7) / 7);
    expect(propagated(w, 'none', sample)).toEqual(w);
    expect(propagated(w, 'deterministic', sample)).toEqual(signs(w, 1));
    expect(propagated(w, 'stochastic', sample)).toEqual(sampleSigns(w, sample));
  });

  test('flips count signs only', () => {
    expect(flipRate(toFloats([1, 1, 1, -1]), toFloats([0.5, -0, -1, 1]))).toBe(0.5);
  });
});

describe('by chance', () => {
  test('the hard sigmoid is clip((x + 1) / 2, 0, 1)', () => {
    expect([-9, -1, -0.5, 0, 0.5, 1, 9].map(hardSigmoid)).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1]);
  });

  const H = 0.03;
  test.each([-1, -0.9, -0.5, -0.1, 0, 0.25, 0.5, 0.99])('w = %f H: P(+H) = hs(w / H)', (ratio) => {
    const n = 40_000;
    const w = new Float64Array(n).fill(ratio * H);
    const wb = sampleSigns(w, { I: 400, O: 100, H, seed: 42, layer: 1, step: 9 });
    const share = wb.filter((value) => value > 0).length / n;
    const p = hardSigmoid(ratio);
    expect(wb.every((value) => Math.abs(value) === H)).toBe(true);
    // Five standard deviations of a share of n.
    expect(Math.abs(share - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / n));
  });

  test('at and beyond H the sign is certain', () => {
    const certain = { I: 100, O: 100, H, seed: 3, layer: 0, step: 0 };
    for (const ratio of [1, 1.7]) {
      expect(sampleSigns(new Float64Array(1e4).fill(ratio * H), certain).every((b) => b > 0)).toBe(
        true,
      );
      expect(sampleSigns(new Float64Array(1e4).fill(-ratio * H), certain).every((b) => b < 0)).toBe(
        true,
      );
    }
  });

  test('every step draws anew, and the same step the same', () => {
    const w = new Float64Array(1e4);
    const of = (step: number) => sampleSigns(w, { I: 100, O: 100, H, seed: 3, layer: 0, step });
    expect(of(1)).toEqual(of(1));
    // At w = 0 half of the samples differ; standard deviation 0.005.
    expect(Math.abs(flipRate(of(1), of(2)) - 0.5)).toBeLessThan(0.025);
  });

  test('rows are padded to words of 32, so a wider layer shares its first draws', () => {
    const of = (O: number) =>
      sampleSigns(new Float64Array(4 * O), { I: 4, O, H, seed: 3, layer: 0, step: 0 });
    const [narrow, wide] = [of(3), of(32)];
    for (let i = 0; i < 4; i++) {
      expect(narrow.slice(i * 3, i * 3 + 3)).toEqual(wide.slice(i * 32, i * 32 + 3));
    }
  });
});

describe('packing', () => {
  test('bit o % 32 of word o / 32 of the row; padding is 0', () => {
    const w = signs(toFloats([1, -1, 1, ...new Array<number>(30).fill(-1), 1, 1, 1]), 1);
    expect(Array.from(packSigns(w, 1, 36))).toEqual([0b101, 0b1110]);
    expect(Array.from(packSigns(w, 12, 3))).toHaveLength(12);
    expect(at(packSigns(new Float64Array(31).fill(1), 1, 31), 0)).toBe(0x7fffffff);
    expect(at(packSigns(new Float64Array(32).fill(1), 1, 32), 0)).toBe(0xffffffff);
  });

  test('unpack(pack(wb)) is wb', () => {
    const shape = fc.record({
      I: fc.integer({ min: 1, max: 9 }),
      O: fc.integer({ min: 1, max: 99 }),
    });
    const net = shape.chain(({ I, O }) =>
      fc.record({
        I: fc.constant(I),
        O: fc.constant(O),
        wb: fc.array(fc.constantFrom(-0.25, 0.25), { minLength: I * O, maxLength: I * O }),
      }),
    );
    fc.assert(
      fc.property(net, ({ I, O, wb }) => {
        const bits = packSigns(toFloats(wb), I, O);
        expect(bits).toHaveLength(I * Math.ceil(O / 32));
        expect(Array.from(unpackSigns(bits, I, O, 0.25))).toEqual(wb);
      }),
      { numRuns: 200 },
    );
  });
});
