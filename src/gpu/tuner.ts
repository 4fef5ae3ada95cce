/**
 * Which variant of each matrix product is fastest on this adapter: measured once for every shape a
 * network has, in short submits. The choice takes effect at the next run, since sums are added in
 * another order by another kernel.
 */
import {
  DEFAULTS,
  ROLES,
  VARIANTS,
  formatKernels,
  type Family,
  type LayerKernels,
  type Role,
  type VariantId,
} from '../experiment/kernels.ts';
import { type DataShape, sizeOf } from '../experiment/datasets.ts';
import { propagatesSigns } from '../experiment/learning.ts';
import { layerShapes, type LayerShape } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { Arena } from './buffers.ts';
import type { Adapter } from './device.ts';
import { Kernels, record, type Dispatch } from './kernel.ts';
import type { Builder } from './ops/builder.ts';
import { CONV_FORWARD, convForward } from './ops/conv-forward.ts';
import { CONV_INPUT_GRADIENT, convInputGradient } from './ops/conv-input-gradient.ts';
import {
  CONV_WEIGHT_GRADIENT,
  convScratchWords,
  convWeightGradient,
} from './ops/conv-weight-gradient.ts';
import { FORWARD, forward } from './ops/forward.ts';
import { INPUT_GRADIENT, inputGradient } from './ops/input-gradient.ts';
import { QUAD_EXAMPLES } from './ops/quad/examples.ts';
import { turnedWords } from './ops/quad/products.ts';
import { WEIGHT_GRADIENT, weightGradient } from './ops/weight-gradient.ts';
import { familyFor, profileFor, runs } from './profile.ts';
import { STILL, StepRing } from './steps.ts';

/** Milliseconds a variant is measured for at least, so that a submit's own cost does not count. */
const WINDOW_MS = 15;
/** Windows a variant gets; the fastest counts, since noise only ever slows. */
const WINDOWS = 3;
/** A variant must beat the default by this share: ties keep what is known to be good. */
const MARGIN = 0.03;
/** Arithmetic of the first submit of a variant; those after it double, up to about twice WINDOW_MS. */
const FIRST_FLOPS = 4e6;
/** Most bytes that are taken beside the run itself; a layer that needs more keeps the defaults. */
const MOST_BYTES = 2 ** 28;

export interface Measured {
  readonly layer: string;
  readonly role: Role;
  readonly variant: VariantId;
  readonly milliseconds: number;
  readonly gflops: number;
}

export interface Tuning {
  /** As a run carries it. */
  readonly kernels: string;
  readonly measured: readonly Measured[];
}

export interface TuneRequest {
  readonly layers: readonly LayerShape[];
  readonly B: number;
  /** True where binary weights propagate. */
  readonly binary: boolean;
}

/** What the kernels of a run are measured for. */
export const tuneRequest = (spec: ExperimentSpec, data: DataShape): TuneRequest => ({
  layers: layerShapes(spec, data),
  B: spec.batch,
  binary: propagatesSigns(spec),
});

/** 32-bit FNV-1a of a text, in hexadecimal. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, '0');
}

/** Another one for any change of a kernel that is measured here: what was measured before is void. */
export const KERNELS_VERSION = hash(
  JSON.stringify([
    ...[FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT],
    ...[CONV_FORWARD, CONV_INPUT_GRADIENT, CONV_WEIGHT_GRADIENT],
    QUAD_EXAMPLES,
  ]),
);

/** Everything a product's speed can depend on. */
function shapeText({ kind, I, O, kernel, stride, padding, from }: LayerShape): string {
  if (kind === 'dense') return `${I}x${O}`;
  return `${from.height}x${from.width}x${from.channels}.${kernel}s${stride}p${padding}x${O}`;
}

/** What a tuning depends on: the key of its cache. */
export const tuningKey = (adapter: Adapter, { layers, B, binary }: TuneRequest): string =>
  [
    KERNELS_VERSION,
    adapter.name,
    B,
    layers.map(shapeText).join('-'),
    binary ? 'bits' : 'real',
  ].join(':');

/** `n` workgroups of a dispatch: whole rows of its grid, or a part of the first row. */
export const part = (dispatch: Dispatch, n: number): Dispatch =>
  n < dispatch.x
    ? { ...dispatch, x: n, y: 1 }
    : { ...dispatch, y: Math.min(dispatch.y, Math.floor(n / dispatch.x)) };

class Timer {
  readonly #device: GPUDevice;
  readonly #steps: StepRing;

