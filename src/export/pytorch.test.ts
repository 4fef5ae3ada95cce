/**
 * The PyTorch script, run: ten losses beside the float64 reference's, from the seed's weights and order;
 * beside the engine's, from its checkpoint; with one process and with two.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at } from '../experiment/at.ts';
import { type Change, type Run, runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../experiment/spec.ts';
import type { ExampleCounts } from '../gpu/checkpoint.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { minibatchOf } from '../reference/minibatch.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { conv, dense, pool, specOf } from '../testing/exported.ts';
import { expectClose, gpuTest } from '../testing/gpu.ts';
import { pythonWithTorch, runPython } from '../testing/python.ts';
import { dataShapeOf, syntheticDataset } from '../testing/synthetic.ts';
import { writeCheckpoint } from './checkpoint-file.ts';
import { pytorchRefusal, writeExamples, writePytorch } from './pytorch.ts';
import { readSafetensors } from './safetensors.ts';

const python = pythonWithTorch();
const data = syntheticDataset({
  ...{ height: 9, width: 8, channels: 2, classes: 5, train: 64, validation: 10, test: 40 },
});

const counts: ExampleCounts = { train: 64, validation: 10, test: 40 };

let folder = '';
const path = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pytorch-'));
  writeFileSync(path('examples.safetensors'), writeExamples(data));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const scriptOf = (run: Run): string => {
  writeFileSync(path('run.py'), writePytorch(run, data, counts));
  return path('run.py');
};
interface Line {
  readonly type: string;
  readonly loss?: number;
  readonly testError?: number;
}
/** Ten losses, and the test error behind them. */
async function trained(...args: readonly string[]): Promise<{ losses: number[]; error: number }> {
  const common = ['--data', path('examples.safetensors'), '--json', '--steps', '10'];
  const lines = (await runPython(python ?? '', ...args, ...common))
    .trimEnd()
    .split('\n')
    // torchrun says of which process a line is.
    .map((line) => JSON.parse(line.replace(/^\[\w+\]:/, '')) as Line);
  return {
    losses: lines.flatMap(({ type, loss = NaN }) => (type === 'step' ? [loss] : [])),
    error: lines.find(({ type }) => type === 'result')?.testError ?? NaN,
  };
}

function byReference(run: Run): number[] {
  const { spec } = run;
  const perEpoch = Math.floor(data.train.count / spec.batch);
  const reference = new ReferenceNetwork(run, dataShapeOf(data), perEpoch);
  return Array.from({ length: 10 }, (_, step) => {
    const { x, labels } = minibatchOf(spec, data, step);
    return reference.step(x, labels).loss;
  });
}

const network = DEFAULT_SPEC.network;
const maxout = { ...conv(4, 3, 1), pieces: 2, maxNorm: 3, rate: 0.5 } as LayerSpec;
const changed = (spec: ExperimentSpec, ...changes: Change[]): Run => ({ ...runOf(spec), changes });
const convolutions = specOf(
  [maxout, pool('max', 2, 2, true), conv(6, 3, 1), pool('average', 2, 1, true), dense(9)],
  {
    ...{ batch: 16, mode: 'stochastic', optimizer: { kind: 'nesterov', momentum: 0.9 } },
    ...{ augmentation: { pad: 2, flip: true }, loss: 'hinge-sum', weightDecay: 1e-3 },
    rate: { start: 0.01, end: 0.001, decay: { kind: 'division', by: 1.01 } },
    network: { ...network, batchNorm: 'variance', dropout: { input: 0, hidden: 0.3 } },
  },
);

/** Of these, two processes take the steps too: dense and convolutions, each by signs and by chance. */
const DISTRIBUTED: Readonly<Record<string, Run>> = {
  'dense, signs, from step 5 samples at another rate': changed(
    specOf([dense(33), dense(20)], {
      batch: 16,
      network: { ...network, dropout: { input: 0.2, hidden: 0.5 } },
    }),
    { step: 5, field: 'mode', value: 'stochastic' },
    { step: 5, field: 'rate', value: 0.02 },
  ),
  'convolutions, samples, from step 5 signs with another momentum': changed(
    convolutions,
    { step: 5, field: 'momentum', value: 0.5 },
    { step: 5, field: 'mode', value: 'deterministic' },
  ),
};
const CASES: Readonly<Record<string, Run>> = {
  ...DISTRIBUTED,
  'stochastic, convolutions, maxout, pooling over the edge, Nesterov, augmentation':
    runOf(convolutions),
  'real, averages as scores, momentum, cross-entropy, no batch norm': runOf(
    specOf([conv(5, 3)], {
      ...{ batch: 16, mode: 'none', loss: 'cross-entropy', biasRate: 2 },
      optimizer: { kind: 'momentum', momentum: 0.5, ramp: { end: 0.9, epochs: 3 } },
      network: { ...network, batchNorm: 'none', output: { type: 'average', relu: true } },
    }),
  ),
  // To another scale, moments anew, and back.
  'real, ADAM, from step 5 signs, from step 8 real': changed(
    specOf([maxout, dense(20)], { batch: 16, mode: 'none' }),
    { step: 5, field: 'mode', value: 'deterministic' },
    { step: 8, field: 'mode', value: 'none' },
  ),
};

