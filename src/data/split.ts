/** From parsed files to a data set: joined where it came in several, and split. */
import type { OfficialId } from '../experiment/datasets.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import type { DataEntry } from './index-file.ts';
import { type ByteExamples, type RawDataset, slice } from './raw.ts';
import type { FilePart } from './unpack.ts';

/** Examples that come file by file, into arrays of the whole size. */
export class Joined {
  readonly #inputs: number;
  readonly #count: number;
  #images: Uint8Array<ArrayBuffer> | null = null;
  #labels: Uint8Array<ArrayBuffer> | null = null;
  #imagesHeld = 0;
  #labelsHeld = 0;

  /** `count` examples are to come, of `inputs` bytes each. Nothing is set aside yet. */
  constructor(count: number, inputs: number) {
    this.#count = count;
    this.#inputs = inputs;
  }

  /** Put a file's examples behind those that are there. A file that brings all of them is not copied. */
  add({ count, images, labels }: FilePart): void {
    if (images !== null) {
      this.#images = join(this.#images, images, this.#imagesHeld, this.#count * this.#inputs);
      this.#imagesHeld += count * this.#inputs;
    }
    if (labels !== null) {
      this.#labels = join(this.#labels, labels, this.#labelsHeld, this.#count);
      this.#labelsHeld += count;
    }
  }

  examples(): ByteExamples {
    const whole =
      this.#imagesHeld === this.#count * this.#inputs && this.#labelsHeld === this.#count;
    if (this.#images === null || this.#labels === null || !whole) {
      throw new Error(`a file of ${this.#count} examples was left out`);
    }
    return { count: this.#count, images: this.#images, labels: this.#labels };
  }
}

function join(
  held: Uint8Array<ArrayBuffer> | null,
  part: Uint8Array<ArrayBuffer>,
  start: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  if (held === null && part.length === size) return part;
  const whole = held ?? new Uint8Array(size);
  whole.set(part, start);
  return whole;
}

/** What a data set says of itself. */
export const aboutOf = (
  id: OfficialId,
  { title, shape, classNames }: DataEntry,
): Pick<RawDataset, 'id' | 'title' | 'note' | 'shape' | 'inputs' | 'classNames'> => ({
  id,
  title,
  note: null,
  shape,
  inputs: shape.height * shape.width * shape.channels,
  classNames,
});

/** The last `validation` of the training examples are for validation. */
export function splitLast(
  about: ReturnType<typeof aboutOf>,
  training: ByteExamples,
  test: ByteExamples,
  validation: number,
): Result<RawDataset> {
  const count = training.count - validation;
  if (count < 1) {
    return fail(
      `${about.title} has ${training.count} training examples; allowed are more than the ${validation} that validation takes.`,
    );
  }
  return ok({
    ...about,
    train: slice(training, about.inputs, 0, count),
    validation: slice(training, about.inputs, count, training.count),
    test,
  });
}
