/** A person's data by its name, from where this browser keeps it. */
import type { OwnId } from '../../experiment/datasets.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { fail } from '../../experiment/result.ts';
import type { Load, LoadOptions } from '../load.ts';
import type { RawDataset } from '../raw.ts';
import { fromKept } from './kept-file.ts';
import { openStore } from './store.ts';

/** What was brought in this visit and could not be kept, by name. */
export type Visit = ReadonlyMap<OwnId, Blob>;

/** Begins every sentence about own data that is not here: the page knows it by this. */
const notHere = (id: OwnId): string => {
  const { height, width, channels, classes } = shapeOf(id);
  const kind = channels === 1 ? 'grey' : `${channels} channels`;
  return `This run trains on somebody's own data (${height} x ${width}, ${kind}, ${classes} classes), which is not in this browser; own data never leaves the browser it was read in, so it must be read from its files here: the same files, read and split in the same way, are the same data.`;
};

/** The data `id`: from this visit, or from the browser's store. */
export async function loadOwn(
  id: OwnId,
  visit: Visit,
  { signal, onProgress }: LoadOptions = {},
): Promise<Load<RawDataset>> {
  const file = visit.get(id) ?? (await stored(id));
  if (signal?.aborted) return 'cancelled';
  if (file === null) return fail(notHere(id));
  return fromKept(id, file, {
    ...(signal && { signal }),
    onProgress: (loaded, total) => {
      onProgress?.({ file: 'own data', loaded, total, cached: true });
    },
  });
}

async function stored(id: OwnId): Promise<Blob | null> {
  try {
    return (await (await openStore())?.get(id)) ?? null;
  } catch {
    return null;
  }
}
