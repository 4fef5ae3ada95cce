/** How long a list of dispatches takes on this adapter, in pieces short enough to give way between them. */
import { record, type Dispatch } from './kernel.ts';

/** Arithmetic of a piece: some 40 ms where there is no GPU. */
const PIECE_FLOPS = 2e8;
/** Whole runs through the list are measured for about so long, in submits of about a fifth of it. */
const WINDOW_MS = 200;
const SUBMIT_MS = WINDOW_MS / 5;
const MOST_RUNS = 64;

/** Consecutive dispatches together, up to PIECE_FLOPS unless a single one has more. */
function pieces(dispatches: readonly Dispatch[]): Dispatch[][] {
  const all: Dispatch[][] = [];
  let flops = Infinity;
  for (const dispatch of dispatches) {
    const last = all.at(-1);
    if (last === undefined || flops + dispatch.flops > PIECE_FLOPS) {
      all.push([dispatch]);
      flops = dispatch.flops;
    } else {
      last.push(dispatch);
      flops += dispatch.flops;
    }
  }
  return all;
}

/**
 * Run `dispatches` over and over, and tell the milliseconds one run takes; null where `proceed`, asked
 * between submits, says no.
 * @param prepare sets group 0 on a pass.
 */
export async function rehearse(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
  prepare: (pass: GPUComputePassEncoder) => void,
  proceed: () => boolean,
): Promise<number | null> {
  const run = async (piece: readonly Dispatch[], times: number): Promise<number> => {
    const encoder = device.createCommandEncoder({ label: 'rehearsal' });
    const pass = encoder.beginComputePass({ label: 'rehearsal' });
    prepare(pass);
    for (let k = 0; k < times; k++) record(pass, piece);
    pass.end();
    const started = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  };
  const byPieces = async (): Promise<number | null> => {
    let sum = 0;
    for (const piece of pieces(dispatches)) {
      if (!proceed()) return null;
      sum += await run(piece, 1);
    }
    return sum;
  };
  // The first run pays for what the driver does late.
  const first = await byPieces();
  if (first === null || !proceed()) return null;
  if (first > WINDOW_MS) return byPieces();
  let best = await run(dispatches, 1);
  let spent = best;
  while (spent < WINDOW_MS) {
    if (!proceed()) return null;
    const times = Math.max(1, Math.min(MOST_RUNS, Math.floor(SUBMIT_MS / best)));
    const ms = await run(dispatches, times);
    // Whatever else the machine does only ever slows.
    best = Math.min(best, ms / times);
    spent += ms;
  }
  return best;
}
