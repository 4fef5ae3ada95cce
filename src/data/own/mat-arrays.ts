/** MATLAB's files as named arrays: examples run along the last dimension, as in SVHN's, or the first. */
import { ok, type Result } from '../../experiment/result.ts';
import { type MatArray, parseMat } from '../mat.ts';
import type { NamedArray } from './arrays.ts';
import { LIMITS } from './own-data.ts';
import { said } from './source.ts';

export interface MatFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const isVector = ({ dims }: MatArray): boolean => dims.filter((dim) => dim !== 1).length <= 1;

const lengthOf = ({ values }: MatArray): number => values.length;

/** An array whose examples run along the last dimension: by columns that is by rows, turned around. */
function lastIsExamples(name: string, { dims, values }: MatArray): NamedArray | null {
  const [height = 0, width = 0, third = 0, fourth = 0] = dims;
  if (dims.length === 2) return { name, dims: [width, height], values };
  if (dims.length > 4) return null;
  const channels = dims.length === 4 ? third : 1;
  const count = dims.length === 4 ? fourth : third;
  const plane = height * width;
  return {
    name,
    dims: [count, height, width, channels],
    values,
    layout: {
      count,
      shape: { height, width, channels },
      steps: { example: plane * channels, y: 1, x: height, channel: plane },
    },
  };
}

/** SVHN writes the digit 0 as 10, MATLAB having no index 0. */
function isSvhn(images: MatArray | undefined, labels: MatArray | undefined): boolean {
  const [height, width, channels] = images?.dims ?? [];
  const list = Array.from<number>(labels?.values ?? []);
  return (
    height === 32 &&
    width === 32 &&
    channels === 3 &&
    list.includes(10) &&
    list.every((label) => Number.isInteger(label) && label >= 1 && label <= 10)
  );
}

export interface FoundArrays {
  readonly arrays: readonly NamedArray[];
  /** What a person should know; null: nothing. */
  readonly note: string | null;
}

/** The arrays of a file. `isAlone`: whether their names say enough without the file's. */
export async function matArrays(
  { path, bytes }: MatFile,
  isAlone: boolean,
): Promise<Result<FoundArrays>> {
  const found = await parseMat(bytes, said(path), LIMITS.file);
  if (!found.ok) return found;
  const lengths = new Set([...found.value.values()].filter(isVector).map(lengthOf));
  const arrays: NamedArray[] = [];
  let note: string | null = null;
  for (const [name, array] of found.value) {
    const { dims, values } = array;
    const called = isAlone ? name : `${path} ${name}`;
    if (isVector(array)) {
      const svhn = name === 'y' && isSvhn(found.value.get('X'), array);
      if (svhn) note = 'The label 10 is read as the digit 0, as SVHN has it.';
      arrays.push({
        name: called,
        dims: [values.length],
        values: svhn ? values.map((label) => label % 10) : values,
      });
      continue;
    }
    const isLast = lengths.has(dims[dims.length - 1] ?? 0);
    const turned = isLast ? lastIsExamples(called, array) : null;
    arrays.push(turned ?? { name: called, dims, values, columnMajor: true });
  }
  return ok({ arrays, note });
}
