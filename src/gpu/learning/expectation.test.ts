/** Expectation BackPropagation on the device against the float64 reference, and what a run must keep. */
import { describe, expect } from 'vitest';
import { at } from '../../experiment/at.ts';
import { runOf } from '../../experiment/run.ts';
import { weightLayers } from '../../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../../experiment/spec.ts';
import { sampleSigns } from '../../reference/binarise.ts';
import { likelihoodLoss, signScores } from '../../reference/expectation.ts';
import { ExpectationNetwork } from '../../reference/expectation-network.ts';
import { erf, logPhi, normalDensity, normalOverPhi } from '../../reference/normal.ts';
import { expectClose, type Gpu, gpuTest, kernelFamilies } from '../../testing/gpu.ts';
import { asFloats, Bench } from '../../testing/run-dispatches.ts';
import { dataShapeOf, examplesOf, syntheticDataset } from '../../testing/synthetic.ts';
import { compareExpected } from '../../testing/trajectory.ts';
import type { StepMetrics } from '../metrics.ts';
import { profileFor } from '../profile.ts';
import { Trainer } from '../trainer.ts';
import { LIB } from '../wgsl.ts';

const data = syntheticDataset({
  ...{ height: 7, width: 9, classes: 10 },
  ...{ train: 310, validation: 50, test: 130 },
});
const dense = (...widths: number[]) => widths.map((units) => ({ type: 'dense', units }) as const);
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  learning: 'expectation',
  network: { ...DEFAULT_SPEC.network, hidden: dense(65, 33), batchNorm: 'none' },
  batch: 31,
  epochs: 5,
};

const create = ({ device, adapter }: Gpu, of: ExperimentSpec, kernels = 'auto') =>
  Trainer.create(device, profileFor(adapter, kernels, weightLayers(of)), of, data);

describe('the normal distribution in WGSL', () => {
  gpuTest('has the accuracy it claims', async (gpu) => {
    const bench = new Bench(gpu);
    const points = Float32Array.from(
      [...Array(4001).keys()].map((k) => (k - 2000) / 100).concat([-1e4, -300, -80, 1e-7, 40]),
    );
    const n = points.length;
    const t = bench.floats('t', points);
    const out = bench.arena.storage('out', 4 * n);
    const text = `
@group(1) @binding(0) var<storage, read> t: array<f32>;
@group(1) @binding(1) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let n = arrayLength(&t);
  values[id.x] = erf(t[id.x]);
  values[n + id.x] = normalOverPhi(t[id.x]);
  values[2u * n + id.x] = minusLogPhi(t[id.x]);
  values[3u * n + id.x] = densityAtZero(t[id.x], 4.0);
}`;
    const dispatch = await bench.builder.kernels.dispatch({
      label: 'normal',
      source: {
        name: 'normal',
        parts: [LIB.normal, { file: 'normal.test', text }],
        bindings: ['read', 'write'],
      },
      ...{ constants: {}, buffers: [t, out], grid: [n] },
    });
    const values = asFloats(await bench.run([dispatch], out, 4 * n));
    const part = (k: number) => values.subarray(k * n, (k + 1) * n);
    const all = [...points];
    expectClose(part(0), all.map(erf), { atol: 2e-7, rtol: 0 });
    // Relative where it is small, too.
    const small = all.map((z, k) => ({ z, k })).filter(({ z }) => z !== 0 && Math.abs(z) < 0.5);
    expectClose(
      small.map(({ k }) => at(part(0), k)),
      small.map(({ z }) => erf(z)),
      { atol: 0, rtol: 1e-6 },
    );
    // exp(-t^2 / 2) loses digits as t^2 grows; below zero there is none of it.
    expectClose(
      part(1).filter((_, k) => at(points, k) < 0),
      all.filter((z) => z < 0).map(normalOverPhi),
      { atol: 0, rtol: 1e-6 },
    );
    expectClose(part(1), all.map(normalOverPhi), { atol: 1e-7, rtol: 1e-5 });
    expectClose(
      part(2),
      all.map((z) => -logPhi(z)),
      { atol: 1e-9, rtol: 3e-6 },
    );
    expectClose(
      part(3),
      all.map((z) => normalDensity(0, z, 4)),
      { atol: 1e-8, rtol: 1e-5 },
    );
    bench.destroy();
  });
});

