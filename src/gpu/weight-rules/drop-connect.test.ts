/** DropConnect on the device: masks to the bit, products, and ten steps against the reference. */
import { describe, expect } from 'vitest';
import { keepOf } from '../../experiment/drop-connect.ts';
import { DEFAULT_SPEC, type ExperimentSpec, MODES } from '../../experiment/spec.ts';
import { packSigns, signs } from '../../reference/binarise.ts';
import {
  dropMasks as referenceMasks,
  maskedBackwardInput,
  maskedBackwardWeights,
  maskedForward as referenceForward,
} from '../../reference/drop-connect.ts';
import { type Floats, toFloats } from '../../reference/floats.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { syntheticDataset } from '../../testing/synthetic.ts';
import { compareLosses } from '../../testing/trajectory.ts';
import {
  dropMasks,
  maskedForward,
  maskedInputGradient,
  maskedWeightGradient,
} from '../ops/masked.ts';

const random = (count: number, stream: number): Floats =>
  toFloats(Array.from(randomWords(count, 3, stream, 0), (word) => Math.fround(signedUnit(word))));

const SHAPES = [
  { B: 1, I: 1, O: 1 },
  { B: 63, I: 65, O: 33 },
  { B: 5, I: 30, O: 1000 },
  { B: 6, I: 1000, O: 64 },
] as const;

describe('products of weights that drop out', () => {
  for (const [k, shape] of SHAPES.entries()) {
    const { B, I, O } = shape;
    gpuTest(`[${B}, ${I}, ${O}]`, async (gpu) => {
      const keep = keepOf(k % 2 === 0 ? 0.5 : 0.3);
      const [x, dz, w] = [random(B * I, 1), random(B * O, 2), random(I * O, 3)];
      const count = B * I * Math.ceil(O / 32);
      const bench = new Bench(gpu);
      const label = 'dense1';
      const masks = bench.arena.storage('masks', count);
      const drawn = await dropMasks(bench.builder, { label, ...shape }, 2, keep, masks);
      const bits = await bench.run([drawn], masks, count, { seed: 9, step: 4 });
      const mask = referenceMasks(shape, keep, { seed: 9, layer: 2, step: 4 });
      expect(bits).toEqual(mask);

      const buffers = {
        ...{ x: bench.floats('x', x), dz: bench.floats('dz', dz), w: bench.floats('w', w) },
        wBits: bench.words('wBits', packSigns(w, I, O)),
        z: bench.arena.storage('z', B * O),
        dx: bench.arena.storage('dx', B * I),
        dwb: bench.arena.storage('dwb', I * O),
      };
      const tolerance = (K: number) => ({ atol: 5e-7 * Math.sqrt(K), rtol: 1e-5 });
      const request = { label, ...shape, ...buffers, masks };
      for (const H of [null, 0.25]) {
        const wb = H === null ? w : signs(w, H);
        const forward = await maskedForward(bench.builder, { ...request, H });
        const z = asFloats(await bench.run([forward], buffers.z, B * O));
        expectClose(z, referenceForward(x, wb, mask, shape), tolerance(I));
        const back = await maskedInputGradient(bench.builder, { ...request, H });
        const dx = asFloats(await bench.run([back], buffers.dx, B * I));
        expectClose(dx, maskedBackwardInput(dz, wb, mask, shape), tolerance(O));
      }
      const gradient = await maskedWeightGradient(bench.builder, request);
      const dwb = asFloats(await bench.run([gradient], buffers.dwb, I * O));
      expectClose(dwb, maskedBackwardWeights(x, dz, mask, shape), tolerance(B));
      bench.destroy();
    });
  }
});

const data = syntheticDataset({
  ...{ height: 7, width: 9, classes: 10 },
  ...{ train: 310, validation: 50, test: 50 },
});
const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [65, 33].map((units) => ({ type: 'dense', units })),
    dropConnect: 0.5,
  },
  batch: 31,
  epochs: 5,
};

describe('ten steps of DropConnect', () => {
  for (const mode of MODES) {
    gpuTest(mode, async (gpu) => {
      await compareLosses(gpu, { ...base, mode }, data);
    });
  }

  gpuTest('with dropout, behind a convolution, rate 0.3', async (gpu) => {
    const hidden: ExperimentSpec['network']['hidden'] = [
      { type: 'conv', channels: 5, kernel: 3, stride: 2, padding: 1 },
      { type: 'dense', units: 40 },
    ];
    const dropout = { input: 0.2, hidden: 0.5 };
    const network = { ...base.network, hidden, dropout, dropConnect: 0.3 };
    await compareLosses(gpu, { ...base, network }, data);
  });
});
