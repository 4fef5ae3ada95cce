/** A run that was saved, and goes on elsewhere, is the run that never stopped: to the bit. */
import { describe, expect } from 'vitest';
import { weightLayers } from '../experiment/shapes.ts';
import type { Change } from '../experiment/run.ts';
import {
  ADAM,
  DEFAULT_SPEC,
  type ExperimentSpec,
  type LayerSpec,
  MODES,
} from '../experiment/spec.ts';
import { type Gpu, gpuTest } from '../testing/gpu.ts';
import { syntheticDataset } from '../testing/synthetic.ts';
import type { Checkpoint } from './checkpoint.ts';
import { liveBuffers } from './buffers.ts';
import { profileFor } from './profile.ts';
import type { StepMetrics } from './metrics.ts';
import { Trainer } from './trainer.ts';

const data = syntheticDataset({
  ...{ height: 6, width: 6, classes: 5 },
  ...{ train: 330, validation: 60, test: 40 },
});
/** 11 steps an epoch. */
const spec: ExperimentSpec = {
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 35 }] },
  batch: 30,
  epochs: 3,
};
const NESTEROV = { kind: 'nesterov', momentum: 0.8 } as const;

const create = ({ device, adapter }: Gpu, of: ExperimentSpec) =>
  Trainer.create(device, profileFor(adapter, 'auto', weightLayers(of)), of, data);

/** Train to step `end`, changes before their step. */
async function train(trainer: Trainer, end: number, changes: readonly Change[] = []) {
  const done: Promise<StepMetrics>[] = [];
  while (trainer.step < end) {
    const due = changes.filter(({ step }) => step === trainer.step);
    // Those that a checkpoint has taken are not taken again.
    for (const change of due) if (!trainer.changes.includes(change)) await trainer.apply(change);
    if (trainer.phaseDue) {
      await Promise.all(done);
      await trainer.enterPhase();
    }
    await trainer.whenFree();
    const { step, stepsPerEpoch } = trainer;
    const stops = changes.map((change) => change.step).filter((stop) => stop > step);
    const most = Math.min(end, ...stops, step - (step % stepsPerEpoch) + stepsPerEpoch);
    done.push(trainer.train(Math.min(4, most - step)));
  }
  const all = await Promise.all(done);
  const flat = (field: 'loss' | 'mistakes' | 'signFlips' | 'sampleFlips') =>
    all.flatMap((metrics) => [...metrics[field]]);
  return {
    ...{ loss: flat('loss'), mistakes: flat('mistakes') },
    ...{ signFlips: flat('signFlips'), sampleFlips: flat('sampleFlips') },
  };
}

/** Saved at `at`, gone on with in a trainer of its own to `end`: beside the run that never stopped. */
async function compare(
  gpu: Gpu,
  of: ExperimentSpec,
  { at, end, changes = [] }: { at: number; end: number; changes?: readonly Change[] },
): Promise<Checkpoint> {
  const undisturbed = await create(gpu, of);
  const first = await train(undisturbed, at, changes);
  expect(first.loss).toHaveLength(at);
  // Behind steps that are still on their way, and without holding up those that follow.
  const saving = undisturbed.save();
  const rest = await train(undisturbed, end, changes);
  const saved = structuredClone(await saving);
  const last = await undisturbed.save();
  undisturbed.destroy();
  expect(saved.step).toBe(at);

  // Under another seed until it is loaded.
  const resumed = await create(gpu, { ...of, seed: of.seed + 1 });
  await train(resumed, 3);
  await resumed.load(saved);
  expect(resumed.step).toBe(at);
  expect(resumed.run).toEqual(saved.run);
  expect(resumed.mode).toBe(saved.mode);
  expect(await resumed.save()).toEqual(saved);
  const again = await train(resumed, end, [
    ...saved.run.changes,
    ...changes.slice(saved.run.changes.length),
  ]);
  expect(again).toEqual(rest);
  expect(await resumed.save()).toEqual(last);
  // They did go on.
  expect(last.tensors).not.toEqual(saved.tensors);
  resumed.destroy();
  return saved;
}

