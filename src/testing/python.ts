/** A Python with PyTorch, where this machine has one (Debian: python3-torch), for tests of scripts. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The first interpreter that imports torch; null where none does. */
export function pythonWithTorch(): string | null {
  const has = (python: string): boolean =>
    spawnSync(python, ['-c', 'import torch, torch.distributed.nn'], { timeout: 60_000 }).status ===
    0;
  return ['python3', '/usr/bin/python3'].find(has) ?? null;
}

/** Standard output of `python ...args`, with one thread a process. */
export async function runPython(python: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  return (await execute(python, [...args], { env, maxBuffer: 2 ** 26 })).stdout;
}
