/**
 * Official files among those a person brought: known by the sum of the data in them, whatever they
 * are called and however they are packed.
 */
import { OFFICIAL_IDS, type OfficialId } from '../../experiment/datasets.ts';
import { archiveMembers } from '../archive.ts';
import { isGzip } from '../gunzip.ts';
import type { DataEntry, DataFile, DataIndex } from '../index-file.ts';
import { sha256 } from '../sha256.ts';
import { contentBytes } from '../unpack.ts';
import { gunzipAny } from './gunzip-any.ts';
import { isJunk } from './kinds.ts';
import type { OnProgress } from './own-data.ts';
import { memoryFile, readPart, readWhole, said, type SourceFile } from './source.ts';

export interface OfficialFile {
  readonly file: DataFile;
  /** The data inside, unpacked. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Official {
  readonly id: OfficialId;
  readonly entry: DataEntry;
  readonly files: readonly OfficialFile[];
  /** Names of the files that are still needed; none: the set is complete. */
  readonly missing: readonly string[];
}

/** Roles that a set can do without. */
const OPTIONAL = 'extra';

interface Candidate {
  readonly id: OfficialId;
  readonly entry: DataEntry;
  readonly file: DataFile;
}

const candidatesOf = (index: DataIndex): Candidate[] =>
  OFFICIAL_IDS.flatMap((id) => {
    const entry: DataEntry = index[id];
    return entry.files.map((file) => ({ id, entry, file }));
  });

/** How long a file is unpacked, by its own word; it decides only whether to look closer. */
async function lengthOf(file: SourceFile): Promise<number | null> {
  const head = await readPart(file, 0, 2);
  if (!head.ok) return null;
  if (!isGzip(head.value)) return file.size;
  const tail = await readPart(file, Math.max(0, file.size - 4), file.size);
  if (!tail.ok || tail.value.length < 4) return null;
  const { buffer, byteOffset } = tail.value;
  return new DataView(buffer, byteOffset).getUint32(0, true);
}

/** The file's data where its sum is that of one of the candidates. */
async function match(
  file: SourceFile,
  candidates: readonly Candidate[],
): Promise<(Candidate & OfficialFile) | null> {
  const length = await lengthOf(file);
  const likely = candidates.filter(({ entry, file: each }) => contentBytes(entry, each) === length);
  if (likely.length === 0) return null;
  const whole = await readWhole(file);
  if (!whole.ok) return null;
  const content = isGzip(whole.value)
    ? await gunzipAny(whole.value, said(file.path), length ?? 0)
    : whole;
  if (!content.ok) return null;
  const sum = await sha256(content.value);
  const found = likely.find((each) => each.file.contentSha256 === sum);
  return found === undefined ? null : { ...found, bytes: content.value };
}

const isArchive = (path: string): boolean => /\.(tar|tar\.gz|tgz)$/i.test(path);

/** Tar archives of an official set, replaced by those of their members that belong to it. */
export async function openTars(
  files: readonly SourceFile[],
  index: DataIndex,
  onProgress: OnProgress,
): Promise<SourceFile[]> {
  const opened: SourceFile[] = [];
  for (const file of files) {
    const members = isArchive(file.path) ? await membersOf(file, index, onProgress) : [];
    opened.push(...(members.length > 0 ? members : [file]));
  }
  return opened;
}

async function membersOf(
  file: SourceFile,
  index: DataIndex,
  onProgress: OnProgress,
): Promise<SourceFile[]> {
  onProgress(`Unpacking ${said(file.path)}`, null);
  const bytes = await readWhole(file);
  if (!bytes.ok) return [];
  const members = await archiveMembers(bytes.value, said(file.path), index['cifar-10']);
  if (!members.ok) return [];
  return [...members.value].map(([name, content]) => memoryFile(name, content));
}

/**
 * The official set that these files belong to; null: to none, or to several. `files` are what was
 * brought, with tar archives opened.
 */
export async function officialIn(
  files: readonly SourceFile[],
  index: DataIndex,
  onProgress: OnProgress,
): Promise<Official | null> {
  const meant = files.filter(({ path }) => !isJunk(path));
  const candidates = candidatesOf(index);
  // A folder of pictures is none, and need not be looked into.
  if (meant.length === 0 || meant.length > 2 * candidates.length) return null;
  const found = new Map<string, Candidate & OfficialFile>();
  for (const file of meant) {
    onProgress(`Looking at ${said(file.path)}`, null);
    const official = await match(file, candidates);
    if (official !== null) found.set(`${official.id}/${official.file.name}`, official);
  }
  const [first] = found.values();
  if (first === undefined) return null;
  const own = [...found.values()].filter(({ id }) => id === first.id);
  if (own.length < found.size) return null;
  const missing = first.entry.files.filter(
    ({ name, role }) => role !== OPTIONAL && !own.some(({ file }) => file.name === name),
  );
  return {
    id: first.id,
    entry: first.entry,
    files: own,
    missing: missing.map(({ name }) => name),
  };
}
