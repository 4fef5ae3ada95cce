/** The wire to the worker that trains. */
import type { Command, SessionEvent } from '../../session/protocol.ts';
import type { VisitMessage } from '../../session/visit.ts';
import { watchVisit } from '../data/visit.ts';
import { Newest } from './newest.ts';
import { uniqueId } from './unique-id.ts';

export interface Client {
  send(command: Command): void;
  /** End the worker, whatever it is doing. */
  close(): void;
}

export type Connect = (
  onEvent: (event: SessionEvent) => void,
  onCrash: (message: string) => void,
) => Client;

/** What a playground needs of the browser around it. */
export interface Surroundings {
  readonly connect: Connect;
  readonly hasWebGpu: () => boolean;
  /** Address of the page's data folder, with a slash at the end. */
  readonly base: () => string;
}

/**
 * A worker that is ended from outside says nothing, but lets go of the lock of its name. Asked for once the
 * worker has told something: it holds its lock by then.
 */
function watchEnd(name: string, signal: AbortSignal, onEnd: (message: string) => void): void {
  // Pages that are not from a secure address have no locks, and nothing tells them.
  if (!('locks' in navigator)) return;
  navigator.locks
    .request(name, { signal }, () => {
      onEnd('The worker ended without a word.');
    })
    .catch(() => undefined);
}

const connectWorker: Connect = (onEvent, onCrash) => {
  const name = `worker-${uniqueId()}`;
  const worker = new Worker(new URL('../../session/worker.ts', import.meta.url), {
    type: 'module',
    name,
  });
  const watch = new AbortController();
  const newest = new Newest();
  let isWatched = false;
  worker.onmessage = ({ data }: MessageEvent<SessionEvent>) => {
    if (!isWatched) {
      isWatched = true;
      watchEnd(name, watch.signal, onCrash);
    }
    if (newest.hears(data)) onEvent(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // Where the script itself could not be loaded there is no message, whatever the types say.
    onCrash(event.message || 'The worker could not be started; reload the page.');
  };
  worker.onmessageerror = () => {
    onCrash('A message between the page and its worker could not be read.');
  };
  const forget = watchVisit((id, file) => {
    worker.postMessage({ type: 'own', id, file } satisfies VisitMessage);
  });
  return {
    send: (command) => {
      newest.sent(command);
      worker.postMessage(command);
    },
    close: () => {
      forget();
      watch.abort();
      worker.terminate();
    },
  };
};

export const browser: Surroundings = {
  connect: connectWorker,
  // Older browsers have no `gpu` at all, whatever the types say.
  hasWebGpu: () => 'gpu' in navigator,
  base: () => new URL('data/', document.baseURI).href,
};
