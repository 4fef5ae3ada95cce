/** GPU time of each dispatch of a step, by timestamp queries: a pass of its own for each. */
import { at } from '../experiment/at.ts';
import { Arena } from './buffers.ts';
import { record, type Dispatch } from './kernel.ts';

export interface DispatchTime {
  readonly label: string;
  readonly kernel: string;
  readonly microseconds: number;
  readonly flops: number;
  readonly bytes: number;
}

export interface DispatchTimes {
  /** In the order of the dispatches. */
  readonly dispatches: readonly DispatchTime[];
  /** Microseconds that all readings of the clock are whole multiples of: browsers round them. */
  readonly tick: number;
}

/** Times recorded into an encoder; ask for them once it is submitted, and once only. */
export interface RecordedTimes {
  read(): Promise<DispatchTimes>;
}

/** True where a device has a clock for its passes. */
export const canTime = (device: GPUDevice): boolean => device.features.has('timestamp-query');

/**
 * Record `dispatches` once, in order, and the time of each, on a device that `canTime`.
 * @param prepare sets group 0 on each pass.
 */
export function recordTimed(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  dispatches: readonly Dispatch[],
  prepare: (pass: GPUComputePassEncoder) => void,
): RecordedTimes {
  const count = 2 * dispatches.length;
  const bytes = count * 8;
  const querySet = device.createQuerySet({ label: 'profile', type: 'timestamp', count });
  const resolved = device.createBuffer({
    label: 'profile',
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const arena = new Arena(device);
  const staging = arena.staging('profile.staging', count * 2);
  dispatches.forEach((dispatch, k) => {
    const pass = encoder.beginComputePass({
      label: dispatch.label,
      timestampWrites: {
        querySet,
        beginningOfPassWriteIndex: 2 * k,
        endOfPassWriteIndex: 2 * k + 1,
      },
    });
    prepare(pass);
    record(pass, [dispatch]);
    pass.end();
  });
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
  return {
    read: async () => {
      try {
        await staging.mapAsync(GPUMapMode.READ);
        return timesOf(dispatches, new BigUint64Array(staging.getMappedRange().slice(0)));
      } finally {
        arena.destroy();
        resolved.destroy();
        querySet.destroy();
      }
    },
  };
}

/** @param stamps nanoseconds: the beginning and the end of each dispatch. */
function timesOf(dispatches: readonly Dispatch[], stamps: BigUint64Array): DispatchTimes {
  let tick = 0n;
  for (const stamp of stamps) tick = commonDivisor(stamp, tick);
  return {
    dispatches: dispatches.map(({ label, kernel, flops, bytes }, k) => ({
      label,
      kernel,
      flops,
      bytes,
      // A clock that ran backwards between two queries measured nothing.
      microseconds: Math.max(0, Number(at(stamps, 2 * k + 1) - at(stamps, 2 * k)) / 1000),
    })),
    tick: Number(tick) / 1000,
  };
}

function commonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