describe('resumed to the bit', () => {
  for (const mode of MODES) {
    for (const optimizer of [ADAM, NESTEROV]) {
      gpuTest(`${mode}, ${optimizer.kind}, in the middle of an epoch`, async (gpu) => {
        const rate = optimizer.kind === 'adam' ? spec.rate : { start: 1e-4, end: 1e-5 };
        const dropout = { input: 0.1, hidden: 0.3 };
        const network = { ...spec.network, dropout };
        const saved = await compare(
          gpu,
          { ...spec, mode, optimizer, rate, network },
          { at: 15, end: 30 },
        );
        const m = optimizer.kind === 'adam' ? 2 : 1;
        expect([...saved.tensors].map(([name, { shape }]) => [name, ...shape])).toEqual([
          ['dense1.w', 36, 35],
          ['dense1.moments', m, 36, 35],
          ['dense1.affine', 6, 35],
          ['dense1.wBits', 36, 2],
          ['output.w', 35, 5],
          ['output.moments', m, 35, 5],
          ['output.affine', 6, 5],
          ['output.wBits', 35, 1],
        ]);
      });
    }
  }

  const changes: Change[] = [
    { step: 6, field: 'mode', value: 'stochastic' },
    { step: 9, field: 'rate', value: 0.002 },
    { step: 16, field: 'mode', value: 'none' },
  ];
  // Between changes, at the step of one that is not yet taken, and where an epoch begins.
  for (const at of [7, 16, 22]) {
    gpuTest(`with changes of the mode and the rate, from step ${at}`, async (gpu) => {
      const saved = await compare(gpu, { ...spec, mode: 'none' }, { at, end: at + 8, changes });
      expect(saved.run.changes).toEqual(changes.filter(({ step }) => step < at));
      // ADAM's moments begin anew with the scale of the weights.
      expect(saved.momentsSince).toBe(at > 16 ? 16 : 6);
    });
  }

  gpuTest('convolutions with companions, pooling, max-norm and DropConnect', async (gpu) => {
    const hidden: LayerSpec[] = [
      { type: 'conv', channels: 5, kernel: 3, stride: 1, padding: 1 },
      { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false },
      { type: 'dense', units: 33, maxNorm: 1.5, pieces: 3 },
    ];
    const companions = { at: ['conv1'], rate: 0.5 };
    const network = { ...spec.network, hidden, companions, dropConnect: 0.5 };
    const of: ExperimentSpec = { ...spec, mode: 'none', network };
    const saved = await compare(gpu, of, { at: 12, end: 18 });
    expect([...saved.tensors.keys()]).toContain('conv1.companion.moments');
  });

  gpuTest('bias instead of batch norm, magnitudes of the mean, SGD', async (gpu) => {
    const network = { ...spec.network, batchNorm: 'none' } as const;
    const of = { ...spec, network, magnitude: 'mean', optimizer: { kind: 'sgd' } } as const;
    const saved = await compare(gpu, of, { at: 11, end: 14 });
    expect([...saved.tensors.keys()]).not.toContain('dense1.moments');
  });

  // In its second phase, and where that is about to begin.
  for (const at of [14, 11]) {
    gpuTest(`ternary weights with retraining, from step ${at}`, async (gpu) => {
      const retraining = { after: 1, signalLevels: 8 };
      await compare(gpu, { ...spec, mode: 'none', retraining }, { at, end: at + 5 });
    });
  }

  gpuTest('Expectation BackPropagation', async (gpu) => {
    const network = { ...spec.network, batchNorm: 'none' } as const;
    const saved = await compare(
      gpu,
      { ...spec, learning: 'expectation', network },
      { at: 13, end: 20 },
    );
    expect([...saved.tensors.keys()]).toContain('dense1.means');
  });
});

describe('a checkpoint that does not fit', () => {
  gpuTest('is refused with a sentence, and nothing changes', async (gpu) => {
    const trainer = await create(gpu, spec);
    await train(trainer, 5);
    const good = await trainer.save();
    const tensor = good.tensors.get('dense1.affine');
    if (tensor?.dtype !== 'F32') throw new Error('no affine');
    const without = new Map([...good.tensors].filter(([name]) => name !== 'output.w'));
    const other = (name: string, of: typeof tensor) => new Map([...good.tensors, [name, of]]);
    const run = (changed: Partial<ExperimentSpec>) => ({
      ...good.run,
      spec: { ...spec, ...changed },
    });
    const late: Change = { step: 6, field: 'rate', value: 0.1 };
    const mode: Change = { step: 2, field: 'mode', value: 'none' };
    const cases: readonly (readonly [Partial<Checkpoint>, RegExp])[] = [
      [{ tensors: without }, /lacks the tensor output\.w; allowed is F32 \[35, 5\]\.$/],
      [{ tensors: other('dense1.affine', { ...tensor, shape: [35, 6] }) }, /is F32 \[35, 6\]; /],
      [
        { tensors: other('dense1.affine', { ...tensor, data: new Float32Array(7) }) },
        /affine is F32/,
      ],
      [{ tensors: other('more', tensor) }, /has 9 tensors; allowed are the 8 of its network\.$/],
      [{ run: run({ batch: 31 }) }, /is of another experiment/],
      [{ examples: { ...good.examples, test: 41 } }, /41 test examples; this data has 40\.$/],
      [{ step: 34 }, /at step 34; allowed are at most the 33 of the run\.$/],
      [{ momentsSince: 6 }, /momentsSince is 6; allowed is at most its step, 5\.$/],
      [{ run: { ...good.run, changes: [late] } }, /a change at step 6/],
      [{ run: { ...good.run, changes: [mode] } }, /mode is deterministic; .* to none\.$/],
    ];
    for (const [wrong, sentence] of cases) {
      await expect(trainer.load({ ...good, ...wrong })).rejects.toThrow(sentence);
    }
    expect(await trainer.save()).toEqual(good);
    trainer.destroy();
  });

  gpuTest('leaves no buffer behind when the device is lost in saving', async (gpu) => {
    const before = liveBuffers();
    const trainer = await create(gpu, spec);
    const saving = trainer.save();
    gpu.device.destroy();
    await expect(saving).rejects.toThrow();
    trainer.destroy();
    expect(liveBuffers()).toBe(before);
  });
});
