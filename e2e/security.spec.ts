/** What the page may do is said in its policy, and nothing leaves for anywhere else. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { csvText } from '../src/testing/own-files.ts';
import { PlaygroundPage } from './playground.ts';

test('a strict policy holds, and no request goes elsewhere, through loading, training and own data', async ({
  page,
  context,
  baseURL,
}) => {
  const elsewhere: string[] = [];
  const sent: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    const isLocal = ['data:', 'blob:'].includes(url.protocol);
    if (!isLocal && url.origin !== new URL(baseURL ?? '').origin) elsewhere.push(request.url());
    if (request.method() !== 'GET' || request.postData() !== null) sent.push(request.url());
  });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/security policy/i.test(message.text())) complaints.push(message.text());
  });
  const playground = new PlaygroundPage(page);
  await playground.open();
  const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(policy).toHaveAttribute('content', /^default-src 'none'; script-src 'self';/);
  await expect(policy).not.toHaveAttribute('content', /unsafe/);
  await playground.takeSteps(2);
  await expect(playground.region('Loss').locator('path.recharts-curve').first()).toBeAttached();

  const folder = await mkdtemp(join(tmpdir(), 'own-csv-'));
  await writeFile(join(folder, 'flowers.csv'), csvText(60, 4, 3));
  await playground.button('Your data').click();
  await page.getByLabel('Files', { exact: true }).setInputFiles(join(folder, 'flowers.csv'));
  const dialog = page.getByRole('dialog', { name: 'Your data' });
  await expect(dialog.getByRole('heading', { name: 'Look before you train' })).toBeVisible();
  await rm(folder, { recursive: true });
  expect(elsewhere).toEqual([]);
  expect(sent).toEqual([]);
  expect(complaints).toEqual([]);
});