  constructor(device: GPUDevice, steps: StepRing) {
    this.#device = device;
    this.#steps = steps;
  }

  /**
   * Milliseconds one dispatch takes when it runs many times in a row; a large one is measured by a
   * part of its workgroups, each of which does what it does in the whole. Null where `proceed`,
   * asked between submits, says no.
   */
  async time(dispatch: Dispatch, proceed: () => boolean): Promise<number | null> {
    const groups = dispatch.x * dispatch.y;
    let n = Math.max(1, Math.min(groups, Math.floor((groups * FIRST_FLOPS) / dispatch.flops)));
    // The first run pays for what the driver does late; then the window grows until it is long enough.
    await this.#run(dispatch, n);
    let best = Infinity;
    for (let windows = 0; windows < WINDOWS;) {
      if (!proceed()) return null;
      const { ms, ran } = await this.#run(dispatch, n);
      if (ms < WINDOW_MS && n < 1024 * groups) {
        n *= 2;
        continue;
      }
      best = Math.min(best, (ms * groups) / ran);
      windows += 1;
    }
    return best;
  }

  /** Run about `n` workgroups in one submit. */
  async #run(
    dispatch: Dispatch,
    n: number,
  ): Promise<{ readonly ms: number; readonly ran: number }> {
    const piece = part(dispatch, n);
    const ofPiece = piece.x * piece.y;
    const count = Math.max(1, Math.floor(n / ofPiece));
    const encoder = this.#device.createCommandEncoder({ label: 'tune' });
    const pass = encoder.beginComputePass({ label: 'tune' });
    this.#steps.use(pass, 0);
    for (let k = 0; k < count; k++) record(pass, [piece]);
    pass.end();
    const started = performance.now();
    this.#device.queue.submit([encoder.finish()]);
    await this.#device.queue.onSubmittedWorkDone();
    return { ms: performance.now() - started, ran: count * ofPiece };
  }
}

/**
 * What is worth measuring for a product on an adapter. Where the four-lane kernels are at home, tiles
 * are several times slower, and a second or two go to the compiling of each: they are left out.
 */
const candidates = (adapter: Adapter, role: Role, binary: boolean): VariantId[] =>
  VARIANTS[role].filter((id) => {
    if (!runs(adapter, id)) return false;
    if (!id.startsWith('q') && familyFor(adapter) !== 'tile') return false;
    // With real weights a half's kernel is its float32 twin.
    return binary || !id.startsWith('h');
  });

/** The products of a layer with a choice; the first layer needs no gradient at its input. */
const rolesOf = (adapter: Adapter, index: number, binary: boolean): Role[] =>
  ROLES.filter(
    (role) =>
      (index > 0 || role !== 'inputGradient') && candidates(adapter, role, binary).length > 1,
  );

/** Words of scratch memory that some variant of a layer's products needs. */
function scratchWords(layer: LayerShape, B: number): number {
  const { forward, inputGradient, weightGradient } = VARIANTS;
  const needs = inputGradient.map((id) => turnedWords(layer, id));
  if (layer.kind === 'conv') {
    for (const gradient of weightGradient) {
      const kernels = { forward: forward[0], inputGradient: inputGradient[0] };
      needs.push(convScratchWords(layer, B, { ...kernels, weightGradient: gradient }));
    }
  }
  return Math.max(...needs);
}

const bytesOf = (layer: LayerShape, B: number): number =>
  4 * (2 * B * (sizeOf(layer.from) + sizeOf(layer.to)) + 2 * layer.I * layer.O) +
  4 * scratchWords(layer, B);

/** What the products of a layer read and write. */
type Operands = Awaited<ReturnType<typeof allocate>> & object;

/** Operands for a layer; null where the device has no room for them. */
async function allocate(device: GPUDevice, arena: Arena, layer: LayerShape, B: number) {
  const { I, O, from, to } = layer;
  device.pushErrorScope('out-of-memory');
  let lack: Promise<GPUError | null> | undefined;
  try {
    const buffers = {
      x: arena.activation('tune.x', B * sizeOf(from), from.channels),
      dz: arena.activation('tune.dz', B * sizeOf(to), to.channels),
      w: arena.storage('tune.w', I * O),
      wBits: arena.storage('tune.wBits', I * Math.ceil(O / 32)),
      z: arena.storage('tune.z', B * sizeOf(to)),
      dx: arena.storage('tune.dx', B * sizeOf(from)),
      dwb: arena.storage('tune.dwb', I * O),
      scratch: arena.storage('tune.scratch', scratchWords(layer, B)),
    };
    lack = device.popErrorScope();
    return (await lack) === null ? buffers : null;
  } finally {
    if (lack === undefined) await device.popErrorScope();
  }
}

