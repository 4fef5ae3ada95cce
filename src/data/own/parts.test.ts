/** The small parts that readers share: labels, numbers, layouts, sizes, colours, splits. */
import { describe, expect, test } from 'vitest';
import { isColourless, recolour } from './colour.ts';
import { classesOfNumbers, LabelCollector, nameOf } from './labels.ts';
import { arrange, flatLayout, guessShape, layoutOf } from './layout.ts';
import { LIMITS, overLimit } from './own-data.ts';
import { Resizer } from './resize.ts';
import { planSplit, reorder, shuffledOrder } from './split.ts';
import { toBytes } from './values.ts';

const bytes = (...list: number[]) => Uint8Array.from(list);

describe('labels', () => {
  test('are classes in order of value, whatever their numbers', () => {
    const classes = classesOfNumbers([10, 2, 10, -1], 'It');
    expect(classes).toEqual({
      ok: true,
      value: { classNames: ['-1', '2', '10'], labels: bytes(2, 1, 2, 0) },
    });
  });

  test('that are texts are ordered by their letters, or as the source names them', () => {
    const collector = new LabelCollector('It', 3);
    for (const label of ['b', 'a', 'c']) expect(collector.add(label)).toBeNull();
    expect(collector.finish()).toMatchObject({ value: { classNames: ['a', 'b', 'c'] } });
    // A label without a name keeps a class of its own.
    expect(collector.finish(['c', 'x', 'b'])).toMatchObject({
      value: { classNames: ['c', 'b', 'a'], labels: bytes(1, 2, 0) },
    });
  });

  test('get their sentence where they are too many, too few, missing or no labels', () => {
    const error = (values: number[]) => {
      const result = classesOfNumbers(values, 'It');
      return result.ok ? '' : result.error;
    };
    expect(error([1, 1])).toBe('It has only one label, "1"; allowed are 2 to 256 classes.');
    expect(error([])).toContain('no labels');
    expect(error([0.5])).toContain('the label 0.5 at position 0');
    expect(error(Array.from({ length: 300 }, (_, i) => i))).toContain('more than 256 different');
    expect(new LabelCollector('It', 1).add('')).toBe('It has no label for example 1.');
  });

  test('are shown in one line, without characters that hide or turn others around', () => {
    expect(nameOf('a\u202eb\nc', '?')).toBe('a b c');
    expect(nameOf('\u0000 ', 'class 3')).toBe('class 3');
    expect(nameOf('x'.repeat(500), '?')).toHaveLength(LIMITS.name);
    expect(nameOf('犬', '?')).toBe('犬');
  });
});

describe('numbers', () => {
  test('are bytes, 0..255, or 0..1', () => {
    const value = (list: Parameters<typeof toBytes>[0]) => {
      const result = toBytes(list, 'It');
      return result.ok ? [...result.value] : result.error;
    };
    expect(value(bytes(0, 7, 255))).toEqual([0, 7, 255]);
    expect(value(Float32Array.of(0, 0.5, 1))).toEqual([0, 128, 255]);
    expect(value(bytes(0, 1))).toEqual([0, 255]);
    expect(value(Float64Array.of(0, 99.6, 255))).toEqual([0, 100, 255]);
    expect(value(Int16Array.of(-1, 3))).toBe(
      'It has pixel values from -1 to 3; allowed are 0 to 255, or 0 to 1.',
    );
    expect(value(Float32Array.of(0, NaN))).toContain('not a number at position 1');
    expect(value(Float32Array.of(0, Infinity))).toContain('not a number at position 1');
  });
});

