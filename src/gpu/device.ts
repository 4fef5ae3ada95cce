/**
 * The adapter and device: asked for by name, and a missing GPU is a typed result with a sentence,
 * never a throw.
 */

/** Optional features used where present; everything also runs without them. */
const WANTED_FEATURES = [
  // quadBroadcast and subgroupAdd in the kernels for software adapters.
  'subgroups',
  // Half floats in workgroup memory, in the kernels for binary weights on GPUs.
  'shader-f16',
  // GPU time per kernel.
  'timestamp-query',
] as const satisfies readonly GPUFeatureName[];

/** Limits raised to what the adapter has: data sets and wide layers are larger than the defaults. */
const WANTED_LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;

export interface Adapter {
  /** What a person reads: the description, or vendor and architecture. */
  readonly name: string;
  /** A CPU posing as a GPU. */
  readonly software: boolean;
  /** True where a subgroup is always four lanes: what the quad kernels are shaped for. */
  readonly quads: boolean;
  /** True where shaders have half floats. */
  readonly f16: boolean;
}

export type DeviceResult =
  | { readonly ok: true; readonly device: GPUDevice; readonly adapter: Adapter }
  | { readonly ok: false; readonly kind: 'no-api' | 'no-adapter'; readonly message: string };

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i;

function describe({ info, features }: GPUAdapter): Adapter {
  const parts = [info.vendor, info.architecture].filter((part) => part !== '');
  const name = info.description || info.device || parts.join(' ') || 'unnamed adapter';
  return {
    name,
    software:
      info.isFallbackAdapter ||
      SOFTWARE.test(`${info.description} ${info.device} ${parts.join(' ')}`),
    quads: features.has('subgroups') && info.subgroupMinSize === 4 && info.subgroupMaxSize === 4,
    f16: features.has('shader-f16'),
  };
}

/**
 * Ask for an adapter and a device on it.
 * @param gpu `navigator.gpu` in a browser or worker, Dawn's in Node; undefined where there is none.
 */
export async function requestDevice(gpu: GPU | undefined): Promise<DeviceResult> {
  if (gpu === undefined) {
    return {
      ok: false,
      kind: 'no-api',
      message:
        'This browser has no WebGPU. Current Chrome, Edge, Safari and Firefox have it; on Linux it may have to be switched on.',
    };
  }
  const adapter = await gpu
    .requestAdapter({ powerPreference: 'high-performance' })
    .catch(() => null);
  if (adapter === null) {
    return {
      ok: false,
      kind: 'no-adapter',
      message:
        'WebGPU is here, but it found no graphics adapter it can use: the driver may be too old, or blocked.',
    };
  }
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const requiredLimits: Record<string, number> = {};
  for (const limit of WANTED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
  try {
    const device = await adapter.requestDevice({
      label: 'binaryconnect',
      requiredFeatures,
      requiredLimits,
    });
    return { ok: true, device, adapter: describe(adapter) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      ok: false,
      kind: 'no-adapter',
      message: `The graphics adapter refused to open a device: ${reason}`,
    };
  }
}