/** One product of a layer by one variant. */
function dispatchesOf(
  builder: Builder,
  role: Role,
  r: Operands & {
    readonly label: string;
    readonly variant: VariantId;
    readonly layer: LayerShape;
    readonly B: number;
    readonly H: number | null;
  },
): Promise<Dispatch[]> {
  const { layer, x, dz } = r;
  if (layer.kind === 'conv') {
    const make = {
      forward: convForward,
      inputGradient: convInputGradient,
      weightGradient: convWeightGradient,
    };
    return make[role](builder, r);
  }
  const dense = { ...r, I: layer.I, O: layer.O, x: x.buffer, dz: dz.buffer };
  switch (role) {
    case 'forward':
      return Promise.all([forward(builder, dense)]);
    case 'inputGradient':
      return inputGradient(builder, dense);
    case 'weightGradient':
      return Promise.all([weightGradient(builder, dense)]);
  }
}

/** The fastest variant of each product of a layer. */
function fastest(family: Family, measured: readonly Measured[]): LayerKernels {
  const best: Record<Role, VariantId> = { ...DEFAULTS[family] };
  for (const role of ROLES) {
    const ofRole = measured.filter((one) => one.role === role);
    const standard = ofRole.find(({ variant }) => variant === best[role])?.milliseconds ?? Infinity;
    let least = standard * (1 - MARGIN);
    for (const { variant, milliseconds } of ofRole) {
      if (milliseconds >= least) continue;
      best[role] = variant;
      least = milliseconds;
    }
  }
  return best;
}

/**
 * Measure the variants worth it on this adapter, for every product of the layers. A submit lasts about
 * 30 ms at most, unless a single workgroup takes longer.
 * @param progress called between submits; where it says false, tuning is given up.
 * @returns null where it was given up, or the device had no room for what a product reads and writes.
 */
export async function tune(
  device: GPUDevice,
  adapter: Adapter,
  { layers, B, binary }: TuneRequest,
  progress: (done: number, of: number) => boolean,
): Promise<Tuning | null> {
  const family = familyFor(adapter);
  const measurable = (layer: LayerShape) => bytesOf(layer, B) <= MOST_BYTES;
  const total = layers
    .flatMap((layer, index) => (measurable(layer) ? rolesOf(adapter, index, binary) : []))
    .reduce((sum, role) => sum + candidates(adapter, role, binary).length, 0);
  const kernels = new Kernels(device);
  const builder = { kernels, profile: profileFor(adapter, family, layers.length) };
  const measured: Measured[] = [];

  /** Measure what computes one layer. False where tuning is given up. */
  const measure = async (arena: Arena, layer: LayerShape, roles: Role[]): Promise<boolean> => {
    const { name } = layer;
    const operands = await allocate(device, arena, layer, B);
    if (operands === null) return false;
    const steps = new StepRing(device, kernels, arena, 'tune.steps', 1);
    steps.set(0, STILL);
    steps.send(0, 1);
    const timer = new Timer(device, steps);
    const proceed = () => progress(measured.length, total);
    for (const role of roles) {
      for (const variant of candidates(adapter, role, binary)) {
        if (!proceed()) return false;
        const label = `${name}.${variant}`;
        const H = binary ? layer.H : null;
        const request = { ...operands, label, variant, layer, B, H };
        let milliseconds = 0;
        let flops = 0;
        for (const dispatch of await dispatchesOf(builder, role, request)) {
          const ms = await timer.time(dispatch, proceed);
          if (ms === null) return false;
          milliseconds += ms;
          flops += dispatch.flops;
        }
        const gflops = flops / milliseconds / 1e6;
        measured.push({ layer: name, role, variant, milliseconds, gflops });
      }
    }
    return true;
  };

  const tuned: LayerKernels[] = [];
  for (const [index, layer] of layers.entries()) {
    const first = measured.length;
    if (measurable(layer)) {
      // Gone before the next layer's: the run itself needs the room.
      const arena = new Arena(device);
      try {
        if (!(await measure(arena, layer, rolesOf(adapter, index, binary)))) return null;
      } finally {
        arena.destroy();
      }
    }
    tuned.push(fastest(family, measured.slice(first)));
  }
  progress(measured.length, total);
  return { kernels: formatKernels({ family, tuned }), measured };
}
