/**
 * Which variant of each matrix product is fastest on this adapter: measured once for every shape a
 * network has, a few milliseconds each. The choice takes effect at the next run, since sums are added
 * in another order by another kernel.
 */
import {
  DEFAULTS,
  ROLES,
  VARIANTS,
  formatKernels,
  type LayerKernels,
  type Role,
  type VariantId,
} from '../experiment/kernels.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import { Arena } from './buffers.ts';
import type { Adapter } from './device.ts';
import { Kernels, record, type Dispatch } from './kernel.ts';
import { forward } from './ops/forward.ts';
import { inputGradient } from './ops/input-gradient.ts';
import { weightGradient } from './ops/weight-gradient.ts';
import { familyFor, profileFor } from './profile.ts';
import { STILL, StepRing } from './steps.ts';

/** Milliseconds a variant is measured for at least, so that a submit's own cost does not count. */
const WINDOW_MS = 15;
/** Windows a variant gets; the fastest counts, since noise only ever slows. */
const WINDOWS = 3;
/** A variant must beat the default by this share: ties keep what is known to be good. */
const MARGIN = 0.03;

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

/** What a tuning depends on besides the adapter: the key of its cache. */
export const tuningKey = ({ layers, B, binary }: TuneRequest): string =>
  `${B}:${layers.map(({ I, O }) => `${I}x${O}`).join('-')}:${binary ? 'bits' : 'real'}`;

class Timer {
  readonly #device: GPUDevice;
  readonly #steps: StepRing;

  constructor(device: GPUDevice, steps: StepRing) {
    this.#device = device;
    this.#steps = steps;
  }

  /** Milliseconds one dispatch takes when it runs many times in a row. */
  async time(dispatch: Dispatch): Promise<number> {
    // The first run pays for what the driver does late; then the window grows until it is long enough.
    await this.#run(dispatch, 1);
    let count = 1;
    let ms = await this.#run(dispatch, count);
    while (ms < WINDOW_MS && count < 1024) {
      count *= 2;
      ms = await this.#run(dispatch, count);
    }
    let best = ms;
    for (let window = 1; window < WINDOWS; window++) {
      best = Math.min(best, await this.#run(dispatch, count));
    }
    return best / count;
  }

  async #run(dispatch: Dispatch, count: number): Promise<number> {
    const encoder = this.#device.createCommandEncoder({ label: 'tune' });
    const pass = encoder.beginComputePass({ label: 'tune' });
    this.#steps.use(pass, 0);
    for (let k = 0; k < count; k++) record(pass, [dispatch]);
    pass.end();
    const started = performance.now();
    this.#device.queue.submit([encoder.finish()]);
    await this.#device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  }
}

/**
 * Measure every variant this adapter runs, for every product of the layers.
 * @param progress called after each measurement; where it says false, tuning is given up (then null).
 */
export async function tune(
  device: GPUDevice,
  adapter: Adapter,
  request: TuneRequest,
  progress: (done: number, of: number) => boolean,
): Promise<Tuning | null> {
  const { layers, B, binary } = request;
  const family = familyFor(adapter);
  const candidates = (role: Role) =>
    VARIANTS[role].filter((id) => adapter.quads || !id.startsWith('q'));
  // The first layer needs no gradient at its input: nothing to choose there.
  const rolesOf = (layer: number) => ROLES.filter((role) => layer > 0 || role !== 'inputGradient');
  const total = layers.reduce(
    (sum, _, layer) => sum + rolesOf(layer).reduce((n, role) => n + candidates(role).length, 0),
    0,
  );
  const arena = new Arena(device);
  try {
    const kernels = new Kernels(device);
    const steps = new StepRing(device, kernels, arena, 'tune.steps', 1);
    steps.set(0, STILL);
    steps.send(0, 1);
    const timer = new Timer(device, steps);
    const builder = { kernels, profile: profileFor(adapter, family, layers.length) };
    const measured: Measured[] = [];
    const tuned: LayerKernels[] = [];
    for (const [index, { name, I, O, H }] of layers.entries()) {
      const buffers = {
        x: arena.storage('tune.x', B * I),
        dz: arena.storage('tune.dz', B * O),
        w: arena.storage('tune.w', I * O),
        wBits: arena.storage('tune.wBits', I * Math.ceil(O / 32)),
        z: arena.storage('tune.z', B * O),
        dx: arena.storage('tune.dx', B * I),
        dwb: arena.storage('tune.dwb', I * O),
      };
      const make = { forward, inputGradient, weightGradient };
      const best: Record<Role, VariantId> = { ...DEFAULTS[family] };
      for (const role of rolesOf(index)) {
        const times = new Map<VariantId, number>();
        for (const variant of candidates(role)) {
          const h = binary ? H : null;
          const label = `${name}.${variant}`;
          const dispatch = await make[role](builder, { ...buffers, label, variant, B, I, O, H: h });
          const milliseconds = await timer.time(dispatch);
          times.set(variant, milliseconds);
          const gflops = (2 * B * I * O) / milliseconds / 1e6;
          measured.push({ layer: name, role, variant, milliseconds, gflops });
          if (!progress(measured.length, total)) return null;
        }
        const standard = times.get(best[role]) ?? Infinity;
        const [winner, time] = [...times].reduce((a, b) => (b[1] < a[1] ? b : a));
        if (time < standard * (1 - MARGIN)) best[role] = winner;
      }
      tuned.push(best);
    }
    return { kernels: formatKernels({ family, tuned }), measured };
  } finally {
    arena.destroy();
  }
}
