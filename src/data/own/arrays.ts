/** From named arrays (of an .npz or .mat file, or of several .npy or IDX files) to labelled examples. */
import { concat } from './concat.ts';
import { quote } from '../../experiment/quote.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { type Classes, classesOfNumbers, LabelCollector } from './labels.ts';
import { arrange, flatLayout, guessShape, type Layout, layoutOf, stridesOf } from './layout.ts';
import {
  type Choices,
  failed,
  type Order,
  overLimit,
  type OwnData,
  type Parts,
  type Questions,
  type Reading,
} from './own-data.ts';
import { type Numbers, toBytes } from './values.ts';

export interface NamedArray {
  readonly name: string;
  /** The first counts the examples. */
  readonly dims: readonly number[];
  readonly values: Numbers | readonly string[];
  /** The first index runs fastest, as in Fortran; left out: the last one, as in C. */
  readonly columnMajor?: boolean;
  /** Where a source lays its examples out in a way of its own. */
  readonly layout?: Layout;
}

type Part = keyof Parts;
const PARTS: readonly Part[] = ['train', 'validation', 'test'];

/** Which part of a data set a name speaks of: `x_test`, `t10k-images-idx3-ubyte`, `valLabels`. */
export function partOf(name: string): Part {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  if (/test|t10k|\beval\b/.test(words)) return 'test';
  if (/(^|[^a-z])(val|valid|validation|dev)([^a-z]|$)/.test(words)) return 'validation';
  return 'train';
}

const LABEL_WORDS = /label|target|class|categor|(^|[^a-z])y([^a-z]|$)|^y|arr_1/i;
const IMAGE_WORDS = /image|data|pixel|(^|[^a-z])x([^a-z]|$)|^x|arr_0/i;

/** Labels lie in a row or a column of their own, or in one with a single 1 an example. */
const isLabels = ({ dims }: NamedArray): boolean =>
  dims.length === 1 || (dims.length === 2 && (dims[1] === 1 || dims[0] === 1));

const described = (arrays: readonly NamedArray[]): string =>
  arrays.map(({ name, dims }) => `${quote(name)} of ${dims.join(' x ')}`).join(', ');

interface Pair {
  readonly images: NamedArray;
  readonly labels: NamedArray;
}

/** The images and labels among the arrays of one part. */
function pair(arrays: readonly NamedArray[], what: string): Result<Pair> {
  const images = pick(
    arrays.filter((array) => !isLabels(array) && !Array.isArray(array.values)),
    IMAGE_WORDS,
    LABEL_WORDS,
  );
  const labels =
    pick(arrays.filter(isLabels), LABEL_WORDS, IMAGE_WORDS) ??
    // One row a class: a 1 says which.
    arrays.find(
      (array) => array !== images && array.dims.length === 2 && LABEL_WORDS.test(array.name),
    );
  if (images === undefined || labels === undefined) {
    const missing = images === undefined ? 'array of examples' : 'array of labels';
    return fail(
      `${what} has no ${missing} that could be told from the others (it has ${described(arrays) || 'no arrays'}); allowed are two such as "x" of 1000 x 28 x 28 and "y" of 1000.`,
    );
  }
  return ok({ images, labels });
}

/** The only one, or the only one whose name says it. */
function pick(
  arrays: readonly NamedArray[],
  words: RegExp,
  others: RegExp,
): NamedArray | undefined {
  if (arrays.length < 2) return arrays[0];
  const named = arrays.filter(({ name }) => words.test(name) && !others.test(name));
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const loosely = arrays.filter(({ name }) => words.test(name));
  return loosely.length === 1 ? loosely[0] : undefined;
}

/** Labels as numbers or texts, one an example; rows with a single 1 become its position. */
function labelsOf(array: NamedArray, what: string): Result<Label[]> {
  const { dims, values, name } = array;
  const [rows = 0, columns = 1] = dims;
  if (dims.length === 2 && rows > 1 && columns > 1) {
    const flat: Label[] = [];
    const [row = 0, column = 0] = stridesOf(dims, array.columnMajor ?? false);
    for (let n = 0; n < rows; n++) {
      let hot = -1;
      for (let k = 0; k < columns; k++) {
        const value = values[n * row + k * column];
        if (value === 1 && hot < 0) hot = k;
        else if (value !== 0) {
          return fail(
            `${what} has labels ${quote(name)} of ${dims.join(' x ')} whose row ${n} is not a single 1 among zeros.`,
          );
        }
      }
      if (hot < 0) return fail(`${what} has labels ${quote(name)} whose row ${n} is all zeros.`);
      flat.push(hot);
    }
    return ok(flat);
  }
  return ok(Array.from<Label>(values));
}

type Label = number | string;

