/** Put SVHN in its place: its official files, or a part of it with the split a person chose. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Contents,
  CONTENTS_FILE,
  filesIn,
  grouped,
  parseContents,
  type Part,
  PART_FILE,
  wholeContents,
} from '../data/contents-file.ts';
import type { MatEntry } from '../data/index-file.ts';
import { sha256 } from '../data/sha256.ts';
import { readFound } from './files.ts';
import { failed, install, type Installed, type InstallOptions, place, placeOf } from './install.ts';
import { contentsOfFound, findSvhn, installedPart, readPart } from './svhn-folder.ts';

export interface SvhnOptions {
  /** How to divide a part, as `881,101,101` or in percent. */
  readonly split: string | null;
  /** Whether to download the extra set. */
  readonly extra: boolean;
}

/** Gives a sentence that says what was done. */
export async function installSvhn(
  entry: MatEntry,
  options: InstallOptions,
  { split, extra }: SvhnOptions,
): Promise<Installed> {
  const { from } = options;
  if (from === null) return installWhole(entry, options, extra);
  for (const folder of [join(from, 'svhn'), from]) {
    const found = await findSvhn(folder, entry);
    if (found.kind === 'none') continue;
    const contents =
      found.kind === 'said' && split === null
        ? parseContents(found.json, join(folder, CONTENTS_FILE))
        : await contentsOfFound(found, folder, entry, split);
    if (!contents.ok) return failed(2, contents.error);
    return contents.value.kind === 'part'
      ? installPart(entry, options, folder, contents.value)
      : installWhole(entry, options, hasExtra(contents.value));
  }
  return failed(
    2,
    `--from ${from} holds no MAT-file; allowed is a folder with ${entry.files.map(({ name }) => name).join(', ')} (the last may be missing), or with a part of ${entry.title}, or svhn/ with them.`,
  );
}

const hasExtra = (contents: Contents): boolean =>
  contents.kind === 'whole' && contents.files.some(({ role }) => role === 'extra');

async function installWhole(
  entry: MatEntry,
  options: InstallOptions,
  extra: boolean,
): Promise<Installed> {
  const { folder, shown } = placeOf(options.dataDir, 'svhn');
  const published = wholeContents(entry, extra);
  const done = await install('svhn', entry, options, filesIn(published, entry));
  if (!done.ok || published.kind !== 'whole') return done;
  // Copies that another program wrote have sums of their own.
  const files = [];
  for (const { role, name, bytes } of published.files) {
    const read = await readFound(join(folder, name), 2 * bytes);
    if (!read.ok) return failed(1, read.error);
    files.push({ role, name, bytes: read.value.length, sha256: (await sha256(read.value)) ?? '' });
  }
  const written = await placeContents(folder, shown, { ...published, files });
  if (!written.ok) return written;
  await rm(join(folder, PART_FILE), { force: true });
  return done;
}

async function installPart(
  entry: MatEntry,
  { dataDir }: InstallOptions,
  source: string,
  part: Part,
): Promise<Installed> {
  const { folder, shown } = placeOf(dataDir, 'svhn');
  const read = await readPart(source, part.file.name, entry, part.split.join(','));
  if (!read.ok) return failed(2, read.error);
  const copied = await place(folder, shown, PART_FILE, read.value.bytes);
  if (!copied.ok) return copied;
  const { split, from } = part;
  const written = await placeContents(folder, shown, installedPart(part));
  if (!written.ok) return written;
  return {
    ok: true,
    value: `Put a part of ${entry.title} into ${shown}: ${from} of ${source}, split ${split.map(grouped).join(' / ')} in its order.`,
  };
}

const placeContents = (
  folder: string,
  shown: string,
  contents: Contents,
): Promise<Installed<null>> =>
  place(folder, shown, CONTENTS_FILE, `${JSON.stringify(contents, null, 2)}\n`);
