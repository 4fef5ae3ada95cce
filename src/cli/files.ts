/** Files on this machine: what is there, and its bytes. */
import { open, stat } from 'node:fs/promises';
import type { ReadOptions } from '../data/load.ts';
import { fail, ok, type Result } from '../experiment/result.ts';

const PIECE = 1 << 22;

/** All bytes of a file of at most `limit` bytes. The error is one sentence. */
export async function readFound(
  path: string,
  limit: number,
  options?: ReadOptions,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    const handle = await open(path);
    try {
      const { size } = await handle.stat();
      if (size > limit) {
        return fail(`${path} is ${size} bytes long; allowed are at most ${limit}.`);
      }
      const bytes = new Uint8Array(size);
      let loaded = 0;
      while (loaded < size && options?.signal.aborted !== true) {
        const { bytesRead } = await handle.read(bytes, loaded, Math.min(PIECE, size - loaded));
        if (bytesRead === 0) return fail(`${path} became shorter while it was read.`);
        loaded += bytesRead;
        options?.onProgress(loaded, size, false);
      }
      return ok(bytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return fail(`${path} cannot be read (${codeOf(error)}); allowed is a readable file.`);
  }
}

/** Whether a path is a folder, a file, or neither. */
export async function kindOf(path: string): Promise<'folder' | 'file' | 'none'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'none';
  } catch {
    return 'none';
  }
}

/** The short name of a system error, such as EACCES. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
