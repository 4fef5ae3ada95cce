/**
 * A person's own data: what every reader here makes of their files, what it may hold at most, and
 * what a person may choose about how it is read.
 */
import type { Maps } from '../../experiment/datasets.ts';
import { OWN_BOUNDS } from '../../experiment/datasets.ts';
import { fail, type Result } from '../../experiment/result.ts';

/** What is read is bounded here, before anything is set aside for it. */
export const LIMITS = {
  examples: 200_000,
  /** Fewer than this cannot be split three ways in any sensible manner. */
  fewest: 10,
  /** Bytes of all examples together. */
  pixels: 512_000_000,
  /** Bytes of one file, packed or unpacked, and of all that an archive unpacks to. */
  file: 2 ** 30,
  /** Files of a folder or an archive. */
  files: 250_000,
  classes: OWN_BOUNDS.classes.max,
  side: OWN_BOUNDS.side.max,
  /** Characters of a class's name, or a data set's. */
  name: 60,
} as const;

/** How many of the examples, in their order, are for training, validation and testing. */
export interface Parts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Labelled examples as they were found, in order. */
export interface OwnData {
  /** What to call it, until the person says otherwise. */
  readonly name: string;
  /** Where it came from, for a sentence: `the CSV file digits.csv`. */
  readonly source: string;
  readonly shape: Maps;
  readonly classNames: readonly string[];
  readonly count: number;
  /** [count, height, width, channels], 0..255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** [count], each 0..classes-1. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** Where the source itself tells training, validation and test examples apart, in this order; 0: it has none. */
  readonly parts: Parts | null;
  /** Whole sentences on what a person should know: what was left out, or taken for something. */
  readonly notes: readonly string[];
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Fill the new size by stretching, or by cutting off what is left of the middle. */
export type Fit = 'stretch' | 'crop';
/** Where an example's numbers stand in one row: channels together pixel by pixel, or a plane each. */
export type Order = 'pixels' | 'planes';
export type Colour = 'grey' | 'colour';

/** What a person chose about the reading; null: as it is found. */
export interface Choices {
  /** The column of labels, as a question's option names it. */
  readonly label: string | null;
  /** The shape of examples that come as one row of numbers. */
  readonly flat: Maps | null;
  readonly order: Order | null;
  readonly size: Size | null;
  readonly fit: Fit;
  readonly colour: Colour | null;
}

export const NO_CHOICES: Choices = {
  label: null,
  flat: null,
  order: null,
  size: null,
  fit: 'stretch',
  colour: null,
};

/** What may be chosen about this source, each with what is in force; left out: nothing to choose. */
export interface Questions {
  readonly label?: {
    readonly options: readonly { readonly value: string; readonly text: string }[];
    readonly value: string;
  };
  /** `inputs`: numbers an example has; height x width x channels must be as many. */
  readonly flat?: { readonly inputs: number; readonly value: Maps; readonly order: Order };
  /** `found`: a sentence on the sizes there are. */
  readonly size?: { readonly found: string; readonly value: Size; readonly differ: boolean };
  readonly colour?: { readonly value: Colour };
}

/** A reading: examples, or one sentence; and what to choose for another reading either way. */
export interface Reading {
  readonly result: Result<OwnData>;
  readonly questions: Questions;
}

/** One sentence on how far a reading is, with its share 0..1 where that is known. */
export type OnProgress = (what: string, share: number | null) => void;

export const failed = (error: string, questions: Questions = {}): Reading => ({
  result: fail(error),
  questions,
});

/** `1 example`, `12 examples`. */
export const some = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;

export const bytesOf = ({ height, width, channels }: Maps, count: number): number =>
  count * height * width * channels;

/**
 * Whether so many examples of a shape may be: null, or one sentence that begins with `what`, which
 * names the source. Asked before anything is set aside.
 */
export function overLimit(what: string, shape: Maps, count: number): string | null {
  const { height, width, channels } = shape;
  const said = `${height} x ${width} x ${channels}`;
  const isSide = (n: number) => Number.isInteger(n) && n >= 1 && n <= LIMITS.side;
  const { max } = OWN_BOUNDS.channels;
  if (!isSide(height) || !isSide(width)) {
    return `${what} has examples of ${said}; allowed are sides from 1 to ${LIMITS.side}.`;
  }
  if (!Number.isInteger(channels) || channels < 1 || channels > max) {
    return `${what} has examples of ${said}; allowed are 1 to ${max} channels.`;
  }
  if (count < LIMITS.fewest || count > LIMITS.examples) {
    return `${what} has ${some(count, 'example')}; allowed are ${LIMITS.fewest} to ${LIMITS.examples}.`;
  }
  const bytes = bytesOf(shape, count);
  if (bytes > LIMITS.pixels) {
    return `${what} takes ${bytes} bytes (${count} examples of ${said}); allowed are at most ${LIMITS.pixels}: choose a smaller size or fewer examples.`;
  }
  return null;
}