describe('layouts', () => {
  /** Element [n, y, x, k] is 1000 n + 100 y + 10 x + k, wherever it lies. */
  const expected = (dims: { n: number; h: number; w: number; c: number }) => {
    const list: number[] = [];
    for (let n = 0; n < dims.n; n++)
      for (let y = 0; y < dims.h; y++)
        for (let x = 0; x < dims.w; x++)
          for (let k = 0; k < dims.c; k++) list.push((64 * n + 16 * y + 4 * x + k) % 256);
    return list;
  };
  const at = (n: number, y: number, x: number, k: number) => (64 * n + 16 * y + 4 * x + k) % 256;

  test('of [N, H, W, C] and [N, C, H, W], by rows or by columns, come out alike', () => {
    const [N, H, W, C] = [2, 2, 3, 3] as const;
    const filled = (axes: readonly ('n' | 'y' | 'x' | 'k')[]) => {
      const size = { n: N, y: H, x: W, k: C };
      const out = new Uint8Array(N * H * W * C);
      for (let i = 0; i < out.length; i++) {
        let rest = i;
        const index = { n: 0, y: 0, x: 0, k: 0 };
        for (const axis of axes.toReversed()) {
          index[axis] = rest % size[axis];
          rest = Math.floor(rest / size[axis]);
        }
        out[i] = at(index.n, index.y, index.x, index.k);
      }
      return out;
    };
    const wanted = expected({ n: N, h: H, w: W, c: C });
    const arranged = (values: Uint8Array<ArrayBuffer>, dims: number[], columnMajor: boolean) => {
      const layout = layoutOf(dims, columnMajor);
      return layout === null ? null : [...arrange(values, layout)];
    };
    expect(arranged(filled(['n', 'y', 'x', 'k']), [N, H, W, C], false)).toEqual(wanted);
    expect(arranged(filled(['k', 'x', 'y', 'n']), [N, H, W, C], true)).toEqual(wanted);
    const planes = layoutOf([N, C, H, 5], false);
    expect(planes?.shape).toEqual({ height: H, width: 5, channels: C });
    const flat = flatLayout([N, H * W * C], false, { height: H, width: W, channels: C }, 'planes');
    expect([...arrange(filled(['n', 'k', 'y', 'x']), flat)]).toEqual(wanted);
  });

  test('of a row of numbers are guessed', () => {
    expect(guessShape(784)).toEqual({ height: 28, width: 28, channels: 1 });
    expect(guessShape(3072)).toEqual({ height: 32, width: 32, channels: 3 });
    expect(guessShape(600)).toEqual({ height: 24, width: 25, channels: 1 });
    expect(guessShape(13)).toEqual({ height: 1, width: 13, channels: 1 });
  });
});

describe('sizes', () => {
  const resized = (
    from: { height: number; width: number; channels: number },
    to: { height: number; width: number },
    image: number[],
    fit: 'stretch' | 'crop' = 'stretch',
  ) => {
    const out = new Uint8Array(to.height * to.width * from.channels);
    new Resizer(from, to, fit).write(Uint8Array.from(image), out, 0);
    return [...out];
  };

  test('stay as they are where they are right', () => {
    const image = [1, 2, 3, 4, 5, 6];
    const from = { height: 1, width: 2, channels: 3 };
    expect(resized(from, { height: 1, width: 2 }, image)).toEqual(image);
  });

  test('keep a flat colour, each channel by itself, up and down', () => {
    const from = { height: 4, width: 4, channels: 3 };
    const image = Array.from({ length: 16 }, () => [10, 20, 30]).flat();
    for (const side of [1, 3, 9]) {
      const out = resized(from, { height: side, width: side }, image);
      expect(out).toEqual(Array.from({ length: side * side }, () => [10, 20, 30]).flat());
    }
  });

  test('average what a new pixel covers', () => {
    const from = { height: 2, width: 2, channels: 1 };
    expect(resized(from, { height: 1, width: 1 }, [0, 100, 100, 200])).toEqual([100]);
    // Twice as wide: between two pixels lie their quarters.
    const pair = { height: 1, width: 2, channels: 1 };
    expect(resized(pair, { height: 1, width: 4 }, [0, 100])).toEqual([0, 25, 75, 100]);
  });

  test('crop to the middle', () => {
    const from = { height: 2, width: 6, channels: 1 };
    const row = [9, 9, 50, 50, 9, 9];
    expect(resized(from, { height: 2, width: 2 }, [...row, ...row], 'crop')).toEqual([
      50, 50, 50, 50,
    ]);
  });
});

