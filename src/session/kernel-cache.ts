/**
 * Measured kernels, kept in the browser between visits: one line of text for each adapter and
 * network. Where storage is denied, full or slow, nothing is kept and nothing breaks.
 */
export interface KernelCache {
  find(key: string): Promise<string | null>;
  /** True where it will be there at the next visit. */
  keep(key: string, kernels: string): Promise<boolean>;
}

const DATABASE = 'binaryconnect-kernels';
const STORE = 'measured';
/** Entries kept at most; with one more, all are measured anew. */
const MOST = 500;
/** Milliseconds a run waits for what storage knows. */
const PATIENCE_MS = 1000;

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new DOMException('no reason given'));
    };
  });

async function withStore<T>(
  mode: IDBTransactionMode,
  use: (store: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE);
  };
  const database = await done(opening);
  try {
    return await use(database.transaction(STORE, mode).objectStore(STORE));
  } finally {
    database.close();
  }
}

/** What `asked` comes to, or `otherwise` where it fails or takes too long. */
const patiently = <T>(asked: Promise<T>, otherwise: T): Promise<T> =>
  Promise.race([
    asked.catch(() => otherwise),
    new Promise<T>((resolve) => {
      setTimeout(() => {
        resolve(otherwise);
      }, PATIENCE_MS);
    }),
  ]);

export const browserKernelCache: KernelCache = {
  find: (key) =>
    patiently(
      withStore('readonly', async (store) => {
        const found: unknown = await done(store.get(key));
        return typeof found === 'string' ? found : null;
      }),
      null,
    ),
  keep: (key, kernels) =>
    patiently(
      withStore('readwrite', async (store) => {
        if ((await done(store.count())) >= MOST) await done(store.clear());
        await done(store.put(kernels, key));
        return true;
      }),
      false,
    ),
};
