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

/**
 * Run `dispatches` once, in order, and time each.
 * @param prepare sets group 0 on each pass.
 * @returns null where the device has no timestamp queries.
 */
export async function timeDispatches(
  device: GPUDevice,
  dispatches: readonly Dispatch[],
  prepare: (pass: GPUComputePassEncoder) => void,
): Promise<DispatchTime[] | null> {
  if (!device.features.has('timestamp-query')) return null;
  const count = 2 * dispatches.length;
  const bytes = count * 8;
  const querySet = device.createQuerySet({ label: 'profile', type: 'timestamp', count });
  const resolved = device.createBuffer({
    label: 'profile',
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const arena = new Arena(device);
  try {
    const staging = arena.staging('profile.staging', count * 2);
    const encoder = device.createCommandEncoder({ label: 'profile' });
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
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(staging.getMappedRange().slice(0));
    return dispatches.map(({ label, kernel, flops, bytes }, k) => ({
      label,
      kernel,
      flops,
      bytes,
      // A clock that ran backwards between two queries measured nothing.
      microseconds: Math.max(0, Number(at(times, 2 * k + 1) - at(times, 2 * k)) / 1000),
    }));
  } finally {
    arena.destroy();
    resolved.destroy();
    querySet.destroy();
  }
}
