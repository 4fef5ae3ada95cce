/** What the page says about a person's own data. */
import type { Fit, Order } from '../../data/own/own-data.ts';
import type { Split } from '../../data/own/split.ts';

export const OWN = {
  title: 'Your data',
  lead: 'Your own pictures or numbers, to train on here. They stay in this browser: nothing is uploaded.',
  files: 'Reads files of this device: pictures, a zip of them, tables, arrays.',
  folder: 'Reads a folder of this device: one folder of pictures for each class.',
  kinds: 'Lists the kinds of files, with what each must hold.',
  use: 'Opens a run on this data.',
  remove: 'Asks once more, then takes it out of this browser.',
  drop: 'or drop them anywhere on this page',
  dropNow: 'Drop to read it here. Nothing is uploaded.',
  address: 'Address of a Parquet file',
  addressHint: 'Image classification on huggingface.co; typed by you, fetched once.',
  none: 'Nothing is kept yet.',
  inUse: 'The run on this page trains on it, and keeps its copy until the page is closed.',
  look: 'Look before you train',
} as const;

/** What can be read, a line each. */
export const READABLE: readonly (readonly [string, string])[] = [
  ['Pictures', 'a folder for each class, or a zip of them: PNG, JPEG, GIF, WebP, BMP'],
  ['CSV', 'an example a row: its label, and numbers from 0 to 255 or from 0 to 1'],
  ['IDX', 'MNIST’s format: images and labels, packed or not'],
  ['NumPy', '.npz, or .npy files: x and y, also x_train, x_test and the like'],
  ['MATLAB', '.mat up to version 7: X and y, as SVHN has them'],
  ['CIFAR', '.bin files of records, as CIFAR-10 has them'],
  ['Parquet', 'Hugging Face’s image classification: a column of images, one of labels'],
];

export const SPLIT_NAMES: Readonly<Record<Split, string>> = {
  shuffled: 'Shuffled',
  'in-order': 'In order',
  given: 'As given',
};

export const SPLIT_HELP: Readonly<Record<Split, string>> = {
  shuffled: '80 % train, 10 % validate, 10 % test, in an order that is always the same.',
  'in-order': 'The first 80 % train, the next 10 % validate, the last 10 % test.',
  given: 'As the files have it; a part they lack is taken from the training examples at random.',
};

export const FIT_NAMES: Readonly<Record<Fit, string>> = { stretch: 'Stretch', crop: 'Crop' };

export const FIT_HELP: Readonly<Record<Fit, string>> = {
  stretch: 'The whole picture, in other proportions if need be.',
  crop: 'The middle of the picture, in its own proportions.',
};

export const ORDER_NAMES: Readonly<Record<Order, string>> = { pixels: 'Pixels', planes: 'Planes' };

export const ORDER_HELP: Readonly<Record<Order, string>> = {
  pixels: 'Red, green and blue of a pixel stand together.',
  planes: 'All of red first, then all of green, then all of blue.',
};

export const VISIT_ONLY = {
  denied:
    'This browser keeps nothing for this page, so the data is here only until the page is closed.',
  full: 'This browser has no room left for the data, so it is here only until the page is closed; deleting other data makes room.',
  official: (title: string) =>
    `This browser has no room left for ${title}; deleting own data makes room.`,
} as const;

export const sizeText = ({
  height,
  width,
  channels,
}: {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}): string => {
  const kind = channels === 1 ? 'grey' : channels === 3 ? 'colour' : `${channels} channels`;
  return `${height} × ${width}, ${kind}`;
};
