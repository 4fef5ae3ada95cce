/** Every kernel compiles in every specialisation, and its bindings are what its op says. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adapterHere, checkingDevice, gpuTest } from '../testing/gpu.ts';
import { Kernels, KernelError, moduleText, type KernelSource } from './kernel.ts';
import { ACCUMULATE } from './ops/accumulate.ts';
import { CONV_FORWARD } from './ops/conv-forward.ts';
import { CONV_INPUT_GRADIENT } from './ops/conv-input-gradient.ts';
import { CONV_WEIGHT_GRADIENT, SUM_SLICES } from './ops/conv-weight-gradient.ts';
import {
  EXPECT_BIAS,
  EXPECT_SIGNS,
  EXPECT_UNITS,
  EXPECT_WEIGHTS,
  LIKELIHOOD,
  MULTIPLY,
  SQUARE,
} from './ops/expectation.ts';
import { FORWARD } from './ops/forward.ts';
import { GATHER } from './ops/gather.ts';
import { INPUT_GRADIENT } from './ops/input-gradient.ts';
import { LOSS } from './ops/loss.ts';
import { SCALE, SUM_MAGNITUDES } from './ops/magnitude.ts';
import {
  DROP_MASKS,
  MASKED_FORWARD,
  MASKED_INPUT_GRADIENT,
  MASKED_WEIGHT_GRADIENT,
} from './ops/masked.ts';
import { MOMENTS_ACTIVATION, MOMENTS_STATISTICS } from './ops/moments.ts';
import { MATVEC } from './ops/matvec.ts';
import {
  MAPS_GRADIENT_SUMS,
  MAPS_NORMALISE,
  MAPS_NORMALISE_BACKWARD,
  MAPS_STATISTICS,
  NORMALISE,
  NORMALISE_BACKWARD,
} from './ops/normalise.ts';
import { PEAK } from './ops/peak.ts';
import { PERMUTE } from './ops/permute.ts';
import { POOL, POOL_BACKWARD, POOL_BACKWARD_APART } from './ops/pool.ts';
import { RECTIFY, RECTIFY_BACKWARD } from './ops/rectify.ts';
import { QUANTISE, TERNARISE } from './ops/quantise.ts';
import { QUAD_EXAMPLES } from './ops/quad/examples.ts';
import { WEIGHT_GRADIENT } from './ops/weight-gradient.ts';
import {
  BINARISE,
  EXTENT,
  HISTOGRAM,
  INITIALISE,
  INITIALISE_AFFINE,
  MAX_NORM,
  RESCALE,
  UPDATE,
} from './ops/weights.ts';

const KERNELS: readonly KernelSource[] = [
  ...new Set(
    [
      FORWARD,
      INPUT_GRADIENT,
      WEIGHT_GRADIENT,
      CONV_FORWARD,
      CONV_INPUT_GRADIENT,
      CONV_WEIGHT_GRADIENT,
    ].flatMap((variants) => Object.values(variants).map(({ source }) => source)),
  ),
  ...QUAD_EXAMPLES,
  DROP_MASKS,
  MASKED_FORWARD,
  MASKED_INPUT_GRADIENT,
  MASKED_WEIGHT_GRADIENT,
  MOMENTS_ACTIVATION,
  MOMENTS_STATISTICS,
  SCALE,
  SUM_MAGNITUDES,
  SUM_SLICES,
  EXPECT_BIAS,
  EXPECT_SIGNS,
  EXPECT_UNITS,
  EXPECT_WEIGHTS,
  LIKELIHOOD,
  MULTIPLY,
  SQUARE,
  QUANTISE,
  TERNARISE,
  ACCUMULATE,
  GATHER,
  LOSS,
  ...Object.values(MATVEC),
  MAPS_GRADIENT_SUMS,
  MAPS_NORMALISE,
  MAPS_NORMALISE_BACKWARD,
  MAPS_STATISTICS,
  NORMALISE,
  NORMALISE_BACKWARD,
  PEAK,
  PERMUTE,
  POOL,
  POOL_BACKWARD,
  POOL_BACKWARD_APART,
  RECTIFY,
  RECTIFY_BACKWARD,
  BINARISE,
  EXTENT,
  HISTOGRAM,
  INITIALISE,
  INITIALISE_AFFINE,
  MAX_NORM,
  RESCALE,
  UPDATE,
];

/** Values an override is specialised with; every other one gets 1. */
const CHOICES: Readonly<Record<string, readonly number[]>> = {
  BITS: [0, 1],
  AUGMENTED: [0, 1],
  CLIP: [0, 1],
  DERIVE: [0, 1],
  DECAY: [0, 1],
  HALVES: [0, 1],
  INPUT: [0, 1],
  LAST: [0, 1],
  LEARNS: [0, 1],
  MAXIMUM: [0, 1],
  PICKS: [0, 1],
  PROBABILITIES: [0, 1],
  LOSS: [0, 1, 2],
  NORM: [0, 1, 2],
  FADES: [0, 1],
  OPTIMIZER: [0, 1, 2, 3],
  OWN_RANGE: [0, 1],
  RELU: [0, 1],
  ROWS: [1, 8],
  SHUFFLED: [0, 1],
  STATS: [0, 1, 2],
  STOCHASTIC: [0, 1],
  TILE: [32, 64],
  THREADS: [64, 256],
  TRAINING: [0, 1],
  KEEP: [0.5, 1],
};