describe.skipIf(python === null)(
  `the PyTorch script${python === null ? ' (SKIPPED: no Python here has PyTorch; on Debian, apt-get install python3-torch)' : ''}`,
  () => {
    for (const [name, run] of Object.entries(CASES)) {
      it(`ten losses beside the reference's: ${name}`, async () => {
        const { losses } = await trained(scriptOf(run), '--double');
        // Sums in another order; the reference rounds first weights and thresholds to float32 as the script does.
        expectClose(losses, byReference(run), { atol: 1e-9, rtol: 1e-9 });
      });
    }

    for (const [name, run] of Object.entries(DISTRIBUTED)) {
      it(`two processes take the same ten steps: ${name}`, async () => {
        const script = scriptOf(run);
        // PyTorch 1.13's torchrun knows no 0 (leave the streams alone) on Python 3.11: 1 copies standard output.
        const streams = ['--redirects', '1', '--tee', '1', '--log_dir', path('torchrun')];
        const two = ['--standalone', '--nproc_per_node', '2', ...streams];
        const { losses } = await trained(
          ...['-m', 'torch.distributed.run', ...two],
          ...[script, '--double'],
        );
        expectClose(losses, byReference(run), { atol: 1e-9, rtol: 1e-9 });
      });
    }

    gpuTest(
      "goes on from the engine's checkpoint as the engine does, and saves weights",
      async (gpu) => {
        const spec = specOf([dense(33)], { batch: 16 });
        const profile = profileFor(gpu.adapter, 'auto', weightLayers(spec));
        const trainer = await Trainer.create(gpu.device, profile, spec, data);
        await trainer.train(4);
        await trainer.apply({ step: 4, field: 'rate', value: 0.002 });
        for (let k = 0; k < 2; k++) await trainer.train(4);
        await trainer.apply({ step: 12, field: 'mode', value: 'stochastic' });
        const checkpoint = await trainer.save();
        writeFileSync(path('at-12'), writeCheckpoint({ checkpoint, progress: null }));
        const expected: number[] = [];
        for (let k = 0; k < 10; k++) {
          await trainer.whenFree();
          if (trainer.step === 17) {
            await trainer.apply({ step: 17, field: 'mode', value: 'deterministic' });
          }
          expected.push(at((await trainer.train(1)).loss, 0));
        }
        const saved = ['--start', path('at-12'), '--save', path('weights')];
        const { losses, error } = await trained(scriptOf(trainer.run), ...saved);
        // Float32 on both sides: a weight near zero may fall to either side of it.
        expectClose(losses, expected, { atol: 1e-3, rtol: 1e-3 });
        const own = await trainer.evaluate('binary');
        expect(Math.abs(error - (own?.test.error ?? NaN))).toBeLessThanOrEqual(2.5);
        const read = readSafetensors(new Uint8Array(readFileSync(path('weights'))), 'weights');
        if (!read.ok) throw new Error(read.error);
        expect(read.value.metadata.get('format')).toBe('binaryconnect-weights');
        const w = (await trainer.readLayer(0)).w;
        expectClose(read.value.tensors.get('dense1.w')?.data ?? [], w, { atol: 2e-2, rtol: 0 });
        trainer.destroy();

        // Of a run that took other changes.
        const other = [scriptOf(runOf(spec)), '--start', path('at-12')];
        const args = [...other, '--data', path('examples.safetensors')];
        const { status, stderr } = spawnSync(python ?? '', args, { encoding: 'utf8' });
        expect(stderr).toMatch(
          /at-12 is of a run with other changes on its way; allowed are checkpoints of this script's run\.\n$/,
        );
        expect(status).toBe(2);
      },
    );

    it('bad input gets one sentence, and exit code 2', () => {
      const script = scriptOf(runOf(DEFAULT_SPEC));
      for (const [args, wanted] of [
        [[], /^There is no data; allowed is --data FILE or --data-dir DIR\.\n$/],
        [['--data', script], /is no safetensors file, or is cut off\.\n$/],
      ] as const) {
        const { status, stderr } = spawnSync(python ?? '', [script, ...args], { encoding: 'utf8' });
        expect(stderr).toMatch(wanted);
        expect(status).toBe(2);
      }
    });
  },
);

describe('the script by itself', () => {
  it('is ASCII whatever the classes are called, and holds the spec', () => {
    const classNames = ['"""', 'ü\u2028', '\\', "'"].concat('x');
    const text = writePytorch(runOf(DEFAULT_SPEC), { ...data, classNames }, counts);
    expect(text).toMatch(/^[\t\n\x20-\x7e]*$/);
    const json = /json\.loads\(r"""([^]*?[^\\])"""\)/.exec(text)?.[1] ?? '';
    expect(JSON.parse(json)).toMatchObject({
      ...{ spec: DEFAULT_SPEC, changes: [], data: { classNames, train: 64 } },
    });
  });

  it('what it does not know gets a sentence', () => {
    expect(pytorchRefusal(DEFAULT_SPEC)).toBeNull();
    const dropping = { ...DEFAULT_SPEC, network: { ...network, dropConnect: 0.5 } };
    expect(pytorchRefusal(dropping)).toMatch(
      /^The PyTorch script does not know DropConnect; allowed/,
    );
    expect(() => writePytorch(runOf(dropping), data, counts)).toThrow(/Drop/);
  });
});
