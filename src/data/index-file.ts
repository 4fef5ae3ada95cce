/**
 * data/index.json: the one place that says which data sets there are, how large they are, what
 * their classes are called, and which files hold them.
 */
import * as v from 'valibot';
import { fail, ok, type Result } from '../experiment/result.ts';
import { DATASET_IDS, type DatasetId } from '../experiment/spec.ts';

const INDEX_VERSION = 1;

export const FILE_ROLES = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
export type FileRole = (typeof FILE_ROLES)[number];

/** No file of a data set may be larger, packed or unpacked: what is set aside is bounded here. */
const MAX_BYTES = 2 ** 30;

const whole = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(min, allowed),
    v.maxValue(max, allowed),
  );
};
const text = (max: number) => {
  const allowed = `a text of 1 to ${max} characters`;
  return v.pipe(v.string(allowed), v.minLength(1, allowed), v.maxLength(max, allowed));
};
const matching = (pattern: RegExp, allowed: string) =>
  v.pipe(v.string(allowed), v.regex(pattern, allowed));
const checksum = () => matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

const FileSchema = v.strictObject({
  role: v.picklist(FILE_ROLES, `one of ${FILE_ROLES.join(', ')}`),
  /** A name, never a path: it is joined to a folder. */
  name: matching(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'a file name of letters, digits, dots and dashes'),
  /** Of the file as it is served and published. */
  bytes: whole(1, MAX_BYTES),
  sha256: checksum(),
  /**
   * Of the IDX data inside. This sum decides whether a file is the right one: the same data is
   * published in gzip wrappings that differ in their bytes, and some servers unwrap it on the way.
   */
  contentSha256: checksum(),
});

const EntrySchema = v.strictObject({
  title: text(100),
  /** Whether the files come with the project; else `npm run data -- ID` puts them there. */
  included: v.boolean('true or false'),
  counts: v.strictObject({ train: whole(1, 10_000_000), test: whole(1, 10_000_000) }),
  shape: v.strictObject({
    height: whole(1, 1024),
    width: whole(1, 1024),
    channels: v.literal(1, '1, as IDX files hold grey pictures'),
  }),
  classNames: v.pipe(
    v.array(text(40), 'a list of names'),
    v.minLength(2, '2 to 256 names'),
    v.maxLength(256, '2 to 256 names'),
  ),
  licence: text(500),
  citation: text(500),
  files: v.pipe(
    v.array(FileSchema, 'a list of files'),
    v.check(
      (files) =>
        files.length === FILE_ROLES.length &&
        FILE_ROLES.every((role) => files.some((file) => file.role === role)),
      `a list with one file for each of ${FILE_ROLES.join(', ')}`,
    ),
  ),
});

const entries = Object.fromEntries(DATASET_IDS.map((id) => [id, EntrySchema])) as Record<
  DatasetId,
  typeof EntrySchema
>;

const IndexSchema = v.strictObject({
  version: v.literal(INDEX_VERSION, `${INDEX_VERSION}`),
  datasets: v.strictObject(entries),
});

export type DataFile = Readonly<v.InferOutput<typeof FileSchema>>;
export type DataEntry = Readonly<v.InferOutput<typeof EntrySchema>>;
/** What data/index.json says about each data set. */
export type DataIndex = Readonly<Record<DatasetId, DataEntry>>;

const shown = (input: unknown): string => {
  // JSON.stringify gives undefined for undefined, whatever its type says.
  const json = input === undefined ? 'nothing' : JSON.stringify(input);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
};

const broken = (why: string) =>
  fail(`The list of data sets (data/index.json) is broken: ${why.replace(/\s+/g, ' ')}.`);

/**
 * Read the text of data/index.json. The error is one sentence: which field, what was found, and
 * what is allowed.
 */
export function parseIndex(json: string): Result<DataIndex> {
  let input: unknown;
  try {
    input = JSON.parse(json);
  } catch {
    return broken(`it begins with ${shown(json.trimStart().slice(0, 20))}; allowed is JSON`);
  }
  const parsed = v.safeParse(IndexSchema, input, { abortEarly: true });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const path = v.getDotPath(issue) ?? 'the whole';
    const isObject = issue.type === 'strict_object';
    if (isObject && issue.expected === 'never') return broken(`${path} is an unknown field`);
    const allowed = isObject ? 'an object with all its fields' : issue.message;
    return broken(`${path} is ${shown(issue.input)}; allowed is ${allowed}`);
  }
  for (const id of DATASET_IDS) {
    const { counts, shape } = parsed.output.datasets[id];
    const largest = Math.max(counts.train, counts.test) * shape.height * shape.width;
    if (largest > MAX_BYTES) {
      return broken(`the images of ${id} take ${largest} bytes; allowed are at most ${MAX_BYTES}`);
    }
  }
  return ok(parsed.output.datasets);
}

/** The file of a data set that plays `role`. The schema makes sure that there is one. */
export function fileOf(entry: DataEntry, role: FileRole): DataFile {
  const file = entry.files.find((candidate) => candidate.role === role);
  if (file === undefined) throw new RangeError(`no file for ${role}`);
  return file;
}
