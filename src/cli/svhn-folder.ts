/** SVHN in a folder: the official MAT-files, or a single one that is a part of the set. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CONTENTS_FILE,
  type Contents,
  exampleSplit,
  grouped,
  parseSplit,
  type Part,
  PART_FILE,
  wholeContents,
} from '../data/contents-file.ts';
import type { MatEntry } from '../data/index-file.ts';
import { sha256 } from '../data/sha256.ts';
import { parseSvhn } from '../data/svhn.ts';
import { shapeOfEntry } from '../data/unpack.ts';
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { readFound } from './files.ts';

const LIMIT = 2 ** 31;

export type FoundSvhn =
  | { readonly kind: 'none' }
  /** The folder was made by `npm run data`, and says what it holds. */
  | { readonly kind: 'said'; readonly json: string; readonly names: readonly string[] }
  | { readonly kind: 'whole'; readonly extra: boolean }
  | { readonly kind: 'parts'; readonly names: readonly string[] };

/** What of SVHN lies in `folder`. */
export async function findSvhn(folder: string, entry: MatEntry): Promise<FoundSvhn> {
  const all: readonly string[] = await readdir(folder).catch(() => []);
  const names = all.filter((name) => name.endsWith('.mat') && !name.startsWith('.')).toSorted();
  if (all.includes(CONTENTS_FILE)) {
    const json = await readFile(join(folder, CONTENTS_FILE), 'utf8').catch(() => '');
    return { kind: 'said', json, names };
  }
  return ofNames(names, entry);
}

function ofNames(names: readonly string[], entry: MatEntry): FoundSvhn {
  const there = (role: string) =>
    entry.files.some((file) => file.role === role && names.includes(file.name));
  if (there('train') && there('test')) return { kind: 'whole', extra: there('extra') };
  return names.length === 0 ? { kind: 'none' } : { kind: 'parts', names };
}

/**
 * What to read from a folder without contents.json, or in spite of it where `split` is given. The
 * error is one sentence that says what is there and how to divide it.
 */
export async function contentsOfFound(
  found: FoundSvhn,
  folder: string,
  entry: MatEntry,
  split: string | null,
): Promise<Result<Contents>> {
  const files = found.kind === 'said' ? ofNames(found.names, entry) : found;
  const { title } = entry;
  if (files.kind === 'whole') {
    return split === null
      ? ok(wholeContents(entry, files.extra))
      : fail(
          `--split divides a part of ${title}; ${folder} holds the whole, which is always divided as published.`,
        );
  }
  const names = files.kind === 'parts' ? files.names : [];
  const [name, ...more] = names;
  if (name === undefined) return fail(`${folder} holds no MAT-file of ${title}.`);
  if (more.length > 0) {
    return fail(
      `${folder} holds ${names.map((known) => quote(known)).join(' and ')}, neither the whole of ${title} nor one part of it; allowed are ${entry.files
        .filter(({ role }) => role !== 'extra')
        .map((file) => file.name)
        .join(' with ')}, or a single MAT-file.`,
    );
  }
  const part = await readPart(folder, name, entry, split);
  return part.ok ? ok(part.value.part) : part;
}

export interface ReadPart {
  readonly part: Part;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A part of the set, checked and divided. The error is one sentence. */
export async function readPart(
  folder: string,
  name: string,
  entry: MatEntry,
  split: string | null,
): Promise<Result<ReadPart>> {
  const path = join(folder, name);
  const bytes = await readFound(path, LIMIT);
  if (!bytes.ok) return bytes;
  const sum = await sha256(bytes.value);
  const size = bytes.value.length;
  const examples = await parseSvhn(bytes.value, path, shapeOfEntry(entry));
  if (!examples.ok) return examples;
  const { count } = examples.value;
  if (split === null) {
    return fail(
      `${folder} holds only a part of ${entry.title}, ${name} with ${grouped(count)} images; choose how to divide it, in its order, into training, validation and test, such as --split ${exampleSplit(count)}.`,
    );
  }
  const counts = parseSplit(split, count);
  if (!counts.ok) return counts;
  return ok({
    bytes: bytes.value,
    part: {
      version: 1,
      kind: 'part',
      of: (['train', 'test', 'extra'] as const).find((role) => name.startsWith(role)) ?? null,
      from: name,
      file: { name, bytes: size, sha256: sum ?? '' },
      split: counts.value,
    },
  });
}

/** The same part under the name it has beside contents.json. */
export const installedPart = (part: Part): Part => ({
  ...part,
  file: { ...part.file, name: PART_FILE },
});
