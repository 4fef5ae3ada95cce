import { describe, expect, test } from 'vitest';
import { at } from '../experiment/at.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { augmentCrop, augmented, type Crop, cropped } from './augmentation.ts';
import type { Floats } from './floats.ts';
import { philox } from './random.ts';

const MAPS = { height: 3, width: 4, channels: 2 };
/** 1, 2, 3, ...: no two numbers of the example are equal, and none is a border's. */
const X: Floats = Float64Array.from({ length: 24 }, (_, e) => e + 1);

describe('what is drawn', () => {
  test('is the words of counter [example, epoch, 0, 0] under key [seed, 5 * 65536]', () => {
    for (const [seed, epoch, example, pad] of [
      [1, 0, 0, 4],
      [4_000_000_000, 3, 49_999, 2],
      [7, 9999, 12, 16],
    ] as const) {
      const words = new Uint32Array(4);
      philox(words, 0, [example, epoch, 0, 0], [seed, 0x50000]);
      const share = (k: number) => Math.floor(at(words, k) / 65_536) / 65_536;
      expect(augmentCrop(seed, epoch, example, pad)).toEqual({
        dy: Math.floor(share(0) * (2 * pad + 1)),
        dx: Math.floor(share(1) * (2 * pad + 1)),
        mirrored: at(words, 2) >= 2 ** 31,
      });
    }
  });

  test('is even over places and both ways round, and anew for each example and epoch', () => {
    const pad = 4;
    const places = 2 * pad + 1;
    const n = 20_000;
    for (const of of [
      (k: number) => augmentCrop(1, 0, k, pad),
      (k: number) => augmentCrop(1, k, 5, pad),
    ]) {
      const counts = new Map<string, number>();
      const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
      for (let k = 0; k < n; k++) {
        const { dy, dx, mirrored } = of(k);
        count(`${dy} ${dx}`);
        count(`mirrored ${mirrored}`);
      }
      expect(counts.size).toBe(places ** 2 + 2);
      for (const [key, seen] of counts) {
        const p = key.startsWith('mirrored') ? 1 / 2 : 1 / places ** 2;
        // Five standard deviations.
        expect(Math.abs(seen - n * p), key).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
      }
    }
  });
});

describe('a crop', () => {
  const of = (pad: number, crop: Partial<Crop>) =>
    Array.from(cropped(X, MAPS, pad, { dy: pad, dx: pad, mirrored: false, ...crop }));

  test('from the middle is the example itself', () => {
    expect(of(2, {})).toEqual(Array.from(X));
  });

  test('from the top left corner shows the border above and to the left', () => {
    // prettier-ignore
    expect(of(1, { dy: 0, dx: 0 })).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0,
      0, 0, 1, 2, 3, 4, 5, 6,
      0, 0, 9, 10, 11, 12, 13, 14,
    ]);
  });

  test('from the bottom right corner of a wide border shows almost nothing', () => {
    const nothing = new Array<number>(24).fill(0);
    expect(of(2, { dy: 4, dx: 4 })).toEqual(
      nothing.with(0, 21).with(1, 22).with(2, 23).with(3, 24),
    );
    expect(of(3, { dy: 6, dx: 0 })).toEqual(nothing);
  });

  test('mirrored: columns change places, channels do not', () => {
    // prettier-ignore
    expect(of(0, { mirrored: true })).toEqual([
      7, 8, 5, 6, 3, 4, 1, 2,
      15, 16, 13, 14, 11, 12, 9, 10,
      23, 24, 21, 22, 19, 20, 17, 18,
    ]);
    // The crop is taken, then mirrored: dx = 0 of pad 1 has its border on the left, and then on the right.
    // prettier-ignore
    expect(of(1, { dx: 0, mirrored: true })).toEqual([
      5, 6, 3, 4, 1, 2, 0, 0,
      13, 14, 11, 12, 9, 10, 0, 0,
      21, 22, 19, 20, 17, 18, 0, 0,
    ]);
  });
});

describe('a spec', () => {
  const of = (pad: number, flip: boolean, example: number) => {
    const spec: ExperimentSpec = { ...DEFAULT_SPEC, augmentation: { pad, flip } };
    return augmented(spec, X, MAPS, 0, example);
  };
  const examples = Array.from({ length: 32 }, (_, k) => k);
  const mirror = (x: Floats) => cropped(x, MAPS, 0, { dy: 0, dx: 0, mirrored: true });

  test('without augmentation leaves the example alone', () => {
    expect(of(0, false, 3)).toBe(X);
  });

  test('that flips shows the example both ways, and nothing else', () => {
    const seen = new Set(examples.map((example) => of(0, true, example).join()));
    expect(seen).toEqual(new Set([X.join(), mirror(X).join()]));
  });

  test('that only crops never mirrors', () => {
    const shifts = examples.map((example) => of(1, false, example));
    expect(new Set(shifts.map((x) => x.join())).size).toBe(9);
    for (const x of shifts) {
      const row = x.subarray(8, 16).filter((value, e) => value !== 0 && e % 2 === 0);
      expect(row.toSorted()).toEqual(row);
    }
  });

  test('draws the same crop whether it flips or not', () => {
    for (const example of examples) {
      const plain = of(1, false, example);
      const flipped = of(1, true, example);
      expect([plain, mirror(plain)]).toContainEqual(flipped);
    }
  });
});
