import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

test('data is fetched once and kept for the next visit', async ({ page, context }) => {
  const fetched: string[] = [];
  context.on('request', (request) => {
    if (request.url().endsWith('.gz')) fetched.push(request.url());
  });
  const playground = new PlaygroundPage(page);
  await playground.open();
  expect(fetched.length).toBe(4);
  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  expect(fetched.length).toBe(4);

  // A damaged copy is not believed: it is fetched again.
  const damaged = await page.evaluate(async () => {
    const [name] = await caches.keys();
    if (name === undefined) return null;
    const cache = await caches.open(name);
    const keys = await cache.keys();
    const first = keys.find(({ url }) => url.includes('t10k-labels'));
    if (first === undefined) return null;
    await cache.put(first, new Response('not what it was'));
    return first.url;
  });
  expect(damaged).not.toBeNull();
  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  expect(fetched.length).toBe(5);
  expect(fetched[4]).toContain('t10k-labels');
});
