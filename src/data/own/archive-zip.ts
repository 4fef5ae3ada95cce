/** Zip archives over fflate, with bounds on what comes out that no header's word can lift. */
import { type UnzipFileFilter, unzipSync } from 'fflate';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { LIMITS } from './own-data.ts';
import { memoryFile, said, type SourceFile } from './source.ts';

/** Deflate packs at most so many bytes into one. */
const DEFLATE_RATIO = 1032;
const STORED = 0;
const DEFLATED = 8;

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

class TooMany extends Error {}

/** What the directory says of a member. */
type Member = Parameters<UnzipFileFilter>[0];

/** Why a directory may not be unpacked, as the rest of a sentence; null: it may. */
function objection(members: readonly Member[], length: number): string | null {
  let packed = 0;
  let unpacked = 0;
  for (const { name, size, originalSize, compression } of members) {
    packed += size;
    unpacked += originalSize;
    if (compression !== STORED && compression !== DEFLATED) {
      return `packs ${said(name)} in a way (method ${compression}) that is not read here; allowed are stored and deflated members`;
    }
    if (originalSize > DEFLATE_RATIO * size + 64) {
      return `has a member ${said(name)} that says it is larger than it can be`;
    }
  }
  // Members that share their bytes are how small archives become endless ones.
  if (packed > length) return 'has members that overlap';
  return unpacked > LIMITS.file
    ? `unpacks to more than the ${LIMITS.file} bytes that are allowed`
    : null;
}

/**
 * The files of a zip archive that `wanted` asks for, by path. All together are at most LIMITS.file
 * bytes, and more than the archive can truly hold is never set aside. The error is one sentence
 * that names `file`.
 */
export function unzip(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  wanted: (path: string) => boolean,
): Result<SourceFile[]> {
  const members: Member[] = [];
  let entries = 0;
  const isWanted = ({ name }: Member) => !name.endsWith('/') && wanted(name);
  try {
    // First only the directory is looked at.
    unzipSync(bytes, {
      filter: (member) => {
        entries += 1;
        if (entries > LIMITS.files) {
          throw new TooMany(`holds more than the ${LIMITS.files} files that are allowed`);
        }
        if (isWanted(member)) members.push(member);
        return false;
      },
    });
    const reason = objection(members, bytes.length);
    if (reason !== null) return fail(`${file} ${reason}.`);
    const files = unzipSync(bytes, { filter: isWanted });
    const sizes = new Map(members.map(({ name, originalSize }) => [name, originalSize]));
    const found: SourceFile[] = [];
    for (const [path, content] of Object.entries(files)) {
      if (content.length !== sizes.get(path)) {
        return fail(`${file} is damaged: its member ${said(path)} does not unpack to its size.`);
      }
      const { buffer, byteOffset, length } = content;
      found.push(memoryFile(path, new Uint8Array(buffer, byteOffset, length)));
    }
    return ok(found);
  } catch (error) {
    if (error instanceof TooMany) return fail(`${file} ${error.message}.`);
    if (error instanceof RangeError) {
      return fail(`${file} needs more memory than there is; unpack it and choose the folder.`);
    }
    return fail(
      `${file} is damaged, cut off or protected by a password: it does not unpack as a zip archive.`,
    );
  }
}
