/** Training on the device beside training in the float64 reference. */
import { expect } from 'vitest';
import type { Dataset } from '../data/dataset.ts';
import { at } from '../experiment/at.ts';
import { shapeOf, sizeOf } from '../experiment/datasets.ts';
import { runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { readCheckpoint, writeCheckpoint } from '../export/checkpoint-file.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { magnitudeOf, packSigns, unpackSigns } from '../reference/binarise.ts';
import { ExpectationNetwork } from '../reference/expectation-network.ts';
import { minibatchOf } from '../reference/minibatch.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { ternarised } from '../reference/quantise.ts';
import { expectClose, type Gpu } from './gpu.ts';
import { dataShapeOf } from './synthetic.ts';

export interface Tolerances {
  readonly steps: number;
  /** Relative, of a loss. */
  readonly loss: number;
}

const USUAL: Tolerances = { steps: 10, loss: 1e-4 };
/** How far a loss may be, relatively, behind a unit that fell to the other side of ReLU's edge, and how often. */
const EDGE = 0.01;
const MOST_EDGES = 2;

/** Set the reference to what the device holds. */
export async function follow(trainer: Trainer, reference: ReferenceNetwork): Promise<void> {
  for (const [l, layer] of reference.layers.entries()) {
    const { shape, w, gamma, beta, moments } = layer;
    const { I, O, H } = shape;
    const state = await trainer.readLayer(l);
    const row = (k: number) => state.affine.subarray(k * O, (k + 1) * O);
    w.set(state.w);
    const value = magnitudeOf(w, H, reference.spec.magnitude);
    const real = layer.delta === null ? w.slice() : ternarised(w, layer.delta);
    layer.wb = reference.mode === 'none' ? real : unpackSigns(state.wBits, I, O, value);
    gamma.set(row(0));
    beta.set(row(1));
    const { m, v } = moments.w;
    m.set(state.moments.subarray(0, m.length));
    v.set(state.moments.subarray(m.length));
    moments.gamma.m.set(row(2).subarray(0, moments.gamma.m.length));
    moments.gamma.v.set(row(3).subarray(0, moments.gamma.v.length));
    moments.beta.m.set(row(4).subarray(0, moments.beta.m.length));
    moments.beta.v.set(row(5).subarray(0, moments.beta.v.length));
  }
}

/** What a run of a recipe leaves is what its file is checked against. */
async function expectWhole(trainer: Trainer, { shape, classNames }: Dataset): Promise<void> {
  const known = shapeOf(trainer.spec.data);
  if (sizeOf(shape) !== sizeOf(known) || classNames.length !== known.classes) return;
  const bytes = writeCheckpoint({ checkpoint: await trainer.save(), progress: null });
  const read = readCheckpoint(bytes, 'x');
  expect(read.ok ? null : read.error).toBeNull();
}

/**
 * The losses of the first steps, each within the tolerance. A binary trajectory is chaotic: one weight
 * that falls to the other side of zero (or of its sample) within float32 rounding changes all that
 * follows. So the weights that propagate are compared too, to the bit, and where some fell to the other
 * side, which a thousandth may, and one of a small net, the reference goes on from what the device holds.
 * So it does where a loss shows that in the step before a unit's sum fell to the other side of ReLU's edge:
 * that moves the gradient by a whole example's share, and may happen twice. Returns how many steps it were.
 */
export async function compareLosses(
  { device, adapter }: Gpu,
  spec: ExperimentSpec,
  dataset: Dataset,
  kernels = 'auto',
  tolerances: Partial<Tolerances> = {},
): Promise<number> {
  const { steps, loss } = { ...USUAL, ...tolerances };
  const profile = profileFor(adapter, kernels, weightLayers(spec));
  const trainer = await Trainer.create(device, profile, spec, dataset);
  const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(dataset), trainer.stepsPerEpoch);
  expect(trainer.layers.length).toBe(reference.layers.length);

  /** Weights that propagate with another sign than the reference's. */
  const differing = async (): Promise<number> => {
    let count = 0;
    for (const [l, { shape, wb }] of reference.layers.entries()) {
      const { I, O } = shape;
      const signs = unpackSigns((await trainer.readLayer(l)).wBits, I, O, 1);
      count += signs.filter((sign, e) => sign !== Math.sign(wb[e] ?? NaN)).length;
    }
    return count;
  };
  const weights = reference.layers.reduce((sum, { w }) => sum + w.length, 0);
  let apart = 0;
  let edges = 0;
  for (let step = 0; step < steps; step++) {
    if (spec.mode !== 'none') {
      const count = await differing();
      expect(count).toBeLessThanOrEqual(Math.max(1, weights / 1000));
      if (count > 0) {
        await follow(trainer, reference);
        apart++;
      }
    }
    await trainer.whenFree();
    const metrics = await trainer.train(1);
    const { x, labels } = minibatchOf(spec, dataset, step);
    const report = reference.step(x, labels);
    const far = Math.abs(at(metrics.loss, 0) - report.loss) / Math.abs(report.loss);
    if (far > loss && far < EDGE && edges < MOST_EDGES) {
      await follow(trainer, reference);
      edges++;
    } else {
      expectClose([at(metrics.loss, 0)], [report.loss], { atol: loss / 10, rtol: loss });
    }
  }
  await expectWhole(trainer, dataset);
  trainer.destroy();
  return apart + edges;
}

