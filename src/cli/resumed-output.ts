/** What stays of the files in `--out` where a run goes on into them: all that is of steps before its checkpoint. */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Resumed } from './resumed.ts';

/** Lines of a file, without their ends; none where it cannot be read. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const Line = v.object({ type: v.string(), step: v.optional(v.number()) });

function parseLine(line: string): v.InferOutput<typeof Line> | null {
  try {
    const parsed = v.safeParse(Line, JSON.parse(line));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Of metrics.jsonl: the records that the checkpoint knows of, and changes before it. No result: that comes again. */
export function recordsBefore(file: string, { checkpoint, progress }: Resumed): string {
  const records = new Set((progress?.records ?? []).map(({ step }) => step));
  const kept = linesOf(file).filter((line) => {
    const parsed = parseLine(line);
    if (parsed === null) return false;
    const { type, step = 0 } = parsed;
    if (type === 'epoch') return records.has(step);
    return type === 'start' || (type !== 'result' && step < checkpoint.step);
  });
  return joined(kept);
}

/** Of steps.csv, without its header: rows of the steps that the checkpoint has done. */
export function rowsBefore(file: string, { checkpoint }: Resumed): string {
  const rows = linesOf(file).slice(1);
  return joined(rows.filter((row) => Number(row.slice(0, row.indexOf(','))) < checkpoint.step));
}
