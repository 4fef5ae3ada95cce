/** A weight's way through a step: against the reference, and without a trace in the run. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { runOf } from '../experiment/run.ts';
import { lrScaleOf, weightLayers } from '../experiment/shapes.ts';
import { ADAM, DEFAULT_SPEC, type ExperimentSpec } from '../experiment/spec.ts';
import { hardSigmoid } from '../reference/binarise.ts';
import { minibatchOf } from '../reference/minibatch.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { expectClose, gpuTest, type Gpu } from '../testing/gpu.ts';
import { dataShapeOf, syntheticDataset } from '../testing/synthetic.ts';
import { follow } from '../testing/trajectory.ts';
import { profileFor } from './profile.ts';
import type { StepTrace, WeightPlace } from './step-trace.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 6, width: 5, channels: 2, classes: 4 },
  ...{ train: 60, validation: 10, test: 10 },
});
const dense: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 37 }] },
  ...{ mode: 'stochastic', batch: 10, epochs: 3 },
};
const conv: ExperimentSpec = {
  ...dense,
  network: {
    ...dense.network,
    hidden: [
      { type: 'conv', channels: 5, kernel: 3, stride: 1, padding: 1 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: true },
      { type: 'dense', units: 9 },
    ],
  },
};

const open = ({ device, adapter }: Gpu, spec: ExperimentSpec): Promise<Trainer> =>
  Trainer.create(device, profileFor(adapter, 'auto', weightLayers(spec)), spec, data);

/** Three usual steps, then a traced one, beside the reference. */
async function traced(
  gpu: Gpu,
  spec: ExperimentSpec,
  place: WeightPlace,
): Promise<{ readonly trace: StepTrace; readonly reference: ReferenceNetwork }> {
  const trainer = await open(gpu, spec);
  const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(data), trainer.stepsPerEpoch);
  await trainer.train(3);
  reference.restore({ ...reference.snapshot(), step: 3 });
  await follow(trainer, reference);
  const layer = at(reference.layers, place.layer);
  Object.values(layer.moments).forEach((moments) => {
    moments.updates = 3;
  });
  const { O, H } = layer.shape;
  const e = place.row * O + place.column;
  const stored = at(layer.w, e);
  const wb = at(layer.wb, e);
  const { x, labels } = minibatchOf(spec, data, 3);
  const dwb = at(at(reference.gradients(x, labels).layers, place.layer).dwb, e);

  const { metrics, trace } = await trainer.traceStep(place);
  const report = reference.step(x, labels);
  expect(trace.stored).toBe(stored);
  expect(trace.propagated).toBeCloseTo(wb, 6);
  expect(trace.loss).toBe(at(metrics.loss, 0));
  expectClose([trace.loss], [report.loss], { atol: 1e-5, rtol: 1e-4 });
  expectClose([trace.gradient], [dwb], { atol: 2e-5, rtol: 2e-3 });
  // What is computed of what was read ends where the device did.
  const unclipped = stored + trace.change;
  const ends = trace.clips ? Math.min(Math.max(unclipped, -H), H) : unclipped;
  expectClose([trace.after], [ends], { atol: 1e-6, rtol: 1e-5 });
  expectClose([trace.after], [at(layer.w, e)], { atol: 1e-4, rtol: 1e-3 });
  expect(trace.scale).toBe(lrScaleOf(spec, spec.mode, layer.shape));
  trainer.destroy();
  return { trace, reference };
}

describe('the way of one weight through a step', () => {
  gpuTest('is the reference’s: sampled, ADAM, a dense layer', async (gpu) => {
    const place = { layer: 0, row: 33, column: 36 };
    const { trace } = await traced(gpu, { ...dense, optimizer: ADAM }, place);
    expect(trace).toMatchObject({ ...place, name: 'dense1', step: 3, mode: 'stochastic' });
    expect(trace.chance).toBe(hardSigmoid(trace.stored / trace.H));
    // What was drawn says the bit.
    expect(trace.bit).toBe(Number((trace.drawn ?? NaN) < (trace.chance ?? NaN)));
    expect(trace.momentsBefore.length).toBe(2);
    expect(trace.momentsAfter).not.toEqual(trace.momentsBefore);
    const { x } = minibatchOf(dense, data, 3);
    expect(trace.input).toBeCloseTo(at(x, 33), 5);
  });

  gpuTest('of a filter, by sign, H = c, with weight decay', async (gpu) => {
    const spec = { ...conv, h: 'glorot', mode: 'deterministic', weightDecay: 0.01 } as const;
    const { trace } = await traced(gpu, spec, { layer: 0, row: 17, column: 4 });
    expect([trace.chance, trace.drawn, trace.input]).toEqual([null, null, null]);
    expect(Math.abs(trace.propagated)).toBe(trace.H);
    expect(trace.propagated > 0).toBe(trace.stored >= 0);
  });

  gpuTest('of real weights, Nesterov, the last layer', async (gpu) => {
    const optimizer = { kind: 'nesterov', momentum: 0.9 } as const;
    const { trace } = await traced(
      gpu,
      { ...conv, mode: 'none', optimizer },
      {
        ...{ layer: 2, row: 8, column: 3 },
      },
    );
    expect(trace.propagated).toBe(trace.stored);
    expect(trace.clips).toBe(false);
  });

  gpuTest('by sign times the mean of |w|', async (gpu) => {
    const spec = { ...dense, magnitude: 'mean' } as const;
    const { trace } = await traced(gpu, spec, { layer: 1, row: 2, column: 1 });
    expect(Math.abs(trace.propagated)).toBeLessThan(trace.H);
  });

  for (const spec of [dense, conv]) {
    const kind = at(spec.network.hidden, 0).type;
    gpuTest(`leaves the run as a usual step does, to the bit: ${kind}`, async (gpu) => {
      const [usual, watched] = [await open(gpu, spec), await open(gpu, spec)];
      // Over the end of an epoch, where the order of examples is drawn anew.
      await usual.train(4);
      await watched.train(4);
      const losses: number[][] = [[], []];
      for (let step = 4; step < 8; step++) {
        await usual.whenFree();
        await watched.whenFree();
        losses[0]?.push(at((await usual.train(1)).loss, 0));
        const layer = step % usual.layers.length;
        const { metrics } = await watched.traceStep({ layer, row: step, column: 1 });
        losses[1]?.push(at(metrics.loss, 0));
      }
      expect(losses[1]).toEqual(losses[0]);
      expect([...(await watched.save()).tensors]).toEqual([...(await usual.save()).tensors]);
      usual.destroy();
      watched.destroy();
    });
  }

  gpuTest(
    'is refused in one sentence where there is no such weight, or no gradient',
    async (gpu) => {
      const trainer = await open(gpu, dense);
      expect(trainer.traceRefusal({ layer: 0, row: 0, column: 0 })).toBeNull();
      expect(trainer.traceRefusal({ layer: 2, row: 0, column: 0 })).toBe(
        'There is no layer 3; allowed are 1 to 2.',
      );
      const beyond = { layer: 0, row: 60, column: 0 };
      expect(trainer.traceRefusal(beyond)).toBe('There is no row 60; allowed are 0 to 59.');
      await expect(trainer.traceStep(beyond)).rejects.toThrow(RangeError);
      expect(trainer.step).toBe(0);
      trainer.destroy();
    },
  );
});
