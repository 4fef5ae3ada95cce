/**
 * contents.json in a data set's folder: which of its files lie there. Only SVHN has one: its extra
 * set is left out more often than not, and a part of it can stand in for the whole.
 */
import * as v from 'valibot';
import { parseJson } from '../experiment/parse-json.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { MatEntry, MatFile } from './index-file.ts';

export const CONTENTS_FILE = 'contents.json';
/** The name a part's file has beside contents.json. */
export const PART_FILE = 'part.mat';

const MAX_BYTES = 2 ** 31;
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000_000));
const FileSchema = v.strictObject({
  /** A name, never a path. */
  name: v.pipe(v.string(), v.regex(/^[^/\\]{1,255}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_BYTES)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const RoleSchema = v.picklist(['train', 'test', 'extra']);

const ContentsSchema = v.variant('kind', [
  v.strictObject({
    version: v.literal(1),
    kind: v.literal('whole'),
    /** `train`, `test`, and `extra` where it is there. */
    files: v.array(v.strictObject({ ...FileSchema.entries, role: RoleSchema })),
  }),
  v.strictObject({
    version: v.literal(1),
    kind: v.literal('part'),
    /** The official file the part was taken from, where its name says so. */
    of: v.nullable(RoleSchema),
    /** The name it was found under. */
    from: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
    file: FileSchema,
    /** Its first examples train, the next validate, the next test. */
    split: v.strictTuple([count, count, count]),
  }),
]);

export type Contents = Readonly<v.InferOutput<typeof ContentsSchema>>;
export type Part = Extract<Contents, { kind: 'part' }>;
export type SplitCounts = Part['split'];

/** Read contents.json; `where` is its path or address. The error is one sentence. */
export function parseContents(json: string, where: string): Result<Contents> {
  const input = parseJson(json);
  const parsed = v.safeParse(ContentsSchema, input.ok ? input.value : null, { abortEarly: true });
  if (!parsed.success) {
    return fail(`${where} is broken; "npm run data -- svhn" writes it anew.`);
  }
  const contents = parsed.output;
  const whole =
    contents.kind === 'part' ||
    (['train', 'test'] as const).every((role) => contents.files.some((file) => file.role === role));
  return whole
    ? ok(contents)
    : fail(`${where} lacks a file; "npm run data -- svhn" writes it anew.`);
}

/** All files of a set, with or without its extra one, as they were published. */
export const wholeContents = (entry: MatEntry, extra: boolean): Contents => ({
  version: 1,
  kind: 'whole',
  files: entry.files
    .filter(({ role }) => extra || role !== 'extra')
    .map(({ role, name, bytes, sha256 }) => ({ role, name, bytes, sha256 })),
});

/** The files to read, with the sums of the copies that lie there. */
export function filesIn(contents: Contents, entry: MatEntry): MatFile[] {
  if (contents.kind === 'part') {
    const { of, file } = contents;
    return [{ ...file, role: of ?? 'train', contentSha256: file.sha256 }];
  }
  return contents.files.map((file) => ({
    ...entry.files.find(({ role }) => role === file.role),
    ...file,
    contentSha256: file.sha256,
  }));
}

/** The counts that `text` asks for: three numbers, or three shares in percent, of `available` examples. */
export function parseSplit(text: string, available: number): Result<SplitCounts> {
  const allowed = `allowed are three numbers of images for training, validation and test such as ${exampleSplit(available)}, of ${grouped(available)} in all, or three shares such as 80%,10%,10%`;
  const parts = text.split(',').map((part) => part.trim());
  const percent = parts.every((part) => /^\d{1,3}(\.\d+)?%$/.test(part));
  const numbers = parts.map((part) => Number(part.replace('%', '')));
  const plain = parts.every((part) => /^\d{1,8}$/.test(part));
  const [a, b, c, ...more] = numbers;
  if (a === undefined || b === undefined || c === undefined || more.length > 0) {
    return fail(`--split is "${text}"; ${allowed}.`);
  }
  const sum = a + b + c;
  const split: SplitCounts | null = plain
    ? [a, b, c]
    : percent && sum <= 100 + SLACK
      ? sharesOf(available, [a, b, c])
      : null;
  if (split?.every((n) => n >= 1) !== true || split[0] + split[1] + split[2] > available) {
    return fail(`--split is "${text}"; ${allowed}.`);
  }
  return ok(split);
}

/** Sums of shares with digits after the point are only nearly whole. */
const SLACK = 1e-9;

/** Shares in percent as counts; what rounding leaves over of a whole trains. */
function sharesOf(available: number, [a, b, c]: SplitCounts): SplitCounts {
  const [train, validation, test] = [a, b, c].map((share) =>
    Math.floor((available * share) / 100),
  ) as SplitCounts;
  const rest = Math.abs(a + b + c - 100) < SLACK ? available - train - validation - test : 0;
  return [train + rest, validation, test];
}

/** A split a person might choose. */
export const exampleSplit = (available: number): string =>
  sharesOf(available, [80, 10, 10]).join(',');

export const grouped = (count: number): string => count.toLocaleString('en-GB');
