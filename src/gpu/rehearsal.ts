/** How long a list of dispatches takes on this adapter, in pieces short enough to give way between them. */
import { at } from '../experiment/at.ts';
import { record, type Dispatch } from './kernel.ts';
import { part } from './tuner.ts';

/** Milliseconds of a piece, once it is known how fast the adapter is. */
const PIECE_MS = 30;
/** Arithmetic of the first piece, and of any at least: some 40 ms where there is no GPU. */
const LEAST_FLOPS = 2e8;
/** Whole runs through the list are measured for about so long. */
const WINDOW_MS = 200;
const MOST_RUNS = 64;

/** What is submitted at once: whole dispatches, or a part of one that is scaled up. */
interface Piece {
  readonly dispatches: readonly Dispatch[];
  readonly scale: number;
}

/** Dispatches from the `from`-th on, of `flops` in all unless the first alone has more: then a part of it. */
function pieceAt(all: readonly Dispatch[], from: number, flops: number): Piece {
  const first = at(all, from);
  if (first.flops > flops) {
    const groups = first.x * first.y;
    const some = part(first, Math.max(1, Math.floor((groups * flops) / first.flops)));
    return { dispatches: [some], scale: groups / (some.x * some.y) };
  }
  let sum = 0;
  const rest = all.slice(from);
  const end = rest.findIndex((dispatch) => (sum += dispatch.flops) > flops);
  return { dispatches: end < 0 ? rest : rest.slice(0, end), scale: 1 };
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
  let flops = LEAST_FLOPS;
  const byPieces = async (): Promise<number | null> => {
    let sum = 0;
    for (let from = 0; from < dispatches.length;) {
      if (!proceed()) return null;
      const piece = pieceAt(dispatches, from, flops);
      const ms = await run(piece.dispatches, 1);
      sum += ms * piece.scale;
      from += piece.dispatches.length;
      // Small pieces would measure what a submit costs.
      if (ms < PIECE_MS / 2) flops *= Math.min(4, PIECE_MS / Math.max(ms, 1));
      else if (ms > 2 * PIECE_MS) flops = Math.max(LEAST_FLOPS, (flops * PIECE_MS) / ms);
    }
    return sum;
  };
  // The first run pays for what the driver does late, and finds out how large a piece may be.
  const first = await byPieces();
  if (first === null) return null;
  const second = await byPieces();
  if (second === null) return null;
  // Whatever else the machine does only ever slows.
  let best = Math.min(first, second);
  if (best > WINDOW_MS) return best;
  for (let spent = 0; spent < WINDOW_MS;) {
    if (!proceed()) return null;
    const times = Math.max(1, Math.min(MOST_RUNS, Math.floor(PIECE_MS / best)));
    const ms = await run(dispatches, times);
    best = Math.min(best, ms / times);
    spent += ms;
  }
  return best;
}