const families = await kernelFamilies();

describe.each(families)('ten steps with %s kernels', (kernels) => {
  const all = { '65-33': dense(65, 33), linear: [], '300': dense(300) };
  // Tiles take a software adapter seconds to compile.
  const usual = kernels === 'quad' || !families.includes('quad');
  const cases = usual ? all : { linear: all.linear };
  for (const [name, hidden] of Object.entries(cases)) {
    gpuTest(`as the reference's, ${name}`, async (gpu) => {
      const own = { ...spec, network: { ...spec.network, hidden } };
      await compareExpected(gpu, own, data, kernels);
    });
  }
});

const linear: ExperimentSpec = { ...spec, network: { ...spec.network, hidden: [] } };

const flat = (all: readonly StepMetrics[]) => ({
  loss: all.flatMap(({ loss }) => [...loss]),
  mistakes: all.flatMap(({ mistakes }) => [...mistakes]),
  signFlips: all.flatMap(({ signFlips }) => [...signFlips]),
});

/** Train to step `end` in submits of at most `size` steps. */
async function train(trainer: Trainer, end: number, size: number): Promise<StepMetrics[]> {
  const done: Promise<StepMetrics>[] = [];
  while (trainer.step < end) {
    await trainer.whenFree();
    const within = trainer.stepsPerEpoch - (trainer.step % trainer.stepsPerEpoch);
    done.push(trainer.train(Math.min(size, within, end - trainer.step)));
  }
  return Promise.all(done);
}

