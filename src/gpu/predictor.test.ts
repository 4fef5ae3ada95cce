/** One example through a trained network, device against reference, whatever propagates. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { runOf } from '../experiment/run.ts';
import {
  BATCH_NORMS,
  DEFAULT_SPEC,
  MODES,
  type ExperimentSpec,
  type Mode,
} from '../experiment/spec.ts';
import { packSigns, signs } from '../reference/binarise.ts';
import type { Statistics } from '../reference/batch-norm.ts';
import { calibrate } from '../reference/evaluation.ts';
import type { Floats } from '../reference/floats.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { inferencePass } from '../reference/pass.ts';
import { minibatchAt } from '../reference/permutation.ts';
import { expectClose, gpuTest, kernelFamilies } from '../testing/gpu.ts';
import { Bench } from '../testing/run-dispatches.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../testing/synthetic.ts';
import { Predictor, type PredictorLayer } from './predictor.ts';

const data = syntheticDataset({
  height: 7,
  width: 9,
  classes: 10,
  train: 310,
  validation: 50,
  test: 50,
});
const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    ...DEFAULT_SPEC.network,
    hidden: [
      { type: 'dense', units: 65 },
      { type: 'dense', units: 33 },
    ],
    batchNorm: 'deviation',
    dropout: { input: 0, hidden: 0 },
  },
  batch: 31,
  epochs: 5,
};
const range = (count: number) => Array.from({ length: count }, (_, k) => k);
const calibration = examplesOf(data, data.train, range(310)).x;
const { x: tests } = examplesOf(data, data.test, range(50));
const example = (index: number): Floats =>
  tests.slice(index * data.inputs, (index + 1) * data.inputs);

/** What of w propagates: its signs, itself, or the sample the next minibatch takes. */
type Weights = 'binary' | 'real' | 'sample';

function trained(spec: ExperimentSpec): ReferenceNetwork {
  const network = new ReferenceNetwork(runOf(spec), dataShapeOf(data), 10);
  for (let step = 0; step < 20; step++) {
    const { x, labels } = examplesOf(data, data.train, minibatchAt(spec, data.train.count, step));
    network.step(x, labels);
  }
  return network;
}

const statisticsOf = (network: ReferenceNetwork, weights: Weights): Statistics[] =>
  weights === 'sample'
    ? calibrate(network.spec, network.layers, calibration)
    : network.calibrate(weights, calibration);

const scoresOf = (
  network: ReferenceNetwork,
  weights: Weights,
  statistics: readonly Statistics[],
  x: Floats,
): Floats =>
  weights === 'sample'
    ? inferencePass(network.spec, network.layers, x, statistics).scores
    : network.scores(weights, statistics, x);

/** The reference's layers on the device, as a network there holds them. */
function uploaded(
  bench: Bench,
  network: ReferenceNetwork,
  weights: Weights,
  statistics: readonly Statistics[],
): PredictorLayer[] {
  return network.layers.map(({ shape: { name, I, O, H, hidden }, w, wb, gamma, beta }, l) => {
    const { mean, variance } = at(statistics, l);
    return {
      ...{ name, I, O, hidden, norm: network.spec.network.batchNorm },
      H: weights === 'real' ? null : H,
      w: bench.floats('w', w),
      bits: bench.words('bits', packSigns(weights === 'sample' ? wb : w, I, O)),
      affine: bench.floats('affine', [...gamma, ...beta]),
      stats: bench.floats('stats', [...mean, ...variance]),
    };
  });
}

/** Three layers of float32 sums, each normalised to about 1. */
const TOLERANCE = { atol: 2e-5, rtol: 2e-5 };

const CASES: readonly (readonly [Mode, Weights])[] = [
  ...MODES.flatMap((mode) => [[mode, 'binary'] as const, [mode, 'real'] as const]),
  ['stochastic', 'sample'],
];
const families = await kernelFamilies();

