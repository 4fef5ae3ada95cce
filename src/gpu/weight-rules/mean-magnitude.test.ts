/** Binary weights of magnitude mean |w|: on the device as in the reference, and what it leaves alone. */
import { describe, expect } from 'vitest';
import { at } from '../../experiment/at.ts';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../../experiment/spec.ts';
import { magnitudeOf, packSigns, signs } from '../../reference/binarise.ts';
import { denseBackwardInput, denseBackwardWeights, denseForward } from '../../reference/dense.ts';
import { type Floats, toFloats } from '../../reference/floats.ts';
import { ReferenceNetwork } from '../../reference/network.ts';
import { randomWords, signedUnit } from '../../reference/random.ts';
import { expectClose, gpuTest } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { dataShapeOf, denseShape, examplesOf, syntheticDataset } from '../../testing/synthetic.ts';
import { compareLosses, follow } from '../../testing/trajectory.ts';
import { productsOf } from '../layers/kinds.ts';
import { createLayer } from '../layers/parameters.ts';
import { profileFor } from '../profile.ts';
import { Trainer } from '../trainer.ts';
import { withMeanMagnitude } from './mean-magnitude.ts';

const random = (count: number, stream: number): Floats =>
  toFloats(Array.from(randomWords(count, 3, stream, 0), (word) => Math.fround(signedUnit(word))));

const SHAPES = [
  { B: 1, I: 1, O: 1 },
  { B: 63, I: 64, O: 65 },
  { B: 65, I: 1000, O: 33 },
] as const;

describe('products', () => {
  for (const shape of SHAPES) {
    const { B, I, O } = shape;
    gpuTest(`[${B}, ${I}, ${O}] of mean |w| and of real weights`, async (gpu) => {
      const [x, dz, w] = [random(B * I, 1), random(B * O, 2), random(I * O, 3)];
      const bench = new Bench(gpu);
      const plain = { momentsPerWeight: 0, norm: 'none', keep: 1 } as const;
      const made = createLayer(bench.arena, denseShape(I, O, { H: 0.25 }), 0, plain);
      const layer = {
        ...made,
        w: bench.floats('w', w),
        wBits: bench.words('wBits', packSigns(w, I, O)),
      };
      const products = withMeanMagnitude(bench.arena, layer, productsOf(layer));
      const activation = (values: Floats) => ({ buffer: bench.floats('a', values), zero: 0 });
      const [z, dx, dwb] = [B * O, B * I, I * O].map((n, k) => bench.arena.storage(`out${k}`, n));
      if (z === undefined || dx === undefined || dwb === undefined) throw new Error('no buffer');
      const scratch = bench.arena.storage('scratch', I * O);
      for (const H of [0.25, null]) {
        const wb = H === null ? w : signs(w, magnitudeOf(w, H, 'mean'));
        const pass = { B, H, x: activation(x) };
        const forward = await products.forward(bench.builder, layer, {
          ...{ ...pass, training: true, bits: layer.wBits, z },
        });
        // Sums of numbers times one are larger, and so is what float32 rounds off, than of the products.
        const tolerance = (K: number) => ({ atol: 1e-6 * Math.sqrt(K), rtol: 1e-5 });
        expectClose(
          asFloats(await bench.run(forward, z, B * O)),
          denseForward(x, wb, shape),
          tolerance(I),
        );
        const backward = await products.backward(bench.builder, layer, {
          ...{ ...pass, dz: activation(dz), dx, dwb, scratch },
        });
        expectClose(
          asFloats(await bench.run(backward, dx, B * I)),
          denseBackwardInput(dz, wb, shape),
          tolerance(O),
        );
        // No gradient goes through the mean: dwb is what it always is.
        expectClose(
          asFloats(await bench.run([], dwb, I * O)),
          denseBackwardWeights(x, dz, shape),
          tolerance(B),
        );
      }
      bench.destroy();
    });
  }
});

const data = syntheticDataset({
  ...{ height: 7, width: 9, classes: 10 },
  ...{ train: 1010, validation: 50, test: 50 },
});
const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [65, 33].map((units) => ({ type: 'dense', units })),
    // Without batch norm the magnitude shows in everything.
    batchNorm: 'none',
  },
  magnitude: 'mean',
  h: 'glorot',
  optimizer: { kind: 'sgd' },
  rate: { start: 0.01, end: 0.01 },
  batch: 31,
  epochs: 5,
};

describe('magnitude mean', () => {
  for (const mode of ['deterministic', 'stochastic'] as const) {
    gpuTest(`ten steps, ${mode}`, async (gpu) => {
      await compareLosses(gpu, { ...base, mode }, data);
    });
  }

  gpuTest('ten steps of a convolution with batch norm and ADAM', async (gpu) => {
    const hidden: ExperimentSpec['network']['hidden'] = [
      { type: 'conv', channels: 9, kernel: 3, stride: 1, padding: 1 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false },
    ];
    const { optimizer } = DEFAULT_SPEC;
    const network = { ...base.network, hidden, batchNorm: 'deviation' } as const;
    await compareLosses(gpu, { ...base, network, optimizer, h: 'one' }, data);
  });

  gpuTest('evaluates signs times the mean, and real weights as they are', async (gpu) => {
    const profile = profileFor(gpu.adapter, 'auto', 3);
    const trainer = await Trainer.create(gpu.device, profile, base, data);
    const reference = new ReferenceNetwork(runOf(base), dataShapeOf(data), trainer.stepsPerEpoch);
    await trainer.train(6);
    await follow(trainer, reference);
    const { x } = examplesOf(
      data,
      data.train,
      Array.from({ length: 1000 }, (_, i) => i),
    );
    const { count } = data.test;
    const test = examplesOf(
      data,
      data.test,
      Array.from({ length: count }, (_, i) => i),
    );
    for (const weights of ['binary', 'real'] as const) {
      const scores = await trainer.evaluate(weights);
      const want = reference.evaluate(
        weights,
        reference.calibrate(weights, x),
        test.x,
        test.labels,
      );
      expect(scores?.test.loss).toBeCloseTo(want.loss, 4);
    }
    const ensemble = await trainer.evaluateEnsemble(2);
    const want = reference.evaluateEnsemble(2, x, test);
    expect(at(ensemble ?? [], 1).test.loss).toBeCloseTo(at(want, 1).loss, 4);
    trainer.destroy();
  });
});