describe('a run', () => {
  gpuTest('replays to the bit, and leaves what it is asked without a trace', async (gpu) => {
    const trainer = await create(gpu, spec);
    const first = flat(await train(trainer, 25, 7));
    const { w, affine } = await trainer.readLayer(1);
    await trainer.rewind(spec.seed);
    const half = flat(await train(trainer, 12, 12));
    for (const weights of ['binary', 'real'] as const) await trainer.evaluate(weights);
    await trainer.probe();
    const inputs = new Float32Array(2 * data.inputs).fill(0.5);
    await trainer.look({ weights: 'real', inputs, withMaps: true });
    expect(await trainer.evaluateEnsemble(4)).toHaveLength(3);
    const rest = flat(await train(trainer, 25, 5));
    expect([...half.loss, ...rest.loss]).toEqual(first.loss);
    expect([...half.signFlips, ...rest.signFlips]).toEqual(first.signFlips);
    const again = await trainer.readLayer(1);
    expect(again.w).toEqual(w);
    expect(again.affine).toEqual(affine);
    trainer.destroy();
  });

  gpuTest('takes no changes on its way, and says so', async (gpu) => {
    const trainer = await create(gpu, linear);
    for (const change of [
      { step: 0, field: 'rate', value: 0.1 },
      { step: 0, field: 'mode', value: 'none' },
    ] as const) {
      await expect(trainer.apply(change)).rejects.toThrow(/^Learning "expectation" has .*\.$/);
    }
    expect(trainer.changes).toEqual([]);
    trainer.destroy();
  });

  gpuTest('is refused with a sentence where the network does not fit', async (gpu) => {
    const network = { ...spec.network, batchNorm: 'deviation' } as const;
    await expect(create(gpu, { ...spec, network })).rejects.toThrow(
      'The experiment\'s network.batchNorm does not fit learning "expectation"; allowed with it is none.',
    );
  });

  gpuTest(
    'is sampled by the chances of its weights, whatever the loss it does not read',
    async (gpu) => {
      const own: ExperimentSpec = { ...linear, loss: 'cross-entropy' };
      const trainer = await create(gpu, own);
      const reference = new ExpectationNetwork(own, dataShapeOf(data));
      await train(trainer, 20, 10);
      const { w, affine } = await trainer.readLayer(0);
      const layer = at(reference.layers, 0);
      const { I, O } = layer;
      layer.bias.set(affine.subarray(O, 2 * O));
      // Two nets, and the mean of their scores.
      const members = [0, 1].map((step) => {
        const means = Float64Array.from(w, Math.tanh);
        const drawn = { I, O, H: 1, seed: own.seed, layer: 0, step, purpose: 'ensemble' } as const;
        return { ...layer, w: sampleSigns(means, drawn) };
      });
      const { test } = data;
      const all = Array.from({ length: test.count }, (_, n) => n);
      const { x, labels } = examplesOf(data, test, all);
      const scores = members.map((member) => signScores([member], x));
      const mean = at(scores, 0).map((score, e) => (score + at(at(scores, 1), e)) / 2);
      const got = await trainer.evaluateEnsemble(2);
      [at(scores, 0), mean].forEach((expected, k) => {
        const want = likelihoodLoss(expected, labels, O);
        expectClose([got?.[k]?.test.loss ?? NaN], [want.loss], { atol: 0, rtol: 0.01 });
        expect(Math.abs((got?.[k]?.test.mistakes ?? NaN) - want.errors)).toBeLessThanOrEqual(1);
      });
      trainer.destroy();
    },
  );

  gpuTest('is evaluated, looked at and probed as the reference says', async (gpu) => {
    const trainer = await create(gpu, spec);
    const reference = new ExpectationNetwork(spec, dataShapeOf(data));
    await train(trainer, 30, 10);
    for (const [l, layer] of reference.layers.entries()) {
      const { w, affine } = await trainer.readLayer(l);
      layer.w.set(w);
      layer.bias.set(affine.subarray(layer.O, 2 * layer.O));
    }
    for (const weights of ['binary', 'real'] as const) {
      const scores = await trainer.evaluate(weights);
      for (const part of ['validation', 'test'] as const) {
        const split = data[part];
        const all = Array.from({ length: split.count }, (_, n) => n);
        const { x, labels } = examplesOf(data, split, all);
        const want = reference.evaluate(weights, x, labels);
        const got = scores?.[part];
        expect(got?.examples).toBe(split.count);
        // A sign of a sum of signs that is zero but for rounding may fall to either side.
        const loss = weights === 'real' ? 1e-4 : 0.02;
        expectClose([got?.loss ?? NaN], [want.loss], { atol: 0, rtol: loss });
        expect(Math.abs((got?.error ?? NaN) - want.error)).toBeLessThanOrEqual(101 / split.count);
        const inputs = Float32Array.from(x.subarray(0, 2 * data.inputs));
        const look = await trainer.look({ weights, inputs, withMaps: true });
        expectClose(look.scores, reference.scores(weights, inputs), { atol: 1e-4, rtol: 1e-4 });
        expect(look.maps.map(({ values }) => values.length)).toEqual([65, 33, 10]);
      }
    }
    for (const [l, probe] of (await trainer.probe()).entries()) {
      const { w } = at(reference.layers, l);
      expect(probe.range).toBe(Math.max(...w.map(Math.abs)));
      expect(probe.histogram.reduce((sum, count) => sum + count, 0)).toBe(w.length);
      const certain = w.filter((h) => Math.abs(Math.tanh(h)) >= 0.999).length;
      expect(Math.abs(probe.saturation - certain / w.length) * w.length).toBeLessThanOrEqual(1);
    }
    expect(trainer.run).toEqual({ ...runOf(spec), kernels: trainer.profile.kernels });
    trainer.destroy();
  });
});
