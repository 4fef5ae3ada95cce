/** Where kept runs lie between visits: IndexedDB. Where storage is denied or full they live as long as the page. */
import { createStore, entries } from 'idb-keyval';
import { write } from '../state/write.ts';

export interface Keeping {
  /** What is there, in no order; null where storage is denied. */
  all(): Promise<readonly unknown[] | null>;
  /** False where it could not be kept. */
  put(id: string, value: unknown): Promise<boolean>;
  drop(id: string): Promise<boolean>;
}

const store = () => createStore('binaryconnect-runs', 'runs');

const done = (asked: () => Promise<unknown>): Promise<boolean> =>
  Promise.resolve()
    .then(asked)
    .then(
      () => true,
      () => false,
    );

/** Opened at the first use: where storage is denied that throws, and nothing else breaks. */
export function browserKeeping(): Keeping {
  let opened: ReturnType<typeof store> | undefined;
  const own = () => (opened ??= store());
  return {
    all: async () => {
      try {
        return (await entries(own())).map(([, value]): unknown => value);
      } catch {
        return null;
      }
    },
    put: (id, value) => done(() => write(own(), (runs) => runs.put(value, id))),
    drop: (id) => done(() => write(own(), (runs) => runs.delete(id))),
  };
}
