/**
 * Tests on a real WebGPU device: Dawn in Node, on this machine's GPU or on a software adapter. Every
 * test gets a fresh device inside an error scope and fails on any validation error.
 */
import { expect, it } from 'vitest';
import { create } from 'webgpu';
import { nodeGpu } from '../cli/node-gpu.ts';
import { liveBuffers } from '../gpu/buffers.ts';
import { requestDevice, type Adapter } from '../gpu/device.ts';
import { runs } from '../gpu/profile.ts';
import { FAMILIES, type Family, VARIANTS, type VariantId } from '../experiment/kernels.ts';

export interface Gpu {
  readonly device: GPUDevice;
  readonly adapter: Adapter;
}

async function open(): Promise<Gpu> {
  const result = await requestDevice(nodeGpu());
  if (!result.ok) throw new Error(`The GPU tests need a WebGPU adapter: ${result.message}`);
  return result;
}

/** Held for the life of the process, as cli/node-gpu.ts holds its own. */
let dawn: GPU | null = null;

/**
 * A device that checks and compiles as any other, and computes nothing: Dawn's null back end, with the
 * features our kernels ask for, whatever this machine's adapter has.
 */
export async function checkingDevice(): Promise<GPUDevice> {
  nodeGpu();
  dawn ??= create(['backend=null']);
  const result = await requestDevice(dawn);
  if (!result.ok) throw new Error(`Dawn has no null back end here: ${result.message}`);
  return result.device;
}

/** The device of a file's tests, until one of them loses it: what is compiled for one, the next finds. */
let shared: Gpu | null = null;

async function sharedGpu(): Promise<Gpu> {
  if (shared !== null) return shared;
  const gpu = await open();
  shared = gpu;
  void gpu.device.lost.then(() => {
    if (shared === gpu) shared = null;
  });
  return gpu;
}

/** A test on a device; buffers it makes must be gone at its end. */
export function gpuTest(name: string, body: (gpu: Gpu) => Promise<void>, timeout?: number): void {
  it(
    name,
    async () => {
      const gpu = await sharedGpu();
      const before = liveBuffers();
      gpu.device.pushErrorScope('validation');
      await body(gpu);
      const error = await gpu.device.popErrorScope();
      expect(error?.message ?? 'no validation error').toBe('no validation error');
      expect(liveBuffers()).toBe(before);
    },
    timeout,
  );
}

/** This machine's adapter, to say which tests there are. */
export async function adapterHere(): Promise<Adapter> {
  const { adapter, device } = await open();
  device.destroy();
  return adapter;
}

/** The families of kernels this adapter runs. */
export const kernelFamilies = async (): Promise<Family[]> =>
  (await adapterHere()).quads ? [...FAMILIES] : ['tile'];

/** A variant of matrix kernels, with the loops it has where much is computed, or short ones. */
export interface KernelCase {
  readonly name: string;
  readonly variant: VariantId;
  /** As in a profile. */
  readonly longFrom: number;
}

/** All variants of matrix kernels this adapter runs in float32; halves have a test of their own. */
export async function kernelCases(): Promise<KernelCase[]> {
  const adapter = await adapterHere();
  const long = [...new Set(Object.values(VARIANTS).flat())].map((variant) => ({
    ...{ name: variant, variant, longFrom: 0 },
  }));
  // What is short is so in all variants of a product.
  const short = (['q10', 'q16'] as const).map((variant) => ({
    ...{ name: `short ${variant}`, variant, longFrom: Infinity },
  }));
  return [...long, ...short].filter(
    ({ variant }) => runs(adapter, variant) && !variant.startsWith('h'),
  );
}

/** The worst element of `actual` against `expected` must lie within atol + rtol * |expected|. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol, rtol }: { readonly atol: number; readonly rtol: number },
): void {
  expect(actual.length).toBe(expected.length);
  let worst = { index: -1, excess: 0, actual: 0, expected: 0 };
  for (let index = 0; index < expected.length; index++) {
    const want = expected[index] ?? NaN;
    const have = actual[index] ?? NaN;
    const excess = Math.abs(have - want) / (atol + rtol * Math.abs(want));
    // Not a number is never close.
    if (!(excess <= Math.max(1, worst.excess))) {
      worst = {
        index,
        excess: Number.isNaN(excess) ? Infinity : excess,
        actual: have,
        expected: want,
      };
    }
  }
  if (worst.index >= 0) {
    expect.fail(
      `element ${worst.index} is ${worst.actual}, expected ${worst.expected}: ${worst.excess.toFixed(1)} times the tolerance`,
    );
  }
}
