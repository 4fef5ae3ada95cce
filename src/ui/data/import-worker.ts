/** The worker that reads a person's files; Cancel ends it, whatever it is doing. */
import { openStore } from '../../data/own/store.ts';
import { decodePicture } from './decode.ts';
import type { ImportRequest } from './import-protocol.ts';
import { Importer } from './importer.ts';

const importer = new Importer({
  post: (event) => {
    self.postMessage(event);
  },
  decode: decodePicture,
  openStore,
});

self.addEventListener('message', ({ data }: MessageEvent<ImportRequest>) => {
  importer.handle(data);
});
