/** Writes the service worker of a build: its text, with the version and the sum of every file above it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Files of public/ that belong to the page itself. Which data sets there are is one of them: a page reads
 * the list of its own version. Data is kept by whoever loads it.
 */
const PUBLIC = ['favicon.svg', 'recorded.bin', 'data/index.json'];

/** Neither is loaded by the page; many servers refuse files whose name begins with a dot. */
const isForTools = (name: string): boolean => name.endsWith('.map') || name.startsWith('.');

const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function offline(text: string): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    // Behind the writing: a sum is that of the bytes that are served.
    writeBundle(_, bundle) {
      const built = Object.keys(bundle).filter((name) => !isForTools(name));
      const names = [...built, ...PUBLIC].filter((name) => existsSync(join(folder, name)));
      const files = names.sort().map((name) => [name, sum(readFileSync(join(folder, name)))]);
      const version = sum(Buffer.from(JSON.stringify([files, text]))).slice(0, 16);
      const head = `const VERSION = ${JSON.stringify(version)};\nconst FILES = ${JSON.stringify(files)};\n`;
      writeFileSync(join(folder, 'service-worker.js'), head + text);
    },
  };
}
