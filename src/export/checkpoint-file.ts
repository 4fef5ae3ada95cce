/**
 * A checkpoint as a file: safetensors whose metadata say what run it is of and where that stands. What
 * whoever trained wants to know again (curves, records) goes along as `progress`, which is not read here.
 */
import * as v from 'valibot';
import { parseKernels } from '../experiment/kernels.ts';
import { parseJson } from '../experiment/parse-json.ts';
import { parseSpec } from '../experiment/parse-spec.ts';
import { quote } from '../experiment/quote.ts';
import { fail, ok, type Result } from '../experiment/result.ts';
import { isChange, MAX_CHANGES, MAX_STEP, type Run } from '../experiment/run.ts';
import { shapeOf } from '../experiment/datasets.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { MODES } from '../experiment/spec.ts';
import { FORMATS, upToDate, versionIn } from '../experiment/versions.ts';
import { type Checkpoint, standingRefusal } from '../gpu/checkpoint.ts';
import { tensorsOfNetwork } from '../gpu/learning/tensors.ts';
import { stateRefusal, type Tensor } from '../gpu/state.ts';
import { type Header, readHeader, tensorsOf, writeSafetensors } from './safetensors.ts';

const FORMAT = 'binaryconnect-checkpoint';

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
    ['version', String(FORMATS.checkpoint.version)],
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
function jsonOf(metadata: Header['metadata'], key: string, file: string): Result<unknown> {
  const text = metadata.get(key);
  if (text === undefined) return fail(`${file}: the text "${key}" of a checkpoint is missing.`);
  const json = parseJson(text);
  return json.ok ? json : fail(`${file}: the text "${key}" of a checkpoint ${json.error}.`);
}

/** What a sentence says where reading threw; no file should come to that. */
export const UNFORESEEN = 'cannot be read: it is damaged in a way that nobody thought of';

/** The last resort of whoever reads a stranger's file: what throws is a sentence too. */
export function withoutThrowing<T>(file: string, read: () => Result<T>): Result<T> {
  try {
    return read();
  } catch {
    return fail(`${file} ${UNFORESEEN}.`);
  }
}

/** A checkpoint but for its tensors' numbers. */
interface Head extends Omit<CheckpointFile, 'checkpoint'> {
  readonly header: Header;
  readonly checkpoint: Omit<Checkpoint, 'tensors'>;
}

/**
 * Read what a file of `size` bytes says before its tensors' numbers, from its bytes up to there: all that
 * it takes to know that they are those of the run's network. `file`: its name, for the sentence.
 */
export function readHead(bytes: Uint8Array, size: number, file: string): Result<Head> {
  const read = readHeader(bytes, size, file);
  if (!read.ok) return read;
  const { metadata: texts, entries } = read.value;
  if (texts.get('format') !== FORMAT) {
    return fail(`${file} is a safetensors file, but no checkpoint of a run.`);
  }
  const version = versionIn(texts.get('version') ?? '');
  const current = upToDate(FORMATS.checkpoint, `${file}: the checkpoint`, version, texts);
  if (!current.ok) return current;
  const metadata = current.value;
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
  const { spec } = run.value;
  const checkpoint = { run: run.value, ...state.output };
  const refusal =
    stateRefusal(
      tensorsOfNetwork(spec, shapeOf(spec.data)),
      new Map(entries.map((entry) => [entry.name, entry])),
    ) ?? standingRefusal(checkpoint);
  if (refusal !== null) return fail(`${file}: ${refusal}`);
  return ok({ header: read.value, checkpoint, progress: progress.value });
}

/**
 * Read a checkpoint: whatever the bytes are, at most a copy of them is set aside. What is read is whole:
 * its tensors are those of the run's network. Whether its data are at hand, the trainer finds out.
 */
export function readCheckpoint(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): Result<CheckpointFile> {
  const head = readHead(bytes, bytes.length, file);
  if (!head.ok) return head;
  const { header, checkpoint, progress } = head.value;
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of tensorsOf(header, bytes)) {
    // No network has one of bytes: the head would have been refused.
    if (tensor.dtype !== 'U8') tensors.set(name, tensor);
  }
  return ok({ checkpoint: { ...checkpoint, tensors }, progress });
}
