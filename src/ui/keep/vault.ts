/**
 * Where checkpoints lie between visits: IndexedDB, each with a few words about it that are read alone.
 * What is put replaces what was there in one transaction: a page that is closed meanwhile leaves the old.
 */
import { createStore, get, getMany, keys } from 'idb-keyval';
import * as v from 'valibot';
import { write } from '../state/write.ts';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const About = v.object({
  /** What the run is called. */
  name: v.pipe(v.string(), v.maxLength(80)),
  /** Training steps done, and those of the whole run. */
  step: whole,
  steps: whole,
  /** Milliseconds since 1970. */
  made: v.pipe(v.number(), v.finite()),
  bytes: whole,
});
export type About = Readonly<v.InferOutput<typeof About>>;

/** What checkpoints of runs under way are called, a tab each; others are called as the kept run they belong to. */
export const LIVE = 'live:';
/** Pages of before had one for all tabs. */
const LATEST = 'latest';
export const isLive = (id: string): boolean => id === LATEST || id.startsWith(LIVE);

export interface Vault {
  /** By id; null where storage is denied. */
  all(): Promise<ReadonlyMap<string, About> | null>;
  /** A checkpoint file's bytes; null where there is none, or storage is denied. */
  take(id: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** False where it could not be kept: what was there is there still. */
  put(id: string, about: About, file: Uint8Array<ArrayBuffer>): Promise<boolean>;
  drop(ids: readonly string[]): Promise<boolean>;
}

const ABOUT = 'about:';
const FILE = 'file:';
const store = () => createStore('binaryconnect-checkpoints', 'checkpoints');

export function browserVault(): Vault {
  let opened: ReturnType<typeof store> | undefined;
  const own = () => (opened ??= store());
  const done = async (asked: () => Promise<unknown>): Promise<boolean> => {
    try {
      await asked();
      return true;
    } catch {
      return false;
    }
  };
  return {
    all: async () => {
      try {
        const ids = (await keys(own())).flatMap((key) =>
          typeof key === 'string' && key.startsWith(ABOUT) ? [key.slice(ABOUT.length)] : [],
        );
        const texts = await getMany<unknown>(
          ids.map((id) => ABOUT + id),
          own(),
        );
        const found = ids.flatMap((id, k) => {
          const about = v.safeParse(About, texts[k]);
          return about.success ? [[id, about.output] as const] : [];
        });
        return new Map(found);
      } catch {
        return null;
      }
    },
    take: async (id) => {
      try {
        const file: unknown = await get(FILE + id, own());
        return file instanceof Uint8Array && file.buffer instanceof ArrayBuffer
          ? (file as Uint8Array<ArrayBuffer>)
          : null;
      } catch {
        return null;
      }
    },
    put: (id, about, file) =>
      done(() =>
        write(own(), (kept) => {
          kept.put(about, ABOUT + id);
          kept.put(file, FILE + id);
        }),
      ),
    drop: (ids) =>
      done(() =>
        write(own(), (kept) => {
          for (const id of ids) {
            kept.delete(ABOUT + id);
            kept.delete(FILE + id);
          }
        }),
      ),
  };
}
