/**
 * Which data sets an experiment may name: the official ones, tasks made on the spot, and a person's
 * own, whose name says its shape, so that a whole experiment can be checked before any data is there.
 */

/** Height, width and channels of an example; a point of the plane is 1 x 2 x 1. */
export interface Maps {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** What a network must know of its data. */
export interface DataShape extends Maps {
  readonly classes: number;
}

export const OFFICIAL_IDS = ['fashion-mnist', 'mnist', 'cifar-10', 'svhn'] as const;
export type OfficialId = (typeof OFFICIAL_IDS)[number];

/** Two-class tasks in the plane, drawn from a seed. */
export const TOY_IDS = ['moons', 'circles', 'xor', 'spiral'] as const;
export type ToyId = (typeof TOY_IDS)[number];

/** `own-28x28x1-10-` and 16 hexadecimal digits of the SHA-256 of what is kept in the browser. */
export type OwnId = `own-${string}`;
export type DatasetId = OfficialId | ToyId | OwnId;

/** Bounds of a person's own data. */
export const OWN_BOUNDS = {
  side: { min: 1, max: 256 },
  channels: { min: 1, max: 4 },
  classes: { min: 2, max: 256 },
} as const;

const GREY: DataShape = { height: 28, width: 28, channels: 1, classes: 10 };
const COLOUR: DataShape = { height: 32, width: 32, channels: 3, classes: 10 };
const PLANE: DataShape = { height: 1, width: 2, channels: 1, classes: 2 };

const KNOWN: Readonly<Record<OfficialId | ToyId, DataShape>> = {
  'fashion-mnist': GREY,
  mnist: GREY,
  'cifar-10': COLOUR,
  svhn: COLOUR,
  moons: PLANE,
  circles: PLANE,
  xor: PLANE,
  spiral: PLANE,
};

const OWN = /^own-([1-9]\d{0,2})x([1-9]\d{0,2})x([1-4])-([1-9]\d{0,2})-[0-9a-f]{16}$/;

const ownShape = (id: string): DataShape | null => {
  const numbers = OWN.exec(id)?.slice(1).map(Number);
  if (numbers === undefined) return null;
  const [height = 0, width = 0, channels = 0, classes = 0] = numbers;
  const { side } = OWN_BOUNDS;
  const fits =
    height <= side.max &&
    width <= side.max &&
    classes >= OWN_BOUNDS.classes.min &&
    classes <= OWN_BOUNDS.classes.max;
  return fits ? { height, width, channels, classes } : null;
};

export const isOfficialId = (id: string): id is OfficialId => OFFICIAL_IDS.some((k) => k === id);
export const isToyId = (id: string): id is ToyId => TOY_IDS.some((k) => k === id);
export const isOwnId = (id: string): id is OwnId => ownShape(id) !== null;
export const isDatasetId = (id: string): id is DatasetId =>
  isOfficialId(id) || isToyId(id) || isOwnId(id);

/** The name a person's data goes by. `sha256`: hexadecimal digits, at least 16. */
export const ownIdOf = ({ height, width, channels, classes }: DataShape, sha256: string): OwnId =>
  `own-${height}x${width}x${channels}-${classes}-${sha256.slice(0, 16)}`;

/** What is allowed as a data set's name, as the end of a sentence. */
export const DATASETS_ALLOWED = `one of ${[...OFFICIAL_IDS, ...TOY_IDS].join(', ')}, or own data such as own-28x28x1-10-0123456789abcdef`;

/** An id says its shape. */
export function shapeOf(id: DatasetId): DataShape {
  const shape = isOfficialId(id) || isToyId(id) ? KNOWN[id] : ownShape(id);
  if (shape === null) throw new RangeError(`no data set is called ${id}`);
  return shape;
}

/** Numbers in a map or an example. */
export const sizeOf = ({ height, width, channels }: Maps): number => height * width * channels;
