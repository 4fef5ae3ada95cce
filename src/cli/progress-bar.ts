/** A progress bar on a terminal: one line, drawn over itself. */

/** The parts of process.stderr used here. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const WIDTH = 24;
const INTERVAL_MS = 100;

export interface ProgressBar {
  /** Draw `share` (0..1) of the bar with `text` beside it, at most ten times a second. */
  show(share: number, text: string): void;
  /** Wipe the line, so that other text can follow. */
  clear(): void;
}

/** A bar on `terminal`; where it is no terminal (a file, a pipe), the bar draws nothing. */
export function progressBar(terminal: Terminal): ProgressBar {
  let last = -Infinity;
  if (terminal.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  return {
    show(share, text) {
      const now = performance.now();
      if (now - last < INTERVAL_MS) return;
      last = now;
      const full = Math.round(WIDTH * Math.min(Math.max(share, 0), 1));
      const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${text}`;
      terminal.write(`\r\x1b[K${line.slice(0, (terminal.columns ?? 80) - 1)}`);
    },
    clear() {
      if (last > -Infinity) terminal.write('\r\x1b[K');
      last = -Infinity;
    },
  };
}
