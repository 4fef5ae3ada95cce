/**
 * All that a network holds from one training step to the next, by name: what a checkpoint keeps. A rule
 * of learning lists it; it is read and written here without knowing what any of it means.
 */
import { Arena } from './buffers.ts';

/** Numbers with a shape, as they lie in a checkpoint. */
export type Tensor =
  | {
      readonly dtype: 'F32';
      readonly shape: readonly number[];
      readonly data: Float32Array<ArrayBuffer>;
    }
  | {
      readonly dtype: 'U32';
      readonly shape: readonly number[];
      readonly data: Uint32Array<ArrayBuffer>;
    };
export type Tensors = ReadonlyMap<string, Tensor>;

/** What a tensor of a network is, without its numbers. */
export interface TensorShape {
  /** `dense1.w`; no two of a network are the same. */
  readonly name: string;
  readonly dtype: Tensor['dtype'];
  readonly shape: readonly number[];
}

/** A buffer whose contents the next step depends on, and nothing else restores. */
export interface StateBuffer extends TensorShape {
  readonly buffer: GPUBuffer;
}

/** Numbers in a tensor of a shape. */
export const countOf = (shape: readonly number[]): number =>
  shape.reduce((product, n) => product * n, 1);

const holding = ({ dtype, shape }: TensorShape, bytes: ArrayBuffer): Tensor =>
  dtype === 'F32'
    ? { dtype, shape, data: new Float32Array(bytes) }
    : { dtype, shape, data: new Uint32Array(bytes) };

/**
 * Read buffers as they stand behind all that was submitted: in one submit, so that training may go on at
 * once. Rejects where the device is lost.
 */
export async function readState(
  device: GPUDevice,
  state: readonly StateBuffer[],
): Promise<Map<string, Tensor>> {
  const arena = new Arena(device);
  try {
    const encoder = device.createCommandEncoder({ label: 'state' });
    // A staging buffer each: one for all might be larger than the adapter allows.
    const copies = state.map((one) => {
      const bytes = 4 * countOf(one.shape);
      const staging = arena.staging(`${one.name}.staging`, bytes / 4);
      encoder.copyBufferToBuffer(one.buffer, 0, staging, 0, bytes);
      return { one, staging, bytes };
    });
    device.queue.submit([encoder.finish()]);
    const tensors = await Promise.all(
      copies.map(async ({ one, staging, bytes }) => {
        await staging.mapAsync(GPUMapMode.READ, 0, bytes);
        return [one.name, holding(one, staging.getMappedRange(0, bytes).slice(0))] as const;
      }),
    );
    return new Map(tensors);
  } finally {
    arena.destroy();
  }
}

/** A tensor, or what a file's header says of it. */
interface Described {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data?: { readonly length: number };
}

/** Why tensors are not those of a network, in one sentence; null where they are. */
export function stateRefusal(
  state: readonly TensorShape[],
  tensors: ReadonlyMap<string, Described>,
): string | null {
  for (const { name, dtype, shape } of state) {
    const allowed = `allowed is ${dtype} [${shape.join(', ')}]`;
    const tensor = tensors.get(name);
    if (tensor === undefined) return `The checkpoint lacks the tensor ${name}; ${allowed}.`;
    const fits =
      tensor.dtype === dtype &&
      tensor.shape.length === shape.length &&
      tensor.shape.every((n, k) => n === shape[k]) &&
      (tensor.data === undefined || tensor.data.length === countOf(shape));
    if (!fits) {
      return `The checkpoint's tensor ${name} is ${tensor.dtype} [${tensor.shape.join(', ')}]; ${allowed}.`;
    }
  }
  return tensors.size === state.length
    ? null
    : `The checkpoint has ${tensors.size} tensors; allowed are the ${state.length} of its network.`;
}

/** Write tensors that `stateRefusal` has nothing against. */
export function writeState(
  device: GPUDevice,
  state: readonly StateBuffer[],
  tensors: Tensors,
): void {
  for (const { name, buffer } of state) {
    const tensor = tensors.get(name);
    if (tensor !== undefined) device.queue.writeBuffer(buffer, 0, tensor.data);
  }
}
