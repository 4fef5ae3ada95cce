/** The built files from a sub-path, without a network, and across versions. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { SMALL } from './playground.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const SUB_PATH = '/some/where/';

/**
 * Serves dist/ below SUB_PATH and nothing else, with no length, and texts packed on the way, as many hosts
 * do; `edit` plays a later version.
 */
async function serve(edit: (name: string, bytes: Buffer) => Buffer): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = normalize(path.slice(SUB_PATH.length)) || 'index.html';
    const file = name === '.' ? 'index.html' : name;
    readFile(join('dist', file))
      .then((bytes) => {
        if (!path.startsWith(SUB_PATH)) throw new Error(path);
        const body = edit(file, bytes);
        const text = TYPES[extname(file)];
        response.setHeader('content-type', text ?? 'application/octet-stream');
        if (text !== undefined) response.setHeader('content-encoding', 'gzip');
        response.write(text === undefined ? body : gzipSync(body));
        response.end();
      })
      .catch(() => {
        response.writeHead(404).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const MARK = '<meta name="another" content="version">';
const marked = (page: string): string => page.replace('<head>', `<head>${MARK}`);
const markedSum = (): string =>
  createHash('sha256')
    .update(marked(readFileSync('dist/index.html', 'utf8')))
    .digest('hex');

test.use({ serviceWorkers: 'allow' });

test('works from a sub-path, without a network after the first visit, and takes new versions whole', async ({
  page,
  context,
}) => {
  let stage: 'old' | 'half' | 'newer' = 'old';
  const server = await serve((name, bytes) => {
    if (stage === 'old' || !['index.html', 'service-worker.js'].includes(name)) return bytes;
    const text = bytes.toString();
    if (name === 'index.html') return Buffer.from(marked(text));
    // While a deployment is half done, the list of sums is not that of the start page.
    if (stage === 'half') return Buffer.from(text.replace(/VERSION = "\w+"/, 'VERSION = "half"'));
    return Buffer.from(
      text
        .replace(/\["index.html","\w+"\]/, `["index.html","${markedSum()}"]`)
        .replace(/VERSION = "\w+"/, 'VERSION = "another"'),
    );
  });
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}${SUB_PATH}`;
  const status = page.getByRole('status');
  const ready = () => expect(status).toContainText('Paused', { timeout: 100_000 });
  await page.goto(`${base}${SMALL}`);
  await ready();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });

  await context.setOffline(true);
  await page.reload();
  await ready();
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(status).toContainText('step 1');
  await context.setOffline(false);
  // The rest needs no data from the server.
  await page.goto('about:blank');
  await page.goto(`${base}#v=1&data=moons`);
  await ready();

  // A newer version whose files do not belong together yet is not taken: the old one goes on whole.
  stage = 'half';
  const update = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      const before = registration?.installing ?? null;
      await registration?.update().catch(() => undefined);
      const coming = registration?.installing ?? registration?.waiting ?? before;
      for (let k = 0; k < 100 && coming?.state === 'installing'; k++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return coming?.state ?? 'none';
    });
  expect(['redundant', 'none']).toContain(await update());
  await page.reload();
  await ready();
  const isNewer = page.locator('meta[name=another]');
  await expect(isNewer).toHaveCount(0);
  await expect(page.getByText('A new version of this page is there')).toHaveCount(0);

  // Once it is whole, it waits until it is asked for.
  stage = 'newer';
  await page.reload();
  await page.getByRole('button', { name: 'Reload' }).click({ timeout: 30_000 });
  await ready();
  await expect(isNewer).toHaveCount(1);
  server.close();
});
