/** Files broken in many ways, the same ways for the same seed; what reading them did. */
import fc from 'fast-check';
import { deflateSync, inflateSync } from 'fflate';
import { NO_CHOICES, LIMITS } from '../data/own/own-data.ts';
import { readOwn } from '../data/own/read-own.ts';
import { memoryFile } from '../data/own/source.ts';
import { parseJson } from '../experiment/parse-json.ts';
import { parseSpec } from '../experiment/parse-spec.ts';
import { RECIPES } from '../experiment/recipes.ts';
import { UNFORESEEN, writeCheckpoint } from '../export/checkpoint-file.ts';
import { readRecording } from '../session/recording.ts';
import { decode } from '../ui/keep/page-file.ts';
import { Streams } from '../ui/state/streams.ts';
import { brokenCheckpoint } from './broken-checkpoint.ts';
import { brokenJson } from './broken-json.ts';
import { brokenFile, SENTENCE } from './fuzz.ts';
import { type Fuzzed, SLOWEST } from './fuzz-links.ts';
import { ownFiles } from './good-files.ts';
import { watchMemory } from './memory-peak.ts';
import { decodePng, textBytes } from './own-files.ts';
import { smallCheckpoint } from './small-checkpoint.ts';

/** A reader, and a good file to break for it. */
export interface Target {
  readonly kind: string;
  readonly good: Uint8Array<ArrayBuffer>;
  /** Breaks what is inside, two times of three; bytes are broken the other times, or always. */
  readonly broken?: fc.Arbitrary<Uint8Array<ArrayBuffer>>;
  /** Undoes a packing about the good file, where breaking what is packed says more. */
  readonly pack?: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  /** The sentence of a file that is refused; null where it is read and what was read is sane. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => string | null | Promise<string | null>;
}

export interface FuzzedFiles extends Fuzzed {
  /** Bytes that memory grew by at its peak while one file was read; see memory-peak.ts. */
  readonly largest: number;
}

/** Bytes that reading a file may set aside: a thousandfold of it (deflate packs no further), and a ground. */
export const bound = (file: number): number => 1100 * file + (1 << 25);

/** Everything that the project reads of a person's own data, in every kind of file. */
export const dataTargets = (): readonly Target[] =>
  ownFiles().map(({ kind, name, bytes, beside }) => ({
    kind,
    good: bytes,
    read: async (broken) => {
      const { result } = await readOwn([memoryFile(name, broken), ...beside], NO_CHOICES, {
        decode: decodePng,
        onProgress: () => undefined,
      });
      if (!result.ok) return result.error;
      const { count, shape, pixels, labels, classNames } = result.value;
      const whole =
        count <= LIMITS.examples &&
        pixels.length === count * shape.height * shape.width * shape.channels &&
        labels.length === count &&
        labels.every((label) => label < classNames.length);
      if (!whole) throw new Error(`${count} examples that do not fit together`);
      return null;
    },
  }));

/** A checkpoint of a small run, as the page opens it. */
export function checkpointTargets(): readonly Target[] {
  const good = writeCheckpoint(smallCheckpoint());
  const read = (bytes: Uint8Array<ArrayBuffer>): string | null => {
    const told = decode(bytes, '"x.safetensors"');
    if (!told.ok) return told.error;
    const { state, recalled } = told.value;
    const { step, run, tensors } = state.checkpoint;
    const taken = [...tensors.values()];
    const sum = taken.reduce((total, { data }) => total + data.byteLength, 0);
    if (sum >= bytes.length) throw new Error(`tensors of ${sum} bytes`);
    // Curves go on behind what was drawn before.
    const streams = new Streams();
    streams.reset(2, run.spec.mode);
    streams.recall(recalled);
    for (const series of [streams.loss, streams.error]) {
      series.push(step + 1, 1);
      const points = series.points();
      const last = points.at(-1);
      if (last?.to !== step + 1 || series.width > 2 * step) throw new Error('curves that are none');
    }
    return null;
  };
  return [{ kind: 'checkpoint', good, broken: brokenCheckpoint(good), read }];
}

