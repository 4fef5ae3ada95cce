/** The worker a page trains in: hands a session its device, its data and its way out. */
import { loadFromServer } from '../data/fetch-source.ts';
import { loadOwn } from '../data/own/load.ts';
import type { OwnId } from '../experiment/datasets.ts';
import { requestDevice } from '../gpu/device.ts';
import { browserKernelCache } from './kernel-cache.ts';
import type { Command } from './protocol.ts';
import { Session } from './session.ts';
import type { VisitMessage } from './visit.ts';

/** Own data of this visit, by name. */
const visit = new Map<OwnId, Blob>();

const session = new Session({
  post: (event, transfer) => {
    self.postMessage(event, { transfer });
  },
  // Older browsers have no `gpu` at all, whatever the types say.
  requestDevice: () => requestDevice('gpu' in navigator ? navigator.gpu : undefined),
  load: (request, base, options) =>
    loadFromServer(request, base, {
      ...options,
      loadOwn: (id, how) => loadOwn(id, visit, how),
    }),
  idleness: { after: 1500, cache: browserKernelCache },
});

self.addEventListener('message', ({ data }: MessageEvent<Command | VisitMessage>) => {
  if (data.type === 'own') visit.set(data.id, data.file);
  else session.handle(data);
});