describe('colours', () => {
  test('become grey by their brightness, and lie on white where they are transparent', () => {
    expect([...recolour(bytes(255, 0, 0, 255), 4, 'grey')]).toEqual([76]);
    expect([...recolour(bytes(0, 0, 0, 0), 4, 'colour')]).toEqual([255, 255, 255]);
    expect([...recolour(bytes(0, 0, 0, 128), 4, 'grey')]).toEqual([127]);
    expect([...recolour(bytes(5, 9), 1, 'colour')]).toEqual([5, 5, 5, 9, 9, 9]);
    expect(isColourless(bytes(3, 3, 3, 9, 9, 9))).toBe(true);
    expect(isColourless(bytes(3, 3, 3, 9, 9, 8))).toBe(false);
  });
});

describe('bounds', () => {
  test('are asked for before anything is set aside', () => {
    const shape = { height: 28, width: 28, channels: 1 };
    expect(overLimit('It', shape, 1000)).toBeNull();
    expect(overLimit('It', shape, 9)).toBe('It has 9 examples; allowed are 10 to 200000.');
    expect(overLimit('It', { ...shape, height: 257 }, 100)).toContain('sides from 1 to 256');
    expect(overLimit('It', { ...shape, channels: 5 }, 100)).toContain('1 to 4 channels');
    expect(overLimit('It', { height: 256, width: 256, channels: 3 }, 10_000)).toContain(
      'allowed are at most 512000000',
    );
  });
});

describe('splits', () => {
  const isPermutation = (order: Uint32Array) =>
    [...order].sort((a, b) => a - b).every((place, i) => place === i);

  test('are 80, 10 and 10 of a hundred, in an order that is always the same', () => {
    const plan = planSplit({ count: 100, parts: null }, 'shuffled');
    expect(plan.parts).toEqual({ train: 80, validation: 10, test: 10 });
    expect(plan.order !== null && isPermutation(plan.order)).toBe(true);
    expect(shuffledOrder(100)).toEqual(plan.order);
    // Pinned: another order would give every kept data set another meaning.
    expect([...shuffledOrder(10)]).toMatchInlineSnapshot(`
      [
        4,
        1,
        3,
        5,
        9,
        8,
        7,
        6,
        2,
        0,
      ]
    `);
    expect(planSplit({ count: 10, parts: null }, 'in-order')).toEqual({
      parts: { train: 8, validation: 1, test: 1 },
      order: null,
    });
  });

  test('follow the source, and take from its training examples what it lacks', () => {
    const whole = { train: 60, validation: 20, test: 20 };
    expect(planSplit({ count: 100, parts: whole }, 'given')).toEqual({ parts: whole, order: null });

    const noValidation = planSplit(
      { count: 100, parts: { train: 60, validation: 0, test: 40 } },
      'given',
    );
    expect(noValidation.parts).toEqual({ train: 54, validation: 6, test: 40 });
    const order = [...(noValidation.order ?? [])];
    expect(isPermutation(Uint32Array.from(order))).toBe(true);
    expect(order.slice(0, 60).every((place) => place < 60)).toBe(true);
    expect(order.slice(60)).toEqual(Array.from({ length: 40 }, (_, i) => 60 + i));

    const noTest = planSplit(
      { count: 100, parts: { train: 80, validation: 20, test: 0 } },
      'given',
    );
    expect(noTest.parts).toEqual({ train: 72, validation: 20, test: 8 });
    const other = [...(noTest.order ?? [])];
    expect(isPermutation(Uint32Array.from(other))).toBe(true);
    expect(other.slice(72, 92)).toEqual(Array.from({ length: 20 }, (_, i) => 80 + i));
    expect(other.slice(92).every((place) => place < 80)).toBe(true);
  });

  test('move pixels and labels together', () => {
    const moved = reorder(
      { count: 3, pixels: bytes(1, 1, 2, 2, 3, 3), labels: bytes(1, 2, 3) },
      Uint32Array.of(2, 0, 1),
    );
    expect(moved).toEqual({ pixels: bytes(3, 3, 1, 1, 2, 2), labels: bytes(3, 1, 2) });
  });
});
