/** Data brought in this visit that could not be kept: handed to every worker that trains. */
import type { OwnId } from '../../experiment/datasets.ts';

type Listener = (id: OwnId, file: Blob) => void;

const files = new Map<OwnId, Blob>();
const listeners = new Set<Listener>();

export function bringForVisit(id: OwnId, file: Blob): void {
  files.set(id, file);
  for (const listener of listeners) listener(id, file);
}

export function forgetForVisit(id: OwnId): void {
  files.delete(id);
}

/** Tell of all there is now and all that comes; gives what ends it. */
export function watchVisit(listener: Listener): () => void {
  for (const [id, file] of files) listener(id, file);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
