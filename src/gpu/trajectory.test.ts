/**
 * Ten training steps, device against reference: one number a step catches what tests of single
 * kernels miss. In mode stochastic the device's float32 weights can make a rare sample differ from
 * the reference's float64, so there the tolerance leaves room for a few.
 */
import { weightLayers } from '../experiment/shapes.ts';
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { runOf, type Change, type Run } from '../experiment/run.ts';
import {
  ADAM,
  BATCH_NORMS,
  DEFAULT_SPEC,
  LOSSES,
  MODES,
  type ExperimentSpec,
  type OptimizerSpec,
} from '../experiment/spec.ts';
import type { Dataset } from '../data/dataset.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { minibatchAt } from '../reference/permutation.ts';
import { expectClose, gpuTest, kernelFamilies } from '../testing/gpu.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../testing/synthetic.ts';
import { profileFor } from './profile.ts';
import { Trainer } from './trainer.ts';

const STEPS = 10;
const data = syntheticDataset({
  height: 7,
  width: 9,
  classes: 10,
  train: 310,
  validation: 50,
  test: 50,
});

const OPTIMIZER_CASES: readonly { optimizer: OptimizerSpec; rate: ExperimentSpec['rate'] }[] = [
  { optimizer: { kind: 'sgd' }, rate: { start: 0.02, end: 0.002 } },
  { optimizer: { kind: 'nesterov', momentum: 0.9 }, rate: { start: 0.005, end: 0.001 } },
  { optimizer: ADAM, rate: { start: 0.003, end: 0.0001 } },
];

const base: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: {
    hidden: [
      { type: 'dense', units: 65 },
      { type: 'dense', units: 33 },
    ],
    pooling: 'before-norm',
    batchNorm: 'deviation',
    dropout: { input: 0, hidden: 0 },
  },
  batch: 31,
  epochs: 5,
};

/** Train `run` on both, `STEPS` steps, and compare the losses and the weights at the end. */
async function compare(
  device: GPUDevice,
  adapter: Parameters<typeof profileFor>[0],
  run: Run,
  dataset: Dataset = data,
): Promise<void> {
  const { spec } = run;
  const trainer = await Trainer.create(
    device,
    profileFor(adapter, run.kernels, weightLayers(spec)),
    spec,
    dataset,
  );
  const reference = new ReferenceNetwork(run, dataShapeOf(dataset), trainer.stepsPerEpoch);
  const losses: number[] = [];
  const expected: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    for (const change of run.changes) if (change.step === step) await trainer.apply(change);
    await trainer.whenFree();
    const metrics = await trainer.train(1);
    losses.push(at(metrics.loss, 0));
    const indices = minibatchAt(spec, dataset.train.count, step);
    const { x, labels } = examplesOf(dataset, dataset.train, indices);
    const report = reference.step(x, labels);
    expected.push(report.loss);
    // Flips may differ where a weight passes zero within rounding.
    trainer.layers.forEach(({ I, O }, l) => {
      const flips = at(metrics.signFlips, l) - at(report.signFlips, l) * I * O;
      expect(Math.abs(flips)).toBeLessThanOrEqual(1 + 0.002 * I * O);
    });
  }
  const stochastic = trainer.mode === 'stochastic';
  expectClose(
    losses,
    expected,
    stochastic ? { atol: 2e-3, rtol: 2e-3 } : { atol: 2e-5, rtol: 2e-4 },
  );
  for (let l = 0; l < trainer.layers.length; l++) {
    const { w } = await trainer.readLayer(l);
    const want = at(reference.layers, l).w;
    const H = at(trainer.layers, l).H;
    // Largest deviations: weights whose small gradient ADAM normalised the other way.
    const off = want.filter((value, e) => Math.abs(value - at(w, e)) > 0.02 * H).length;
    expect(off / want.length).toBeLessThan(stochastic ? 0.01 : 0.003);
  }
  trainer.destroy();
}

const families = await kernelFamilies();

describe.each(families)('ten steps with %s kernels', (kernels) => {
  for (const mode of MODES) {
    for (const { optimizer, rate } of OPTIMIZER_CASES) {
      // Tiles take a software adapter seconds to compile; what is not run here `test:variants` runs.
      const usual = kernels === 'quad' || !families.includes('quad');
      if (!usual && mode !== 'deterministic' && optimizer.kind !== 'adam') continue;
      gpuTest(`${mode}, ${optimizer.kind}`, async ({ device, adapter }) => {
        const spec = { ...base, mode, optimizer, rate };
        await compare(device, adapter, { ...runOf(spec), kernels });
      });
    }
  }
});

/** Variants that are nobody's default, forced on every layer of the base network. */
const forced = families.includes('quad')
  ? ['tile:t64.t64.t64-t64.t64.t64-t64.t64.t64', 'quad:q20.q10.q32-q20.q10.q32-q20.q10.q32']
  : ['tile:t64.t64.t64-t64.t64.t64-t64.t64.t64'];

describe.each(forced)('ten steps with %s', (kernels) => {
  for (const mode of kernels.startsWith('quad') ? MODES : (['deterministic'] as const)) {
    gpuTest(mode, async ({ device, adapter }) => {
      await compare(device, adapter, { ...runOf({ ...base, mode }), kernels });
    });
  }
});

describe('ten steps', () => {
  for (const loss of LOSSES) {
    for (const batchNorm of BATCH_NORMS) {
      gpuTest(`${loss}, batch norm ${batchNorm}, H = c`, async ({ device, adapter }) => {
        const spec: ExperimentSpec = {
          ...base,
          network: { ...base.network, batchNorm },
          h: 'glorot',
          loss,
          optimizer: { kind: 'sgd' },
          rate: { start: batchNorm === 'none' ? 0.01 : 0.1, end: 0.01 },
        };
        await compare(device, adapter, runOf(spec));
      });
    }
  }

  gpuTest('dropout of input and hidden units', async ({ device, adapter }) => {
    const network = { ...base.network, dropout: { input: 0.2, hidden: 0.5 } };
    await compare(device, adapter, runOf({ ...base, network }));
  });

  gpuTest('no hidden layer', async ({ device, adapter }) => {
    await compare(device, adapter, runOf({ ...base, network: { ...base.network, hidden: [] } }));
  });

  gpuTest('an order drawn anew every second epoch', async ({ device, adapter }) => {
    await compare(device, adapter, runOf({ ...base, batch: 103, shuffleEvery: 2 }));
  });

  const changes: readonly Change[] = [
    { step: 2, field: 'rate', value: 0.0005 },
    { step: 3, field: 'mode', value: 'deterministic' },
    { step: 6, field: 'mode', value: 'none' },
    { step: 8, field: 'mode', value: 'stochastic' },
  ];
  for (const h of ['one', 'glorot'] as const) {
    gpuTest(`changes of mode and rate on the way, H = ${h}`, async ({ device, adapter }) => {
      const spec: ExperimentSpec = { ...base, mode: 'none', h };
      await compare(device, adapter, { ...runOf(spec), changes });
    });
  }
});