/** Specs as `--config` reads them. */
export const configTargets = (): readonly Target[] =>
  RECIPES.map(({ name, spec }) => {
    const text = JSON.stringify(spec);
    return {
      kind: `config of ${name}`,
      good: textBytes(text),
      broken: brokenJson(text).map(textBytes),
      read: (bytes) => {
        const json = parseJson(new TextDecoder().decode(bytes));
        if (!json.ok) return `The file ${json.error}.`;
        const told = parseSpec(json.value);
        return told.ok ? null : told.error;
      },
    };
  });

/** The recorded run: broken as it lies, and under its packing. */
export function recordingTargets(file: Uint8Array<ArrayBuffer>): readonly Target[] {
  const read = (bytes: Uint8Array<ArrayBuffer>): string | null => {
    const told = readRecording(bytes);
    return told.ok ? null : told.error;
  };
  const pack = (bytes: Uint8Array<ArrayBuffer>) => deflateSync(bytes, { level: 1 });
  const good = inflateSync(file);
  return [
    { kind: 'recording', good: file, read },
    { kind: 'recording, unpacked', good, broken: brokenHead(good), pack, read },
  ];
}

/** An unpacked recording with its head broken in its structure, and its length right. */
function brokenHead(good: Uint8Array<ArrayBuffer>): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const padded = (length: number): number => 4 * Math.ceil(length / 4);
  const length = new DataView(good.buffer).getUint32(4, true);
  const numbers = good.subarray(8 + padded(length));
  return brokenJson(new TextDecoder().decode(good.subarray(8, 8 + length))).map((json) => {
    const text = textBytes(json);
    const bytes = new Uint8Array(8 + padded(text.length) + numbers.length);
    bytes.set(good.subarray(0, 4));
    new DataView(bytes.buffer).setUint32(4, text.length, true);
    bytes.set(text, 8);
    bytes.set(numbers, 8 + padded(text.length));
    return bytes;
  });
}

/** As many files as are held at a time. */
const GROUP = 20;

/**
 * Break each target's file in turn, `count` times in all, and read what comes. Bytes are broken twice over
 * half the time.
 * What throws, is no sentence, takes longer than SLOWEST or more than `bound` is a fault.
 */
export async function fuzzFiles(
  targets: readonly Target[],
  count: number,
  seed: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<FuzzedFiles> {
  let [read, refused, slowest, largest, done] = [0, 0, 0, 0, 0];
  const faults: string[] = [];
  const readOne = async (target: Target, broken: Uint8Array<ArrayBuffer>, which: string) => {
    const bytes = target.pack?.(broken) ?? broken;
    const memory = watchMemory();
    const started = process.cpuUsage();
    try {
      const error = await target.read(bytes);
      if (error === null) read += 1;
      else refused += 1;
      const isSentence = error === null || (SENTENCE.test(error) && !error.includes(UNFORESEEN));
      if (!isSentence) faults.push(`${which}: ${error.slice(0, 200)}`);
    } catch (error) {
      faults.push(`${which} threw ${String(error)}`);
    }
    // Not the clock's: another program's turn is no hang of the reader.
    const { user, system } = process.cpuUsage(started);
    const took = (user + system) / 1000;
    const grew = memory();
    if (took > SLOWEST) faults.push(`${which} took ${Math.round(took)} ms`);
    if (grew > bound(bytes.length)) faults.push(`${which} took ${grew} bytes of memory`);
    slowest = Math.max(slowest, took);
    largest = Math.max(largest, grew);
  };
  for (let group = 0; done < count; group++) {
    const target = targets[group % targets.length];
    if (target === undefined) break;
    const byBytes = fc.oneof(
      brokenFile(target.good),
      brokenFile(target.good).chain((bytes) => brokenFile(bytes)),
    );
    const arbitrary =
      target.broken === undefined
        ? byBytes
        : fc.oneof(byBytes, { weight: 2, arbitrary: target.broken });
    const numRuns = Math.min(GROUP, count - done);
    const own = seed * 4096 + group;
    for (const broken of fc.sample(arbitrary, { seed: own, numRuns })) {
      await readOne(target, broken, `${target.kind}, seed ${own}, file ${done}`);
      done += 1;
    }
    onProgress(done);
  }
  return { read, refused, slowest, largest, faults: faults.slice(0, 20) };
}