/**
 * The first ten losses of retraining, behind a first phase that the device alone trains: the reference goes
 * on from what that left, with the steps that were found. Signals near the middle between two levels may
 * fall to either side, so the tolerance leaves room for a few. Weights whose level differs are as rare as
 * compareLosses's, and the reference then follows. Returns how often it did.
 */
export async function compareRetraining(
  { device, adapter }: Gpu,
  spec: ExperimentSpec,
  dataset: Dataset,
  kernels = 'auto',
): Promise<number> {
  const profile = profileFor(adapter, kernels, weightLayers(spec));
  const trainer = await Trainer.create(device, profile, spec, dataset);
  const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(dataset), trainer.stepsPerEpoch);
  while (!trainer.phaseDue) {
    await trainer.whenFree();
    await trainer.train(trainer.stepsPerEpoch);
  }
  reference.restore({ ...reference.snapshot(), step: trainer.step });
  await follow(trainer, reference);
  reference.retrain((await trainer.enterPhase()) ?? []);

  let apart = 0;
  for (let k = 0; k < 10; k++) {
    let differing = 0;
    let weights = 0;
    for (const [l, { delta, wb }] of reference.layers.entries()) {
      const { w } = await trainer.readLayer(l);
      const levels = ternarised(Float64Array.from(w), delta ?? NaN);
      differing += levels.filter((level, e) => level !== wb[e]).length;
      weights += w.length;
    }
    expect(differing / weights).toBeLessThanOrEqual(1e-3);
    if (differing > 0) {
      await follow(trainer, reference);
      apart++;
    }
    await trainer.whenFree();
    const { x, labels } = minibatchOf(spec, dataset, trainer.step);
    const metrics = await trainer.train(1);
    const { loss } = reference.step(x, labels);
    expectClose([at(metrics.loss, 0)], [loss], { atol: 2e-4, rtol: 2e-3 });
  }
  await expectWhole(trainer, dataset);
  trainer.destroy();
  return apart;
}

/**
 * Ten steps of Expectation BackPropagation, whose means are no signs: losses, mistakes and flips of every
 * step, and h, biases and bits at the end.
 */
export async function compareExpected(
  { device, adapter }: Gpu,
  spec: ExperimentSpec,
  dataset: Dataset,
  kernels = 'auto',
): Promise<void> {
  const profile = profileFor(adapter, kernels, weightLayers(spec));
  const trainer = await Trainer.create(device, profile, spec, dataset);
  const reference = new ExpectationNetwork(spec, dataShapeOf(dataset));
  for (let step = 0; step < 10; step++) {
    await trainer.whenFree();
    const metrics = await trainer.train(1);
    const { x, labels } = minibatchOf(spec, dataset, step);
    const report = reference.step(x, labels);
    expectClose([at(metrics.loss, 0)], [report.loss], { atol: 1e-5, rtol: 1e-4 });
    // An example on the edge may fall to either side.
    const mistakes = at(metrics.mistakes, 0) - (report.error * spec.batch) / 100;
    expect(Math.abs(mistakes)).toBeLessThan(1.5);
    trainer.layers.forEach(({ I, O }, l) => {
      // A weight that passes zero within rounding may be counted a step later.
      const flips = at(metrics.signFlips, l) - at(report.signFlips, l) * I * O;
      expect(Math.abs(flips)).toBeLessThanOrEqual(1 + 0.001 * I * O);
    });
  }
  for (const [l, { I, O, w: want, bias }] of reference.layers.entries()) {
    const { w, affine, wBits } = await trainer.readLayer(l);
    expectClose(w, want, { atol: 2e-4, rtol: 1e-3 });
    expectClose(affine.subarray(O, 2 * O), bias, { atol: 2e-4, rtol: 1e-3 });
    expect([...wBits]).toEqual([...packSigns(Float64Array.from(w), I, O)]);
  }
  await expectWhole(trainer, dataset);
  trainer.destroy();
}
