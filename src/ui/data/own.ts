/** The page's one desk for own data, and the hook by which components read it. */
import { useStore } from 'zustand';
import { fetchRemote } from '../../data/own/remote.ts';
import { openStore } from '../../data/own/store.ts';
import { playground } from '../page.ts';
import { recall, remember } from '../state/storage.ts';
import { Desk, type DeskSurroundings } from './desk.ts';
import type { DeskState } from './desk-state.ts';
import type { ImportEvent } from './import-protocol.ts';

const connect: DeskSurroundings['connect'] = (onEvent, onCrash) => {
  const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<ImportEvent>) => {
    onEvent(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // Where the script itself could not be loaded there is no message, whatever the types say.
    onCrash(event.message || 'The worker that reads could not be started; reload the page.');
  };
  return {
    send: (request) => {
      worker.postMessage(request);
    },
    close: () => {
      worker.terminate();
    },
  };
};

const PERSIST = 'asked-to-persist';

async function persist(): Promise<void> {
  if (recall(PERSIST) !== null) return;
  remember(PERSIST, 'yes');
  try {
    await navigator.storage.persist();
  } catch {
    // Not offered here: the browser keeps things as long as it likes.
  }
}

export const desk = new Desk(playground, {
  connect,
  openStore,
  fetch: fetchRemote,
  base: () => new URL('data/', document.baseURI).href,
  pause: () => new Promise((resolve) => setTimeout(resolve)),
  persist: () => {
    void persist();
  },
});

export const useDesk = <T>(select: (state: DeskState) => T): T => useStore(desk.store, select);
