/**
 * Where a person's data is kept in their browser: the origin's private file system, else IndexedDB.
 * What neither takes can still be used while the page is open.
 */
import { isOwnId, type OwnId } from '../../experiment/datasets.ts';
import { entryOf, isUnfinished, type Kept, type KeptEntry, markOf } from './kept-file.ts';

export interface Store {
  list(): Promise<KeptEntry[]>;
  /** The kept file; null: it is not here. */
  get(id: OwnId): Promise<Blob | null>;
  /** Throws where there is no room. Only in a worker. */
  put(kept: Kept, onProgress: (share: number) => void): Promise<void>;
  remove(id: OwnId): Promise<void>;
}

const FOLDER = 'own-data';
const EXTENSION = '.bcd';
/** Bytes written at a time, so that progress can be told. */
const PIECE = 1 << 22;

/** Parts of the file system's interface that only a worker has. */
interface SyncHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
interface WritableFile extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncHandle>;
}

/** The origin private file system; null where the browser has none or denies it. */
async function openFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch {
    return null;
  }
}

const fileStore = (folder: FileSystemDirectoryHandle): Store => {
  const handleOf = async (id: OwnId, create: boolean): Promise<WritableFile | null> => {
    try {
      return (await folder.getFileHandle(id + EXTENSION, { create })) as WritableFile;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') return null;
      throw error;
    }
  };
  const remove = async (id: OwnId): Promise<void> => {
    await folder.removeEntry(id + EXTENSION).catch(() => undefined);
  };
  return {
    async list() {
      const entries: KeptEntry[] = [];
      for await (const { kind, name } of folder.values()) {
        const id = name.slice(0, -EXTENSION.length);
        if (kind !== 'file' || !name.endsWith(EXTENSION) || !isOwnId(id)) continue;
        try {
          const file = await (await folder.getFileHandle(name)).getFile();
          const entry = await entryOf(id, file);
          if (entry !== null) entries.push(entry);
          // Another page that is writing it now holds a lock. What a newer version wrote is none of ours.
          else if (await isUnfinished(file)) await remove(id);
        } catch {
          // Gone meanwhile, or being written by another page.
        }
      }
      return entries;
    },
    async get(id) {
      return (await (await handleOf(id, false))?.getFile()) ?? null;
    },
    async put({ id, pieces }, onProgress) {
      const handle = await (await handleOf(id, true))?.createSyncAccessHandle();
      if (handle === undefined) throw new Error('no file handle');
      try {
        const mark = markOf();
        const total = pieces.reduce((sum, { length }) => sum + length, mark.length);
        handle.truncate(0);
        // Asks for all the room at once: where there is too little, it shows before any work.
        handle.truncate(total);
        let at = mark.length;
        for (const piece of pieces) {
          for (let start = 0; start < piece.length; start += PIECE) {
            const part = piece.subarray(start, start + PIECE);
            if (handle.write(part, { at }) !== part.length) throw new Error('no room');
            at += part.length;
            onProgress(at / total);
          }
        }
        handle.flush();
        handle.write(mark, { at: 0 });
        handle.flush();
        handle.close();
      } catch (error) {
        handle.close();
        await remove(id);
        throw error;
      }
    },
    remove,
  };
};

const DATABASE = 'binaryconnect';
const TABLE = 'own-data';

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('the database failed'));
    };
  });

async function openDatabase(): Promise<IDBDatabase | null> {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(TABLE);
    };
    return await settled(request);
  } catch {
    return null;
  }
}

const databaseStore = (database: IDBDatabase): Store => {
  const table = (mode: IDBTransactionMode) => database.transaction(TABLE, mode).objectStore(TABLE);
  const get = async (id: OwnId): Promise<Blob | null> => {
    const found: unknown = await settled<unknown>(table('readonly').get(id));
    return found instanceof Blob ? found : null;
  };
  return {
    async list() {
      const keys = await settled(table('readonly').getAllKeys());
      const entries: KeptEntry[] = [];
      for (const key of keys) {
        if (typeof key !== 'string' || !isOwnId(key)) continue;
        const file = await get(key);
        const entry = file && (await entryOf(key, file));
        if (entry) entries.push(entry);
      }
      return entries;
    },
    get,
    async put({ id, pieces }, onProgress) {
      await settled(table('readwrite').put(new Blob([markOf(), ...pieces]), id));
      onProgress(1);
    },
    async remove(id) {
      await settled(table('readwrite').delete(id));
    },
  };
};

/** The first of both that this browser gives; null: it gives neither, as some do in private windows. */
export async function openStore(): Promise<Store | null> {
  const folder = await openFolder();
  if (folder !== null) return fileStore(folder);
  const database = await openDatabase();
  return database === null ? null : databaseStore(database);
}
