/** Tuned kernels, kept in a file between runs: one line of text for an adapter and a network's shapes. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

const Cache = v.record(v.string(), v.string());

const file = (): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'binaryconnect', 'kernels.json');

function read(): Record<string, string> {
  try {
    const parsed = v.safeParse(Cache, JSON.parse(readFileSync(file(), 'utf8')));
    return parsed.success ? parsed.output : {};
  } catch {
    // No cache yet, or not one of ours: measuring again costs seconds.
    return {};
  }
}

export const cachedKernels = (key: string): string | null => read()[key] ?? null;

/** Keep a tuning. Gives the reason where it cannot be kept. */
export function keepKernels(key: string, kernels: string): string | null {
  try {
    const path = file();
    mkdirSync(dirname(path), { recursive: true });
    const whole = `${path}.${process.pid}`;
    writeFileSync(whole, `${JSON.stringify({ ...read(), [key]: kernels }, null, 2)}\n`);
    renameSync(whole, path);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