function classify(labels: readonly Label[], what: string): Result<Classes> {
  const numbers = labels.filter((label) => typeof label === 'number');
  if (numbers.length === labels.length) return classesOfNumbers(numbers, what);
  const collector = new LabelCollector(what, labels.length);
  for (const label of labels) {
    const wrong = collector.add(String(label));
    if (wrong !== null) return fail(wrong);
  }
  return collector.finish();
}

/** How the images of a pair are laid out, and what may be chosen about it. */
function layoutFor(
  { dims, layout, columnMajor = false }: NamedArray,
  choices: Choices,
): { layout: Layout; questions: Questions } | null {
  const [, inputs = 0] = dims;
  if (layout !== undefined) return { layout, questions: {} };
  if (dims.length === 2) {
    const shape = choices.flat ?? guessShape(inputs);
    const order: Order = choices.order ?? 'planes';
    return {
      layout: flatLayout(dims, columnMajor, shape, order),
      questions: { flat: { inputs, value: shape, order } },
    };
  }
  const known = layoutOf(dims, columnMajor);
  return known && { layout: known, questions: {} };
}

/**
 * Examples and labels out of named arrays: by name where there are several, by parts (train,
 * validation, test) where the names speak of them. `what` begins each sentence.
 */
export function readArrays(
  arrays: readonly NamedArray[],
  { what, name, notes }: { what: string; name: string; notes: readonly string[] },
  choices: Choices,
): Reading {
  const parts: { part: Part; pair: Pair }[] = [];
  for (const part of PARTS) {
    const members = arrays.filter((array) => partOf(array.name) === part);
    if (members.length === 0) continue;
    const paired = pair(members, what);
    if (!paired.ok) return failed(paired.error);
    parts.push({ part, pair: paired.value });
  }
  const [first] = parts;
  if (first === undefined) return failed(`${what} holds no arrays.`);

  const found = layoutFor(first.pair.images, choices);
  if (found === null) {
    return failed(
      `${what} has ${described([first.pair.images])}; allowed are count x height x width, with 1, 3 or 4 channels before or after, or count x numbers.`,
    );
  }
  const { shape } = found.layout;
  const { questions } = found;
  const inputs = shape.height * shape.width * shape.channels;
  if (questions.flat && questions.flat.inputs !== inputs) {
    return failed(
      `${what} has ${questions.flat.inputs} numbers an example; ${shape.height} x ${shape.width} x ${shape.channels} takes ${inputs}.`,
      questions,
    );
  }
  const layouts: Layout[] = [];
  let count = 0;
  for (const { pair } of parts) {
    const { images, labels } = pair;
    const laid = layoutFor(images, choices);
    const same =
      laid !== null &&
      laid.layout.shape.height === shape.height &&
      laid.layout.shape.width === shape.width &&
      laid.layout.shape.channels === shape.channels;
    if (!same) {
      return failed(
        `${what} has parts of different shapes: ${described(parts.map((p) => p.pair.images))}.`,
        questions,
      );
    }
    const labelCount = labels.dims[0] === 1 ? (labels.dims[1] ?? 1) : (labels.dims[0] ?? 0);
    if (laid.layout.count !== labelCount) {
      return failed(
        `${what} has ${laid.layout.count} examples in ${quote(images.name)} but ${labelCount} labels in ${quote(labels.name)}.`,
        questions,
      );
    }
    layouts.push(laid.layout);
    count += laid.layout.count;
  }
  const wrong = overLimit(what, shape, count);
  if (wrong !== null) return failed(wrong, questions);
  const data = join(parts, layouts, { what, name, notes, count });
  return { result: data, questions };
}

function join(
  parts: readonly { part: Part; pair: Pair }[],
  layouts: readonly Layout[],
  {
    what,
    name,
    notes,
    count,
  }: { what: string; name: string; notes: readonly string[]; count: number },
): Result<OwnData> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const labels: Label[] = [];
  const counts = { train: 0, validation: 0, test: 0 };
  for (const [i, { part, pair }] of parts.entries()) {
    const layout = layouts[i];
    const { values } = pair.images;
    if (layout === undefined || isTexts(values)) throw new Error('a pair without numbers');
    const bytes = toBytes(values, `${what}, ${quote(pair.images.name)},`);
    if (!bytes.ok) return bytes;
    pieces.push(arrange(bytes.value, layout));
    const own = labelsOf(pair.labels, what);
    if (!own.ok) return own;
    for (const label of own.value) labels.push(label);
    counts[part] = layout.count;
  }
  const classes = classify(labels, what);
  if (!classes.ok) return classes;
  const [layout] = layouts;
  if (layout === undefined) throw new Error('no parts');
  return ok({
    name,
    source: what,
    shape: layout.shape,
    ...classes.value,
    count,
    pixels: concat(pieces),
    parts: parts.length > 1 ? counts : null,
    notes,
  });
}

const isTexts = (values: NamedArray['values']): values is readonly string[] =>
  Array.isArray(values);
