/** CIFAR's binary files, one or several, with their names of classes where those are among them. */
import { shapeOf } from '../../experiment/datasets.ts';
import { fail, ok, type Result } from '../../experiment/result.ts';
import { cifarRecord, parseCifarBin } from '../cifar.ts';
import type { ByteExamples } from '../raw.ts';
import { partOf } from './arrays.ts';
import { concat } from './concat.ts';
import { LabelCollector } from './labels.ts';
import { overLimit, type OwnData, type Parts } from './own-data.ts';
import { baseName, said } from './source.ts';

const CIFAR = shapeOf('cifar-10');
const FINE_CLASSES = 100;

/** CIFAR-100's records have a coarse label before the fine one; without it they are like CIFAR-10's. */
function withoutCoarse(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const record = cifarRecord(CIFAR);
  const count = Math.floor(bytes.length / (record + 1));
  const out = new Uint8Array(count * record);
  for (let n = 0; n < count; n++) {
    out.set(bytes.subarray(n * (record + 1) + 1, (n + 1) * (record + 1)), n * record);
  }
  return out;
}

function parse(bytes: Uint8Array<ArrayBuffer>, path: string): Result<ByteExamples> {
  return bytes.length % cifarRecord(CIFAR) === 0
    ? parseCifarBin(bytes, said(path))
    : parseCifarBin(withoutCoarse(bytes), said(path), null, { ...CIFAR, classes: FINE_CLASSES });
}

export interface CifarFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** `names`: the lines of `batches.meta.txt`, the classes in their order; null: it is not there. */
export function readCifar(
  files: readonly CifarFile[],
  names: readonly string[] | null,
  about: Pick<OwnData, 'name' | 'source' | 'notes'>,
): Result<OwnData> {
  const parts = { train: 0, validation: 0, test: 0 };
  const rank: Readonly<Record<keyof Parts, number>> = { train: 0, validation: 1, test: 2 };
  const parsed: { part: keyof Parts; examples: ByteExamples }[] = [];
  for (const { path, bytes } of files) {
    const examples = parse(bytes, path);
    if (!examples.ok) return examples;
    const part = partOf(baseName(path));
    parts[part] += examples.value.count;
    parsed.push({ part, examples: examples.value });
  }
  parsed.sort((a, b) => rank[a.part] - rank[b.part]);
  const count = parts.train + parts.validation + parts.test;
  const { height, width, channels } = CIFAR;
  const wrong = overLimit(about.source, { height, width, channels }, count);
  if (wrong !== null) return fail(wrong);
  const collector = new LabelCollector(about.source, count);
  for (const { examples } of parsed) {
    for (const label of examples.labels) {
      const error = collector.add(names?.[label] ?? String(label));
      if (error !== null) return fail(error);
    }
  }
  const classes = collector.finish(names);
  if (!classes.ok) return classes;
  return ok({
    ...about,
    shape: { height, width, channels },
    ...classes.value,
    count,
    pixels: concat(parsed.map(({ examples }) => examples.images)),
    parts: Object.values(parts).filter((n) => n > 0).length > 1 ? parts : null,
  });
}
