/**
 * Tar archives (POSIX ustar and the GNU one): headers of 512 bytes, each before the bytes of its
 * member, padded to whole blocks. Members are taken by their base name, never by position, and only
 * those that are asked for are kept, so a header's word never sets memory aside.
 */
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { ByteReader } from './byte-reader.ts';

const BLOCK = 512;
const NAME = { start: 0, end: 100 };
const SIZE = { start: 124, end: 136 };
const CHECKSUM = { start: 148, end: 156 };
const TYPE = 156;
const SPACE = 0x20;
/** Types of a plain file: `0`, and a zero byte in archives older than the standard. */
const PLAIN = [0x30, 0];

export interface TarLimits {
  /** What is wanted: base name to the most bytes it may have. */
  readonly wanted: ReadonlyMap<string, number>;
  /** The whole archive, unpacked, may have at most so many bytes. */
  readonly total: number;
}

/**
 * The wanted members of a tar archive by base name; those it lacks are simply not there. `stream`:
 * the archive's bytes, unpacked. The error is one sentence that names `file`.
 */
export async function readTar(
  stream: ReadableStream<Uint8Array>,
  file: string,
  limits: TarLimits,
): Promise<Result<Map<string, Uint8Array<ArrayBuffer>>>> {
  const reader = new ByteReader(stream);
  try {
    return await readMembers(reader, file, limits);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return fail(
      `${file} is damaged or cut off: it does not unpack; a fresh copy of the file is needed.`,
    );
  } finally {
    await reader.cancel();
  }
}

async function readMembers(
  reader: ByteReader,
  file: string,
  { wanted, total }: TarLimits,
): Promise<Result<Map<string, Uint8Array<ArrayBuffer>>>> {
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  const header = new Uint8Array(BLOCK);
  const cutOff = () => fail(`${file} is cut off after ${reader.taken} bytes of its archive.`);
  for (;;) {
    const length = await reader.fill(header);
    // Archives end with blocks of zeros, but some writers leave them out.
    if (length === 0 || header.subarray(0, length).every((byte) => byte === 0)) return ok(members);
    if (length < BLOCK) return cutOff();
    if (!isHeader(header)) {
      return fail(
        `${file} is not a tar archive, or damaged: there is no header ${reader.taken - BLOCK} bytes into it.`,
      );
    }
    const name = baseName(header);
    const size = octal(header, SIZE);
    if (size === null || reader.taken + size > total) {
      return fail(
        `${file} has a member ${quote(name)} that reaches beyond the ${total} bytes that are allowed in all.`,
      );
    }
    const most = PLAIN.includes(header[TYPE] ?? 0) ? wanted.get(name) : undefined;
    if (most === undefined) {
      if ((await reader.skip(size)) < size) return cutOff();
    } else {
      if (size > most) {
        return fail(
          `${file} has a member ${quote(name)} of ${size} bytes; allowed are at most ${most}.`,
        );
      }
      if (members.has(name)) return fail(`${file} has two members called ${quote(name)}.`);
      const bytes = new Uint8Array(size);
      if ((await reader.fill(bytes)) < size) return cutOff();
      members.set(name, bytes);
    }
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if ((await reader.skip(padding)) < padding) return cutOff();
  }
}

/** Whether the header's bytes add up to its checksum, whose own bytes count as spaces. */
function isHeader(header: Uint8Array): boolean {
  let sum = 0;
  for (const [i, byte] of header.entries()) {
    sum += i >= CHECKSUM.start && i < CHECKSUM.end ? SPACE : byte;
  }
  return octal(header, CHECKSUM) === sum;
}

/** An octal number, with spaces or zero bytes around it; null where it is none (or GNU's binary form). */
function octal(header: Uint8Array, { start, end }: { start: number; end: number }): number | null {
  const digits = latin(header.subarray(start, end))
    .replace(/^ +/, '')
    .replace(/[ \0].*$/s, '');
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : null;
}

function baseName(header: Uint8Array): string {
  const path = latin(header.subarray(NAME.start, NAME.end)).replace(/\0.*$/s, '');
  return path.replace(/\/+$/, '').replace(/^.*\//s, '');
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
