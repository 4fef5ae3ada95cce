/** A run on the device: what it was made from, and how it is built, heard and told of. */
import type { Dataset } from '../data/dataset.ts';
import type { Change, Run } from '../experiment/run.ts';
import { momentumAt } from '../experiment/schedule.ts';
import type { LayerShape } from '../experiment/shapes.ts';
import type { EvaluationWeights } from '../gpu/evaluation-program.ts';
import { metricsOf } from '../gpu/metrics.ts';
import { canTime } from '../gpu/profiler.ts';
import { Trainer } from '../gpu/trainer.ts';
import { tuneRequest, type TuneRequest } from '../gpu/tuner.ts';
import { NotFinite } from './failures.ts';
import { Frames } from './frames.ts';
import { build, type OpenDevice } from './hardware.ts';
import { chooseKernels, type KernelChoice } from './kernel-choice.ts';
import { NOTHING_HEARD } from './heard.ts';
import type { LoopState } from './progress.ts';
import type { AdapterSummary, Heard, LayerSummary, SessionEvent } from './protocol.ts';
import { type Hearing, Runner, type RunnerEvents, type RunTrainer } from './runner.ts';

/** What a run was made from. */
export interface Made {
  readonly trainer: Trainer;
  readonly hardware: OpenDevice;
  readonly dataset: Dataset;
  readonly choice: KernelChoice;
  /** What its kernels are measured for. */
  readonly request: TuneRequest;
}

export interface Standing extends Made {
  readonly runner: Runner;
  readonly frames: Frames;
}

/**
 * Build a run on a device, at step 0.
 * @param measured tells the kernels that measured fastest for it, null where nobody knows.
 */
export async function make(
  run: Run,
  hardware: OpenDevice,
  dataset: Dataset,
  measured: (request: TuneRequest) => Promise<string | null>,
): Promise<Made> {
  const { device, adapter } = hardware;
  const shape = { ...dataset.shape, classes: dataset.classNames.length };
  const request = tuneRequest(run.spec, shape);
  const known = run.kernels === 'auto' ? await measured(request) : null;
  const choice = chooseKernels(adapter, run.kernels, request.layers.length, known);
  const trainer = await build(device, () =>
    Trainer.create(device, choice.profile, run.spec, dataset),
  );
  return { trainer, hardware, dataset, choice, request };
}

/** Where what is heard of a run goes. */
export interface Listening {
  readonly post: (event: SessionEvent) => void;
  /** See RunnerEvents. */
  readonly hears: (made: Made, weights: EvaluationWeights) => Hearing | null;
}

/**
 * Let a run be heard from where it stands on.
 * @param from where its loop stood, if not at step 0.
 * @param heard what was told of it already, and is not told again.
 */
export function listen(
  made: Made,
  changes: readonly Change[],
  { post, hears }: Listening,
  from: LoopState | null = null,
  heard: Heard = NOTHING_HEARD,
): Standing {
  const hearing = { post, hears: (weights: EvaluationWeights) => hears(made, weights) };
  return { ...made, ...loopOf(made.trainer, changes, hearing, from, heard) };
}

/** The loop of a run, wherever it trains, and the frames that its steps go into. */
export function loopOf<T extends RunTrainer>(
  trainer: T,
  changes: readonly Change[],
  { post, hears }: Pick<Listening, 'post'> & Pick<RunnerEvents, 'hears'>,
  from: LoopState | null = null,
  heard: Heard = NOTHING_HEARD,
): { readonly runner: Runner<T>; readonly frames: Frames } {
  let taken = trainer.changes.length;
  const frames = new Frames(trainer.layers, trainer.spec.batch);
  const runner = new Runner(
    trainer,
    changes,
    {
      onSteps: (metrics, seconds) => {
        const bad = metrics.loss.findIndex((loss) => !Number.isFinite(loss));
        const end = bad < 0 ? Infinity : metrics.first + bad;
        const unheard = metricsOf(metrics, heard.step, end);
        if (unheard !== null) frames.add(unheard, (seconds * unheard.count) / metrics.count);
        if (bad >= 0) throw new NotFinite(end, trainer.spec);
      },
      onChange: (change) => {
        taken += 1;
        if (taken > heard.changes) post({ type: 'changed', change, spec: trainer.run.spec });
      },
      onRefused: (reason) => {
        const momentum = momentumAt(
          trainer.spec,
          trainer.changes,
          trainer.step,
          trainer.stepsPerEpoch,
        );
        post({ type: 'refused', reason, mode: trainer.mode, momentum });
      },
      onEvaluating: () => undefined,
      onQuantising: () => undefined,
      onEpoch: (record) => {
        if (record.step > heard.epoch) post({ type: 'epoch', record });
      },
      onQuantised: (record) => {
        if (record.step > heard.quantised) post({ type: 'quantised', record });
      },
      ...(hears && { hears }),
    },
    from,
  );
  return { runner, frames };
}

/** Fields by name: the maps of the first layer are those of data on the device, which is no message. */
function summaryOf({ name, kind, kernel, from, I, O, c, H }: LayerShape): LayerSummary {
  const { height, width, channels } = from;
  return { name, kind, kernel, from: { height, width, channels }, I, O, c, H };
}

/** The adapter a run stands on, and the kernels it has there. */
export const adapterSummary = ({ trainer, hardware, choice }: Made): AdapterSummary => ({
  name: hardware.adapter.name,
  software: hardware.adapter.software,
  kernels: trainer.profile.kernels,
  origin: choice.origin,
  asked: choice.asked,
  clock: canTime(hardware.device),
  bytes: trainer.bytes,
});

/** What the page is told of a run that stands at step 0; `changes` are those it has still to reach. */
export const openedEvent = (made: Made, changes: readonly Change[]): SessionEvent =>
  openedOn(adapterSummary(made), made.trainer, made.dataset, changes);

/** The same of a run wherever it trains. */
export function openedOn(
  adapter: AdapterSummary,
  trainer: RunTrainer,
  dataset: Dataset,
  changes: readonly Change[],
): SessionEvent {
  const { id, title, note, shape, classNames, train, validation, test } = dataset;
  return {
    type: 'opened',
    run: { ...trainer.run, changes },
    data: {
      id,
      title,
      note,
      shape,
      classNames,
      train: train.count,
      validation: validation.count,
      test: test.count,
    },
    layers: trainer.layers.map(summaryOf),
    adapter,
    stepsPerEpoch: trainer.stepsPerEpoch,
  };
}
