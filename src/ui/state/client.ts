/** The wire to the worker that trains. */
import type { Command, SessionEvent } from '../../session/protocol.ts';
import type { VisitMessage } from '../../session/visit.ts';
import { watchVisit } from '../data/visit.ts';

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

const connectWorker: Connect = (onEvent, onCrash) => {
  const worker = new Worker(new URL('../../session/worker.ts', import.meta.url), {
    type: 'module',
  });
  worker.onmessage = ({ data }: MessageEvent<SessionEvent>) => {
    onEvent(data);
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
      worker.postMessage(command);
    },
    close: () => {
      forget();
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
