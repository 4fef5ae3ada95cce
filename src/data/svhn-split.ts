/**
 * SVHN's splits. As published: the first 400 examples a class of the training file and the first 200
 * of the extra file validate, all others train. Where only a part is there, a person says how to
 * divide it. Examples stay in their order, so that neighbours, which show the same house number and
 * overlap, stay together.
 */
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { type Contents, grouped, type Part } from './contents-file.ts';
import type { MatEntry } from './index-file.ts';
import { type ByteExamples, type RawDataset, slice } from './raw.ts';
import type { aboutOf } from './split.ts';
import { histogramOf, parseSvhn } from './svhn.ts';
import { type FilePart, shapeOfEntry } from './unpack.ts';

type About = ReturnType<typeof aboutOf>;

/** What each official file is called in a sentence. */
const KINDS = { train: 'training', test: 'test', extra: 'extra' } as const;

/** Takes the official files one by one, so that none is kept longer than needed. */
export class SvhnSplit {
  readonly #about: About;
  readonly #entry: MatEntry;
  readonly #train: Filled;
  readonly #validation: Filled;
  readonly #hasExtra: boolean;
  /** Files whose sums are not the published ones. */
  readonly #inexact: string[] = [];
  #test: ByteExamples | null = null;

  constructor(about: About, entry: MatEntry, { files }: Extract<Contents, { kind: 'whole' }>) {
    const { counts, validation, classNames } = entry;
    const classes = classNames.length;
    this.#about = about;
    this.#entry = entry;
    this.#hasExtra = files.some(({ role }) => role === 'extra');
    const held = classes * (validation.train + (this.#hasExtra ? validation.extra : 0));
    const all = counts.train + (this.#hasExtra ? counts.extra : 0);
    this.#validation = new Filled(held, about.inputs);
    this.#train = new Filled(all - held, about.inputs);
  }

  /** Take a file's examples. The error is one sentence that names `path`. */
  add(role: string, { count, images, labels, exact }: FilePart, path: string): Result<null> {
    if (images === null || labels === null) throw new Error('a MAT-file holds images and labels');
    const known = this.#entry.files.find((file) => file.role === role);
    if (exact === false && known !== undefined) this.#inexact.push(known.name);
    if (role === 'test') {
      this.#test = { count, images, labels };
      return ok(null);
    }
    const { validation, classNames } = this.#entry;
    const most = role === 'extra' ? validation.extra : validation.train;
    const few = histogramOf(labels, classNames.length).findIndex((n) => n < most);
    if (few !== -1) {
      return fail(
        `${path} holds fewer than ${most} pictures of class ${few}, which validation takes.`,
      );
    }
    const taken = new Array<number>(classNames.length).fill(0);
    const { inputs } = this.#about;
    for (let n = 0; n < count; n++) {
      const label = labels[n] ?? 0;
      const before = taken[label] ?? 0;
      taken[label] = before + 1;
      const to = before < most ? this.#validation : this.#train;
      to.add(images.subarray(n * inputs, (n + 1) * inputs), label);
    }
    return ok(null);
  }

  dataset(): RawDataset {
    if (this.#test === null) throw new Error('the test file was left out');
    return {
      ...this.#about,
      note: this.#note(),
      train: this.#train.examples(),
      validation: this.#validation.examples(),
      test: this.#test,
    };
  }

  #note(): string | null {
    const { counts, title } = this.#entry;
    const sums = this.#inexact.map(
      (name) =>
        `${name} has as many images of each class as the published file, but not its checksum.`,
    );
    const extra = this.#hasExtra
      ? []
      : [
          `Without ${title}'s extra set: ${grouped(this.#train.length)} images train and ${grouped(this.#validation.length)} validate, all from the ${grouped(counts.train)} of the training file; published figures had ${grouped(counts.extra)} more.`,
        ];
    return [...extra, ...sums].join(' ') || null;
  }
}

/** Examples that come one by one into arrays of their final size. */
class Filled {
  readonly #inputs: number;
  readonly #images: Uint8Array<ArrayBuffer>;
  readonly #labels: Uint8Array<ArrayBuffer>;
  #count = 0;

  constructor(length: number, inputs: number) {
    this.#inputs = inputs;
    this.#images = new Uint8Array(length * inputs);
    this.#labels = new Uint8Array(length);
  }

  get length(): number {
    return this.#labels.length;
  }

  add(image: Uint8Array, label: number): void {
    this.#images.set(image, this.#count * this.#inputs);
    this.#labels[this.#count] = label;
    this.#count += 1;
  }

  examples(): ByteExamples {
    if (this.#count !== this.length) throw new Error(`${this.#count} of ${this.length} examples`);
    return { count: this.#count, images: this.#images, labels: this.#labels };
  }
}

/** A part of the set, divided as its contents.json says. The error is one sentence that names `path`. */
export async function splitPart(
  about: About,
  entry: MatEntry,
  { split, of, from }: Part,
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): Promise<Result<RawDataset>> {
  const examples = await parseSvhn(bytes, path, shapeOfEntry(entry));
  if (!examples.ok) return examples;
  const { value: all } = examples;
  const [train, validation, test] = split;
  const sum = train + validation + test;
  if (sum > all.count) {
    return fail(
      `${path} holds ${all.count} pictures, fewer than the split ${split.join(' / ')} takes.`,
    );
  }
  const whose =
    of === null
      ? `images out of ${quote(from)}`
      : `of ${entry.title}'s ${grouped(entry.counts[of])} ${KINDS[of]} images`;
  const take = (start: number, count: number) => slice(all, about.inputs, start, start + count);
  return ok({
    ...about,
    title: `${about.title} (a part)`,
    note: `${grouped(sum)} ${whose}, split ${split.map(grouped).join(' / ')} in their order: no figure from it is a result on ${entry.title}.`,
    train: take(0, train),
    validation: take(train, validation),
    test: take(train + validation, test),
  });
}