const overridesOf = (source: KernelSource): string[] =>
  [...moduleText(source).matchAll(/^override (\w+)/gm)].map(([, name]) => name ?? '');

/** All combinations of the choices of a kernel's overrides. */
function specialisations(source: KernelSource): Record<string, number>[] {
  let all: Record<string, number>[] = [{}];
  for (const name of overridesOf(source)) {
    all = all.flatMap((one) => (CHOICES[name] ?? [1]).map((value) => ({ ...one, [name]: value })));
  }
  return all;
}

async function compileAll(device: GPUDevice, source: KernelSource): Promise<void> {
  const kernels = new Kernels(device);
  const buffers = source.bindings.map((_, k) =>
    device.createBuffer({ label: `b${k}`, size: 256, usage: GPUBufferUsage.STORAGE }),
  );
  const all = specialisations(source);
  await Promise.all(
    all.map((constants) =>
      kernels.dispatch({ label: source.name, source, constants, buffers, grid: [1] }),
    ),
  );
  for (const buffer of buffers) buffer.destroy();
  expect(all.length).toBeGreaterThan(0);
}

const adapter = await adapterHere();

describe('shaders', () => {
  for (const source of KERNELS) {
    const name = `${source.name} compiles in every specialisation`;
    if ((source.subgroups !== true || adapter.quads) && (source.f16 !== true || adapter.f16)) {
      gpuTest(name, ({ device }) => compileAll(device, source));
    } else {
      it(`${name}, if only for the null back end: ${adapter.name} does not run it`, async () => {
        const device = await checkingDevice();
        await compileAll(device, source);
        device.destroy();
      });
    }

    it(`${source.name} declares the bindings its op names`, () => {
      const declared = [
        ...moduleText(source).matchAll(/@group\(1\) @binding\((\d+)\) var<storage, (\w+)>/g),
      ];
      expect(declared.map(([, index]) => Number(index))).toEqual(source.bindings.map((_, k) => k));
      expect(declared.map(([, , access]) => (access === 'read' ? 'read' : 'write'))).toEqual([
        ...source.bindings,
      ]);
    });
  }

  it('every shader file is the file of a kernel here', () => {
    const files = readdirSync('src/shaders').filter((file) => file.endsWith('.wgsl'));
    const used = KERNELS.map((source) => source.parts.at(-1)?.file);
    expect(files.filter((file) => !used.includes(file))).toEqual([]);
  });

  it('a broken kernel is explained with file, line and text', async () => {
    const { nodeGpu } = await import('../cli/node-gpu.ts');
    const adapter = await nodeGpu().requestAdapter();
    const device = await adapter?.requestDevice();
    if (device === undefined) throw new Error('no device');
    const broken: KernelSource = {
      name: 'broken',
      parts: [
        { file: 'lib/fine.wgsl', text: 'const ONE = 1.0;\n' },
        {
          file: 'broken.wgsl',
          text: '@compute @workgroup_size(1)\nfn main() {\n  let x = twice(ONE);\n}\n',
        },
      ],
      bindings: [],
    };
    const made = new Kernels(device).dispatch({
      label: 'broken',
      source: broken,
      constants: {},
      buffers: [],
      grid: [1],
    });
    await expect(made).rejects.toThrow(KernelError);
    await expect(made).rejects.toThrow(/broken\.wgsl:3: .*twice.*\n.*let x = twice\(ONE\);/);
    device.destroy();
  });
});
