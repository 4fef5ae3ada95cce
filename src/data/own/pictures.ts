/** Pictures, each with a label: decoded, brought to one size and colour, joined. */
import { fail, ok } from '../../experiment/result.ts';
import { channelsOf, isColourless, recolour } from './colour.ts';
import { LabelCollector } from './labels.ts';
import {
  bytesOf,
  type Choices,
  type Colour,
  failed,
  LIMITS,
  type OnProgress,
  overLimit,
  type Parts,
  type Questions,
  type Reading,
  type Size,
  some,
} from './own-data.ts';
import {
  HEADER_BYTES,
  MAX_PICTURE,
  type PictureFormat,
  type PictureHeader,
  pictureHeader,
} from './picture.ts';
import { Resizer } from './resize.ts';
import { readPart, readWhole, said, type SourceFile } from './source.ts';

/** A decoded picture; four bytes a pixel: red, green, blue, alpha. */
export interface Decoded extends Size {
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** What decodes pictures; throws where a picture is damaged. The page's own, or a test's. */
export type Decode = (bytes: Uint8Array<ArrayBuffer>, format: PictureFormat) => Promise<Decoded>;

export interface LabelledPicture {
  readonly file: SourceFile;
  readonly label: string;
  readonly part: keyof Parts;
}

export interface PictureSource {
  /** Begins sentences: `The folder pets`. */
  readonly what: string;
  readonly name: string;
  readonly notes: readonly string[];
  /** In the order of the parts: training, validation, test. */
  readonly pictures: readonly LabelledPicture[];
  /** Names of the classes in their order, where the source tells them. */
  readonly classNames: readonly string[] | null;
}

/** Pictures read and decoded at a time: the browser does both on threads of its own. */
const AT_ONCE = 16;
/** The side that pictures of many sizes are brought to, until the person chooses another. */
const DEFAULT_SIDE = 32;

const isAllowed = ({ height, width }: Size): boolean =>
  height >= 1 && height <= LIMITS.side && width >= 1 && width <= LIMITS.side;

/** The size most pictures have, if more than half of them do and it is allowed; else 32 x 32. */
function usualSize(counts: ReadonlyMap<string, number>, total: number): Size {
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const [height = 0, width = 0] = (most?.[0] ?? '').split('x').map(Number);
  const isUsual = most !== undefined && most[1] > total / 2 && isAllowed({ height, width });
  return isUsual ? { height, width } : { height: DEFAULT_SIDE, width: DEFAULT_SIDE };
}

/** `They have 7 sizes, from 20 x 31 to 640 x 480; 900 of 1000 are 28 x 28.` */
function foundSizes(counts: ReadonlyMap<string, number>, total: number): string {
  const area = (size: string) =>
    size
      .split('x')
      .map(Number)
      .reduce((a, b) => a * b, 1);
  const sizes = [...counts.keys()]
    .sort((a, b) => area(a) - area(b))
    .map((s) => s.replace('x', ' x '));
  const [smallest = ''] = sizes;
  if (sizes.length === 1) return `All pictures are ${smallest}.`;
  const largest = sizes[sizes.length - 1] ?? '';
  const [most = ['', 0] as const] = [...counts].sort((a, b) => b[1] - a[1]);
  return `The pictures have ${sizes.length} sizes, from ${smallest} to ${largest}; ${most[1]} of ${total} are ${most[0].replace('x', ' x ')}.`;
}

/** Bytes of small pictures kept from the first look, so that no file is opened twice. */
const REMEMBERED = 200_000_000;

interface Looked {
  readonly header: PictureHeader;
  /** All of the file, where it is small. */
  readonly whole: Uint8Array<ArrayBuffer> | null;
}

/** The header of a picture file, or one sentence. */
async function look(file: SourceFile): Promise<Looked | string> {
  const begin = await readPart(file, 0, HEADER_BYTES);
  if (!begin.ok) return begin.error;
  let header = pictureHeader(begin.value);
  if (header === null && begin.value[0] === 0xff && file.size > HEADER_BYTES) {
    const whole = await readWhole(file);
    if (!whole.ok) return whole.error;
    header = pictureHeader(whole.value);
  }
  if (header === null && begin.value.length === 0) {
    return `${said(file.path)} is empty; allowed are PNG, JPEG, GIF, WebP and BMP.`;
  }
  if (header === null) {
    return `${said(file.path)} is no picture that can be read here; allowed are PNG, JPEG, GIF, WebP and BMP.`;
  }
  const { height, width } = header;
  const { side, pixels } = MAX_PICTURE;
  if (height < 1 || width < 1 || height > side || width > side || height * width > pixels) {
    return `${said(file.path)} says it has ${height} x ${width} pixels; allowed are sides up to ${side} and ${pixels} pixels in all.`;
  }
  return { header, whole: file.size <= HEADER_BYTES ? begin.value : null };
}

/** Decode pictures and join them, in the size and colour chosen, or as most of them are. */
export async function readPictures(
  { what, name, notes, pictures, classNames }: PictureSource,
  choices: Choices,
  decode: Decode,
  onProgress: OnProgress,
): Promise<Reading> {
  const count = pictures.length;
  if (count > LIMITS.examples || count < LIMITS.fewest) {
    return failed(
      `${what} has ${some(count, 'picture')}; allowed are ${LIMITS.fewest} to ${LIMITS.examples}.`,
    );
  }
  const collector = new LabelCollector(what, count);
  for (const { label } of pictures) {
    const wrong = collector.add(label);
    if (wrong !== null) return failed(wrong);
  }
  const classes = collector.finish(classNames);
  if (!classes.ok) return failed(classes.error);

  const sizes = new Map<string, number>();
  const formats: PictureFormat[] = [];
  const remembered: (Uint8Array<ArrayBuffer> | null)[] = [];
  let bytesRemembered = 0;
  for (let start = 0; start < count; start += AT_ONCE) {
    onProgress('Looking at the pictures', (0.3 * start) / count);
    const batch = pictures.slice(start, start + AT_ONCE);
    for (const looked of await Promise.all(batch.map(({ file }) => look(file)))) {
      if (typeof looked === 'string') return failed(looked);
      const { header, whole } = looked;
      const sized = `${header.height}x${header.width}`;
      sizes.set(sized, (sizes.get(sized) ?? 0) + 1);
      formats.push(header.format);
      const isKept = whole !== null && bytesRemembered + whole.length <= REMEMBERED;
      if (isKept) bytesRemembered += whole.length;
      remembered.push(isKept ? whole : null);
    }
  }
  const size = choices.size ?? usualSize(sizes, count);
  const wanted: Colour = choices.colour ?? 'colour';
  const sizeQuestion = { found: foundSizes(sizes, count), value: size, differ: sizes.size > 1 };
  const questions: Questions = { size: sizeQuestion, colour: { value: wanted } };
  const shape = { ...size, channels: channelsOf(wanted) };
  const wrong = overLimit(what, shape, count);
  if (wrong !== null) return failed(wrong, questions);

  const inputs = bytesOf(shape, 1);
  const pixels = new Uint8Array(count * inputs);
  const resizers = new Map<string, Resizer>();
  const put = async ({ file }: LabelledPicture, n: number) => {
    const format = formats[n] ?? 'png';
    const known = remembered[n];
    const bytes = known ? ok(known) : await readWhole(file);
    if (!bytes.ok) return bytes.error;
    let decoded: Decoded;
    try {
      decoded = await decode(bytes.value, format);
    } catch {
      return `${said(file.path)} is damaged or cut off: it does not decode as ${format.toUpperCase()}.`;
    }
    // Not the header's size: a camera's picture may be turned by its own word.
    const { height, width, rgba } = decoded;
    const key = `${height}x${width}`;
    const resizer =
      resizers.get(key) ??
      new Resizer({ height, width, channels: shape.channels }, size, choices.fit);
    // Photos come in few sizes; where they come in thousands, none is worth keeping.
    if (resizers.size < 16) resizers.set(key, resizer);
    resizer.write(recolour(rgba, 4, wanted), pixels, n * inputs);
    return null;
  };
  for (let start = 0; start < count; start += AT_ONCE) {
    onProgress(`Reading picture ${start + 1} of ${count}`, 0.3 + (0.7 * start) / count);
    const batch = pictures.slice(start, start + AT_ONCE);
    const errors = await Promise.all(batch.map((picture, i) => put(picture, start + i)));
    const error = errors.find((each) => each !== null);
    if (error !== undefined) return failed(error, questions);
  }

  const parts = { train: 0, validation: 0, test: 0 };
  for (const { part } of pictures) parts[part] += 1;
  const hasParts = Object.values(parts).filter((n) => n > 0).length > 1;
  // Grey pictures in colour files are three times the work for nothing, unless somebody wants them so.
  const isGrey = choices.colour === null && isColourless(pixels);
  return {
    result: ok({
      name,
      source: what,
      shape: isGrey ? { ...size, channels: 1 } : shape,
      ...classes.value,
      count,
      pixels: isGrey ? recolour(pixels, 3, 'grey') : pixels,
      parts: hasParts ? parts : null,
      notes,
    }),
    questions: {
      size: sizeQuestion,
      colour: { value: isGrey ? 'grey' : wanted },
    },
  };
}

/** A natural order: `2.png` before `10.png`, the same on every machine. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  const split = (path: string) => path.split(/(\d+)/);
  const [left, right] = [split(a.path), split(b.path)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const difference = i % 2 === 1 ? Number(x) - Number(y) : 0;
    return difference !== 0 ? difference : x < y ? -1 : 1;
  }
  return left.length - right.length;
}

const PART_WORDS: Readonly<Record<string, keyof Parts>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

/**
 * Pictures by class: the folder a picture lies in names its class, and a folder above that called
 * train, validation or test its part.
 */
export function byFolder(files: readonly SourceFile[]): LabelledPicture[] {
  const found = files.toSorted(byPath).map((file) => {
    const folders = file.path.split('/').slice(0, -1);
    const label = folders[folders.length - 1] ?? '';
    const above = folders.slice(0, -1).map((folder) => PART_WORDS[folder.toLowerCase()]);
    const part = above.findLast((each) => each !== undefined) ?? 'train';
    return { file, label, part };
  });
  const rank = { train: 0, validation: 1, test: 2 };
  return found.sort((a, b) => rank[a.part] - rank[b.part]);
}

/** One sentence where pictures lie in no folders of their classes; null: they do. */
export function folderProblem(what: string, pictures: readonly LabelledPicture[]): string | null {
  const labels = new Set(pictures.map(({ label }) => label));
  if (labels.size > 1) return null;
  return fail(
    `${what} has its ${pictures.length} pictures in one folder; allowed is a folder for each class, such as cats/1.png and dogs/1.png.`,
  ).error;
}
