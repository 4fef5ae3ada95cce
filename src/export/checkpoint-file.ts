/**
 * A checkpoint as a file: safetensors whose metadata say what run it is of and where that stands. What
 * whoever trained wants to know again (curves, records) goes along as `progress`, which is not read here.
 */
import * as v from 'valibot';
import { parseKernels } from '../experiment/kernels.ts';
import { parseSpec } from '../experiment/parse-spec.ts';
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { isChange, MAX_CHANGES, MAX_STEP, type Run } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { MODES } from '../experiment/spec.ts';
import type { Checkpoint } from '../gpu/checkpoint.ts';
import type { Tensor } from '../gpu/state.ts';
import { readSafetensors, type SafeTensors, writeSafetensors } from './safetensors.ts';

const FORMAT = 'binaryconnect-checkpoint';
const VERSION = 1;

/** No longer file is worth reading: the largest network's weights, moments and bits take less. */
export const CHECKPOINT_LIMIT = 2 ** 30;

export interface CheckpointFile {
  readonly checkpoint: Checkpoint;
  /** What went along, as JSON gives it; null where nothing did. */
  readonly progress: unknown;
}

/** @throws RangeError where `progress` is longer than a header may be. */
export function writeCheckpoint({ checkpoint, progress }: CheckpointFile): Uint8Array<ArrayBuffer> {
  const { run, step, mode, momentsSince, examples, tensors } = checkpoint;
  const metadata = new Map([
    ['format', FORMAT],
    ['version', String(VERSION)],
    ['run', JSON.stringify(run)],
    ['state', JSON.stringify({ step, mode, momentsSince, examples })],
    ['progress', JSON.stringify(progress)],
  ]);
  return writeSafetensors({ metadata, tensors });
}

const step = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_STEP));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32));
const StateSchema = v.strictObject({
  step,
  mode: v.picklist(MODES),
  momentsSince: step,
  examples: v.strictObject({ train: count, validation: count, test: count }),
});
const RunSchema = v.strictObject({
  spec: v.unknown(),
  kernels: v.string(),
  changes: v.array(v.unknown()),
});

function parseRun(json: unknown, file: string): Result<Run> {
  const fields = v.safeParse(RunSchema, json);
  if (!fields.success) {
    return fail(`${file}: the run is no object of spec, kernels and changes.`);
  }
  const { spec: described, kernels, changes } = fields.output;
  const parsed = parseSpec(described);
  if (!parsed.ok) return fail(`${file}: ${parsed.error}`);
  const spec = parsed.value;
  const known = parseKernels(kernels, weightLayers(spec));
  if (!known.ok) return fail(`${file}: the kernels are ${quote(kernels)}; ${known.error}.`);
  if (changes.length > MAX_CHANGES) {
    return fail(
      `${file}: the run has ${changes.length} changes; allowed are at most ${MAX_CHANGES}.`,
    );
  }
  const taken = changes.flatMap((change) => (isChange(change, spec) ? [change] : []));
  const ascending = taken.every((change, k) => k === 0 || change.step >= (taken[k - 1]?.step ?? 0));
  if (taken.length < changes.length || !ascending) {
    return fail(
      `${file}: the run's changes are not understood; allowed are changes of mode, rate or momentum, ascending by step.`,
    );
  }
  return ok({ spec, kernels, changes: taken });
}

/** A text of the metadata, which must be there, as JSON. */
function jsonOf(metadata: SafeTensors['metadata'], key: string, file: string): Result<unknown> {
  try {
    return ok(JSON.parse(metadata.get(key) ?? ''));
  } catch {
    return fail(`${file}: the text "${key}" of a checkpoint is missing, or is not JSON.`);
  }
}

/**
 * Read a checkpoint: whatever the bytes are, at most a copy of them is set aside. Whether its tensors are
 * those of the run's network, the trainer finds out that loads it. `file`: its name, for the sentence.
 */
export function readCheckpoint(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): Result<CheckpointFile> {
  const read = readSafetensors(bytes, file);
  if (!read.ok) return read;
  const { metadata, tensors } = read.value;
  const version = metadata.get('version') ?? '';
  if (metadata.get('format') !== FORMAT) {
    return fail(`${file} is a safetensors file, but no checkpoint of a run.`);
  }
  if (version !== String(VERSION)) {
    return fail(
      `${file} is a checkpoint of version ${quote(version)}; this playground reads version ${VERSION}.`,
    );
  }
  const described = jsonOf(metadata, 'run', file);
  if (!described.ok) return described;
  const run = parseRun(described.value, file);
  if (!run.ok) return run;
  const json = jsonOf(metadata, 'state', file);
  if (!json.ok) return json;
  const state = v.safeParse(StateSchema, json.value);
  if (!state.success) {
    return fail(`${file}: the state is no object of step, mode, momentsSince and examples.`);
  }
  const progress = jsonOf(metadata, 'progress', file);
  if (!progress.ok) return progress;
  const own = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (tensor.dtype === 'U8') {
      return fail(`${file}: the tensor ${quote(name)} is of type U8; allowed are F32, U32.`);
    }
    own.set(name, tensor);
  }
  return ok({
    checkpoint: { run: run.value, ...state.output, tensors: own },
    progress: progress.value,
  });
}
