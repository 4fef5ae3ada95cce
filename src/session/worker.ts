/** The worker a page trains in: hands a session its device, its data and its way out. */
import { loadFromServer } from '../data/fetch-source.ts';
import { loadOwn } from '../data/own/load.ts';
import type { OwnId } from '../experiment/datasets.ts';
import { requestDevice } from '../gpu/device.ts';
import { browserKernelCache } from './kernel-cache.ts';
import { EitherSession } from './either-session.ts';
import type { Command } from './protocol.ts';
import type { Surroundings } from './session.ts';
import type { VisitMessage } from './visit.ts';

/** Own data of this visit, by name. */
const visit = new Map<OwnId, Blob>();

// Older browsers have no `gpu` at all, whatever the types say.
const gpu = 'gpu' in navigator ? navigator.gpu : undefined;
const hasAdapter = async (): Promise<boolean> => {
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return (adapter ?? null) !== null;
};

const surroundings: Surroundings = {
  post: (event, transfer) => {
    self.postMessage(event, { transfer });
  },
  requestDevice: () => requestDevice(gpu),
  load: (request, base, options) =>
    loadFromServer(request, base, {
      ...options,
      loadOwn: (id, how) => loadOwn(id, visit, how),
    }),
  idleness: { after: 1500, cache: browserKernelCache },
};
const session = new EitherSession(surroundings, hasAdapter);

/** A lock of this worker's name is held until it ends, however it does: the page waits for it. */
const held = new Promise<void>((resolve) => {
  const hold = (): Promise<never> => {
    resolve();
    return new Promise(() => undefined);
  };
  // Pages that are not from a secure address have no locks.
  if (!('locks' in navigator)) resolve();
  else {
    void navigator.locks.request(self.name, hold).catch(() => {
      resolve();
    });
  }
});

self.addEventListener('message', ({ data }: MessageEvent<Command | VisitMessage>) => {
  if (data.type === 'own') visit.set(data.id, data.file);
  else {
    // What it tells of, it tells under its lock.
    void held.then(() => {
      session.handle(data);
    });
  }
});
