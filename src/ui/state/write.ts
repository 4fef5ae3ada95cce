/** Changes to what the browser keeps, each whole or not at all. */
import { promisifyRequest, type UseStore } from 'idb-keyval';

/**
 * Change a store in one transaction, committed in the same turn and not when its requests are answered:
 * a page that is closed in the moment after has kept it. Rejects where storage is denied or full.
 */
export const write = (own: UseStore, change: (store: IDBObjectStore) => void): Promise<void> =>
  own('readwrite', (store) => {
    change(store);
    store.transaction.commit();
    return promisifyRequest(store.transaction);
  });
