/**
 * CSV: a row an example, a column of labels, and numbers 0..255 or 0..1. Read from the bytes in
 * passes that only look, so that a table of any size takes no more than the examples it becomes.
 */
import { quote } from '../../experiment/quote.ts';
import { ok } from '../../experiment/result.ts';
import { LabelCollector } from './labels.ts';
import { guessShape } from './layout.ts';
import {
  bytesOf,
  type Choices,
  failed,
  LIMITS,
  type OnProgress,
  overLimit,
  type Parts,
  type Questions,
  type Reading,
} from './own-data.ts';
import { scan, type Table, tableOf } from './csv-table.ts';
import { Range } from './values.ts';

/** What columns of labels are called. */
const LABEL_NAMES = ['label', 'labels', 'class', 'target', 'y', 'category', 'digit'];

/** A column's number is its name in a question: headers may repeat themselves. */
interface LabelChoice {
  readonly column: number;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

/** Which column holds the labels, where nobody said so. */
function guessLabel(table: Table, distinct: (column: number) => number): number {
  const { columns, header, isText } = table;
  const named = header?.findIndex((name) => LABEL_NAMES.includes(name.toLowerCase())) ?? -1;
  if (named >= 0) return named;
  const texts = isText.flatMap((text, column) => (text ? [column] : []));
  if (texts.length === 1) return texts[0] ?? 0;
  if (texts.includes(columns - 1)) return columns - 1;
  if (texts.includes(0)) return 0;
  // A corner pixel hardly ever changes, or takes many values; labels take a few.
  const first = distinct(0);
  const last = distinct(columns - 1);
  const isLikely = (n: number) => n >= 2 && n <= LIMITS.classes;
  return isLikely(last) && (!isLikely(first) || last < first) ? columns - 1 : 0;
}

const MANY_COLUMNS = 64;

function optionsFor({ columns, header, isText }: Table, column: number): LabelChoice {
  const named = header?.flatMap((name, i) => (LABEL_NAMES.includes(name.toLowerCase()) ? [i] : []));
  const listed = new Set([0, columns - 1, column, ...(named ?? [])]);
  isText.forEach((text, i) => {
    if (text && listed.size < MANY_COLUMNS) listed.add(i);
  });
  if (columns <= MANY_COLUMNS) for (let i = 0; i < columns; i++) listed.add(i);
  const text = (i: number) => {
    const place = i === 0 ? 'first column' : i === columns - 1 ? 'last column' : `column ${i + 1}`;
    const name = header?.[i] ?? '';
    return name === '' ? place : `${name} (${place})`;
  };
  return {
    column,
    options: [...listed].sort((a, b) => a - b).map((i) => ({ value: String(i), text: text(i) })),
  };
}

/** One table, or several with the same columns, one after the other. */
export function readCsv(
  files: readonly {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly part: keyof Parts;
  }[],
  { what, name }: { what: string; name: string },
  choices: Choices,
  onProgress: OnProgress = () => undefined,
): Reading {
  const tables: Table[] = [];
  for (const { bytes, name: file } of files) {
    const table = tableOf(bytes, quote(file, 60));
    if (!table.ok) return failed(table.error);
    tables.push(table.value);
  }
  const [table] = tables;
  if (table === undefined) return failed(`${what} holds no tables.`);
  const odd = tables.find(({ columns }) => columns !== table.columns);
  if (odd !== undefined) {
    return failed(
      `${odd.file} has ${odd.columns} columns and ${table.file} ${table.columns}; allowed are tables with the same columns.`,
    );
  }
  const count = tables.reduce((sum, { rows }) => sum + rows, 0);

  const chosen = choices.label === null ? NaN : Number(choices.label);
  const column =
    Number.isInteger(chosen) && chosen >= 0 && chosen < table.columns
      ? chosen
      : guessLabel(table, (wanted) => distinctIn(tables, wanted));
  const label = optionsFor(table, column);
  const notes: string[] = [];
  // A table written by pandas begins with a column without a name that counts the rows.
  const left = new Set<number>();
  table.isText.forEach((text, i) => {
    const isNameless = table.header?.[i] === '' || /^unnamed: 0$/i.test(table.header?.[i] ?? 'x');
    if (i !== column && (text || isNameless)) left.add(i);
  });
  if (left.size > 0) {
    const names = [...left].slice(0, 3).map((i) => quote(table.header?.[i] ?? `${i + 1}`));
    const more = left.size > 3 ? ` and ${left.size - 3} more` : '';
    notes.push(
      `Left out, as they hold no pixels: ${left.size === 1 ? 'column' : 'columns'} ${names.join(', ')}${more}.`,
    );
  }
  const inputs = table.columns - 1 - left.size;
  const shape = choices.flat ?? guessShape(inputs);
  const order = choices.order ?? 'pixels';
  const questions: Questions = {
    label: { options: label.options, value: String(column) },
    flat: { inputs, value: shape, order },
  };
  if (inputs < 1)
    return failed(`${what} has a column of labels but no columns of numbers.`, questions);
  if (bytesOf(shape, 1) !== inputs) {
    return failed(
      `${what} has ${inputs} numbers an example; ${shape.height} x ${shape.width} x ${shape.channels} takes ${bytesOf(shape, 1)}.`,
      questions,
    );
  }
  const wrong = overLimit(what, shape, count);
  if (wrong !== null) return failed(wrong, questions);

  // First look: the labels, and what the numbers span. Second look: the numbers.
  const collector = new LabelCollector(what, count);
  const range = new Range();
  for (const [i, each] of tables.entries()) {
    const error = scan(each, {
      progress: (share) => {
        onProgress(`Looking at ${each.file}`, (i + share) / tables.length / 2);
      },
      text: (cell, at) => (at === column ? collector.add(cell) : null),
      number: (value, at) => {
        if (at !== column && !left.has(at)) range.add(value);
      },
      isText: (at) => at === column,
      isSkipped: (at) => left.has(at),
    });
    if (error !== null) return failed(error, questions);
  }
  const factor = range.factor(what);
  if (!factor.ok) return failed(factor.error, questions);
  if (collector.count !== count) {
    return failed(
      `${what} has quotes that are not closed: it has ${count} lines but ${collector.count} rows.`,
      questions,
    );
  }
  const classes = collector.finish();
  if (!classes.ok) return failed(classes.error, questions);

  const pixels = new Uint8Array(count * inputs);
  const places = placesOf(shape, order);
  let start = 0;
  for (const [i, each] of tables.entries()) {
    let next = 0;
    const error = scan(each, {
      progress: (share) => {
        onProgress(`Reading ${each.file}`, 0.5 + (i + share) / tables.length / 2);
      },
      text: () => null,
      number: (value, at) => {
        if (at === column || left.has(at)) return;
        pixels[start + (places[next] ?? next)] = Math.round(value * factor.value);
        next += 1;
        if (next === inputs) {
          next = 0;
          start += inputs;
        }
      },
      isText: (at) => at === column,
      isSkipped: (at) => left.has(at),
    });
    if (error !== null) return failed(error, questions);
  }
  const parts = { train: 0, validation: 0, test: 0 };
  files.forEach(({ part }, i) => {
    parts[part] += tables[i]?.rows ?? 0;
  });
  const hasParts = new Set(files.map(({ part }) => part)).size > 1;
  return {
    result: ok({
      name,
      source: what,
      shape,
      ...classes.value,
      count,
      pixels,
      parts: hasParts ? parts : null,
      notes,
    }),
    questions,
  };
}

/** Where the i-th number of a row belongs in [height, width, channels]. */
function placesOf(
  { height, width, channels }: { height: number; width: number; channels: number },
  order: 'pixels' | 'planes',
): Uint32Array {
  const size = height * width;
  return Uint32Array.from({ length: size * channels }, (_, i) =>
    order === 'pixels' ? i : (i % size) * channels + Math.floor(i / size),
  );
}

/** Rows looked at where only an impression is needed. */
const GLANCE = 1000;

/** How many different texts a column has in the first rows. */
function distinctIn(tables: readonly Table[], column: number): number {
  const seen = new Set<string>();
  for (const table of tables) {
    scan(
      table,
      {
        text: (cell) => {
          seen.add(cell);
          return null;
        },
        number: () => undefined,
        isText: (at) => at === column,
        isSkipped: (at) => at !== column,
      },
      GLANCE,
    );
  }
  return seen.size;
}
