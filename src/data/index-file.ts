/**
 * data/index.json: the one place that says which data sets there are, how large they are, what
 * their classes are called, and which files hold them.
 */
import * as v from 'valibot';
import { OFFICIAL_IDS, type OfficialId } from '../experiment/datasets.ts';
import { parseJson } from '../experiment/parse-json.ts';
import { shown } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';

const INDEX_VERSION = 1;

/** IDX files hold images or labels; the other formats hold both. */
export const IDX_ROLES = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
export type IdxRole = (typeof IDX_ROLES)[number];

/** No file of a data set may be larger, packed or unpacked: what is set aside is bounded here. */
const MAX_BYTES = 2 ** 31;

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
/** A name, never a path: it is joined to a folder. */
const fileName = () =>
  matching(
    /^[a-z0-9][a-z0-9._-]{0,99}$/,
    'a file name of letters, digits, dots, dashes and underscores',
  );
const count = () => whole(1, 10_000_000);
const side = () => whole(1, 1024);

const fileFields = {
  name: fileName(),
  /** Of the file as it is served and published. */
  bytes: whole(1, MAX_BYTES),
  sha256: checksum(),
  /**
   * Of the data inside, unpacked. This sum decides whether a file is the right one: the same data
   * is published in gzip wrappings that differ in their bytes, and some servers unwrap it on the way.
   */
  contentSha256: checksum(),
};

const setFields = {
  title: text(100),
  /** Whether the files come with the project; else `npm run data -- ID` puts them there. */
  included: v.boolean('true or false'),
  classNames: v.pipe(
    v.array(text(40), 'a list of names'),
    v.minLength(2, '2 to 256 names'),
    v.maxLength(256, '2 to 256 names'),
  ),
  licence: text(500),
  citation: text(500),
};

const IdxSchema = v.strictObject({
  ...setFields,
  format: v.literal('idx'),
  counts: v.strictObject({ train: count(), test: count() }),
  /** So many of the last training examples are for validation. */
  validation: count(),
  shape: v.strictObject({
    height: side(),
    width: side(),
    channels: v.literal(1, '1, as IDX files hold grey pictures'),
  }),
  files: v.pipe(
    v.array(
      v.strictObject({
        ...fileFields,
        role: v.picklist(IDX_ROLES, `one of ${IDX_ROLES.join(', ')}`),
      }),
      'a list of files',
    ),
    v.check(
      (files) =>
        files.length === IDX_ROLES.length &&
        IDX_ROLES.every((role) => files.some((file) => file.role === role)),
      `a list with one file for each of ${IDX_ROLES.join(', ')}`,
    ),
  ),
});

const CifarSchema = v.strictObject({
  ...setFields,
  format: v.literal('cifar'),
  counts: v.strictObject({ train: count(), test: count() }),
  validation: count(),
  shape: v.strictObject({ height: side(), width: side(), channels: whole(1, 4) }),
  /** A tar file, gzipped, that has the files as members. */
  archive: fileName(),
  files: v.pipe(
    v.array(
      v.strictObject({
        ...fileFields,
        role: v.picklist(['train', 'test'], 'train or test'),
        count: count(),
      }),
      'a list of files',
    ),
    v.minLength(2, 'at least two files'),
    v.maxLength(100, 'at most 100 files'),
  ),
});

const MAT_ROLES = ['train', 'test', 'extra'] as const;
const MatSchema = v.strictObject({
  ...setFields,
  format: v.literal('mat'),
  counts: v.strictObject({ train: count(), test: count(), extra: count() }),
  /** The first so many examples a class of the training file, and of the extra file. */
  validation: v.strictObject({ train: count(), extra: count() }),
  shape: v.strictObject({ height: side(), width: side(), channels: whole(1, 4) }),
  files: v.pipe(
    v.array(
      v.strictObject({
        ...fileFields,
        role: v.picklist(MAT_ROLES, `one of ${MAT_ROLES.join(', ')}`),
        /** Examples a class, where it is known. */
        labels: v.optional(v.array(whole(0, 10_000_000), 'a list of counts')),
      }),
      'a list of files',
    ),
    v.check(
      (files) =>
        files.length === MAT_ROLES.length &&
        MAT_ROLES.every((role) => files.some((file) => file.role === role)),
      `a list with one file for each of ${MAT_ROLES.join(', ')}`,
    ),
  ),
});

const SCHEMAS = {
  'fashion-mnist': IdxSchema,
  mnist: IdxSchema,
  'cifar-10': CifarSchema,
  svhn: MatSchema,
} as const satisfies Record<OfficialId, unknown>;

const IndexSchema = v.strictObject({
  version: v.literal(INDEX_VERSION, `${INDEX_VERSION}`),
  datasets: v.strictObject(SCHEMAS),
});

export type IdxEntry = Readonly<v.InferOutput<typeof IdxSchema>>;
export type CifarEntry = Readonly<v.InferOutput<typeof CifarSchema>>;
export type MatEntry = Readonly<v.InferOutput<typeof MatSchema>>;
export type DataEntry = IdxEntry | CifarEntry | MatEntry;
export type IdxFile = Readonly<IdxEntry['files'][number]>;
export type CifarFile = Readonly<CifarEntry['files'][number]>;
export type MatFile = Readonly<MatEntry['files'][number]>;
export type DataFile = IdxFile | CifarFile | MatFile;
/** What data/index.json says about each data set. */
export type DataIndex = Readonly<v.InferOutput<typeof IndexSchema>['datasets']>;

const broken = (why: string) =>
  fail(`The list of data sets (data/index.json) is broken: ${why.replace(/\s+/g, ' ')}.`);

/**
 * Read the text of data/index.json. The error is one sentence: which field, what was found, and
 * what is allowed.
 */
export function parseIndex(json: string): Result<DataIndex> {
  const input = parseJson(json);
  if (!input.ok) {
    return broken(`it begins with ${shown(json.trimStart().slice(0, 20))}; allowed is JSON`);
  }
  const parsed = v.safeParse(IndexSchema, input.value, { abortEarly: true });
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const path = v.getDotPath(issue) ?? 'the whole';
    const isObject = issue.type === 'strict_object';
    if (isObject && issue.expected === 'never') return broken(`${path} is an unknown field`);
    const allowed = isObject ? 'an object with all its fields' : issue.message;
    return broken(`${path} is ${shown(issue.input)}; allowed is ${allowed}`);
  }
  for (const id of OFFICIAL_IDS) {
    const { counts, shape } = parsed.output.datasets[id];
    const largest = Math.max(...Object.values(counts)) * inputsOf(shape);
    if (largest > MAX_BYTES) {
      return broken(`the images of ${id} take ${largest} bytes; allowed are at most ${MAX_BYTES}`);
    }
  }
  return ok(parsed.output.datasets);
}

const inputsOf = ({ height, width, channels }: DataEntry['shape']): number =>
  height * width * channels;
