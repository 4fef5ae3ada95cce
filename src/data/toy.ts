/**
 * Two-class tasks in the plane, made on the spot from a fixed seed: always the same points, so that a
 * link to a run means the same to everybody. Coordinates lie roughly in [-1, 1].
 */
import { at } from '../experiment/at.ts';
import { shapeOf, type ToyId } from '../experiment/datasets.ts';
import { randomWords, streamOf, unit } from '../experiment/random.ts';
import { type Dataset, type Examples, numberToHalf } from './dataset.ts';

const SEED = 2015;
const COUNTS = { train: 2000, validation: 500, test: 500 } as const;
/** Random words a point takes: two for its place, two for its noise. */
const WORDS = 4;

interface Toy {
  readonly title: string;
  readonly classNames: readonly [string, string];
  /** Standard deviation of the normal noise on each coordinate. */
  readonly noise: number;
  /** A point of class 0 or 1 without noise; `a` and `b` are uniform in [0, 1). */
  readonly point: (label: number, a: number, b: number) => readonly [number, number];
}

/** Radius of the inner circle; the outer one has 0.9. */
const INNER = 0.45;
const TURNS = 1.5;

const TOYS: Readonly<Record<ToyId, Toy>> = {
  moons: {
    title: 'Two moons',
    classNames: ['upper', 'lower'],
    noise: 0.06,
    point: (label, a) => {
      // Half circles of radius 0.6, the second shifted into the first.
      const angle = Math.PI * a;
      const side = label === 0 ? 1 : -1;
      return [side * (0.6 * Math.cos(angle) - 0.3), side * (0.6 * Math.sin(angle) - 0.15)];
    },
  },
  circles: {
    title: 'Circles',
    classNames: ['outer', 'inner'],
    noise: 0.06,
    point: (label, a) => {
      const radius = label === 0 ? 0.9 : INNER;
      return [radius * Math.cos(2 * Math.PI * a), radius * Math.sin(2 * Math.PI * a)];
    },
  },
  xor: {
    title: 'XOR',
    classNames: ['same signs', 'other signs'],
    noise: 0.03,
    point: (label, a, b) => {
      // Uniform in a square of the quadrant pair, 0.05 away from the axes.
      const x = 2 * a - 1;
      const side = x < 0 ? -1 : 1;
      const spread = (u: number) => 0.05 + 0.9 * u;
      return [side * spread(Math.abs(x)), (label === 0 ? side : -side) * spread(b)];
    },
  },
  spiral: {
    title: 'Spiral',
    classNames: ['one arm', 'other arm'],
    noise: 0.02,
    point: (label, a) => {
      // The square root spreads points evenly over the arm's length.
      const share = Math.sqrt(a);
      const angle = 2 * Math.PI * TURNS * share + Math.PI * label;
      return [0.95 * share * Math.cos(angle), 0.95 * share * Math.sin(angle)];
    },
  },
};

/** `count` points, the classes in turn; `split` counts 0, 1, 2. */
function points(id: ToyId, count: number, split: number): Examples {
  const { noise, point } = TOYS[id];
  const words = randomWords(WORDS * count, SEED, streamOf('toy', split), 0);
  const images = new Uint16Array(2 * count);
  const labels = new Uint8Array(count);
  for (let n = 0; n < count; n++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => unit(at(words, WORDS * n + i))) as [
      number,
      number,
      number,
      number,
    ];
    const label = n % 2;
    const [x, y] = point(label, a, b);
    // Box and Muller: two normal numbers from two uniform ones; 1 - c is never 0.
    const radius = noise * Math.sqrt(-2 * Math.log(1 - c));
    images[2 * n] = numberToHalf(x + radius * Math.cos(2 * Math.PI * d));
    images[2 * n + 1] = numberToHalf(y + radius * Math.sin(2 * Math.PI * d));
    labels[n] = label;
  }
  return { count, images, labels };
}

/** The toy task `id`: 2,000 points to train on, 500 to validate, 500 to test, as half floats. */
export function toyDataset(id: ToyId): Dataset {
  const { title, classNames } = TOYS[id];
  const { height, width, channels } = shapeOf(id);
  return {
    id,
    title,
    note: null,
    shape: { height, width, channels },
    inputs: 2,
    classNames,
    train: points(id, COUNTS.train, 0),
    validation: points(id, COUNTS.validation, 1),
    test: points(id, COUNTS.test, 2),
    scale: 1,
    offset: new Float32Array(2),
  };
}
