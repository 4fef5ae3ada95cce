/**
 * How much memory something took at its peak. What the process keeps afterwards (heap and buffers) shows
 * large things that are still there; what was given back meanwhile shows only in the resident set, whose
 * highest mark Linux keeps and sets back on demand. Elsewhere the first is all there is. Both are too large
 * where the heap grew for reasons of its own, and never too small but for memory that was set aside, never
 * written to, and given back.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const kept = (): number => {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
};

/** Bytes that a line of /proc/self/status says; null where there is none. */
function statusOf(name: 'VmHWM' | 'VmRSS'): number | null {
  try {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(
      readFileSync('/proc/self/status', 'utf8'),
    );
    return found === null ? null : 1024 * Number(found[1]);
  } catch {
    return null;
  }
}

/** Begin to watch: what comes back says by how many bytes memory grew at most since then. */
export function watchMemory(): () => number {
  let resident: number | null = null;
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    resident = statusOf('VmRSS');
  } catch {
    // No Linux, or not allowed.
  }
  const before = kept();
  return () => {
    const after = kept() - before;
    const peak = resident === null ? null : statusOf('VmHWM');
    return Math.max(0, after, peak === null || resident === null ? 0 : peak - resident);
  };
}