describe.each(families)('a prediction by %s kernels', (family) => {
  // The kernels of a family not this adapter's own compile slowly, and depend on no mode: two cases.
  for (const [mode, weights] of family === families.at(-1) ? CASES : CASES.slice(0, 2)) {
    gpuTest(`of a network trained in mode ${mode}, with ${weights} weights`, async (gpu) => {
      const network = trained({ ...base, mode });
      const statistics = statisticsOf(network, weights);
      const bench = new Bench(gpu, family);
      const layers = uploaded(bench, network, weights, statistics);
      const predictor = await Predictor.create(gpu.device, bench.builder, layers);
      expect([predictor.inputs, predictor.classes]).toEqual([63, 10]);
      for (const index of [0, 1]) {
        const x = example(index);
        const scores = await predictor.predict(Float32Array.from(x));
        expectClose(scores, scoresOf(network, weights, statistics, x), TOLERANCE);
      }
      predictor.destroy();
      bench.destroy();
    });
  }
});

describe('a prediction', () => {
  for (const batchNorm of BATCH_NORMS) {
    gpuTest(`of a network with batch norm ${batchNorm}`, async (gpu) => {
      const network = trained({ ...base, network: { ...base.network, batchNorm }, h: 'glorot' });
      const statistics = statisticsOf(network, 'binary');
      const bench = new Bench(gpu);
      const layers = uploaded(bench, network, 'binary', statistics);
      const predictor = await Predictor.create(gpu.device, bench.builder, layers);
      const x = example(0);
      const scores = await predictor.predict(Float32Array.from(x));
      expectClose(scores, scoresOf(network, 'binary', statistics, x), TOLERANCE);
      predictor.destroy();
      bench.destroy();
    });
  }

  gpuTest('reads bits as they stand, and answers calls in turn', async (gpu) => {
    const before = trained(base);
    const after = trained({ ...base, seed: 2 });
    const bench = new Bench(gpu);
    const statistics = statisticsOf(before, 'binary');
    const layers = uploaded(bench, before, 'binary', statistics);
    const predictor = await Predictor.create(gpu.device, bench.builder, layers);
    const both = [0, 1].map((index) => predictor.predict(Float32Array.from(example(index))));
    for (const [index, scores] of (await Promise.all(both)).entries()) {
      expectClose(scores, scoresOf(before, 'binary', statistics, example(index)), TOLERANCE);
    }
    // Another network's bits in the same buffers, with the statistics and affines of the first.
    after.layers.forEach(({ shape: { I, O }, w }, l) => {
      gpu.device.queue.writeBuffer(at(layers, l).bits, 0, packSigns(w, I, O));
    });
    const mixed = after.layers.map(({ shape, w }, l) => {
      const { gamma, beta } = at(before.layers, l);
      return { shape, gamma, beta, wb: signs(w, shape.H) };
    });
    const { scores } = inferencePass(base, mixed, example(0), statistics);
    expectClose(await predictor.predict(Float32Array.from(example(0))), scores, TOLERANCE);
    predictor.destroy();
    bench.destroy();
  });

  gpuTest('refuses what does not fit', async (gpu) => {
    const network = trained({ ...base, network: { ...base.network, hidden: [] } });
    const bench = new Bench(gpu);
    const layers = uploaded(bench, network, 'binary', statisticsOf(network, 'binary'));
    const predictor = await Predictor.create(gpu.device, bench.builder, layers);
    expect(() => predictor.predict(new Float32Array(62))).toThrow(
      'an example has 63 numbers, not 62',
    );
    const create = (list: PredictorLayer[]) => Predictor.create(gpu.device, bench.builder, list);
    await expect(create([])).rejects.toThrow('at least one layer');
    await expect(create([...layers, ...layers])).rejects.toThrow(
      'output reads 63 numbers, output makes 10',
    );
    predictor.destroy();
    bench.destroy();
  });
});
