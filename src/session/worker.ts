/** The worker a page trains in: hands a session its device, its data and its way out. */
import { loadFromServer } from '../data/fetch-source.ts';
import { requestDevice } from '../gpu/device.ts';
import { browserKernelCache } from './kernel-cache.ts';
import type { Command } from './protocol.ts';
import { Session } from './session.ts';

const session = new Session({
  post: (event, transfer) => {
    self.postMessage(event, { transfer });
  },
  // Older browsers have no `gpu` at all, whatever the types say.
  requestDevice: () => requestDevice('gpu' in navigator ? navigator.gpu : undefined),
  load: (request, base, options) => loadFromServer(request, base, options),
  idleness: { after: 1500, cache: browserKernelCache },
});

self.addEventListener('message', ({ data }: MessageEvent<Command>) => {
  session.handle(data);
});
