/** What the page may do is said in its policy, and nothing leaves for anywhere else. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Worker } from '@playwright/test';
import { HEADERS } from '../scripts/policy.ts';
import { csvText } from '../src/testing/own-files.ts';
import { PlaygroundPage, SMALL } from './playground.ts';

/** Few steps, so that a run is soon finished. */
const SHORT = `${SMALL}&epochs=2`;

/** The directive that keeps a worker from fetching from an address. */
const refusedIn = (worker: Worker | undefined): Promise<string> | undefined =>
  worker?.evaluate(async () => {
    const violated = new Promise<string>((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        resolve(effectiveDirective);
      });
      setTimeout(resolve, 2000, 'nothing');
    });
    await fetch('http://127.0.0.2:9/').catch(() => undefined);
    return violated;
  });

test('a strict policy holds, and no request goes elsewhere: training, own data, files, links, hostile links', async ({
  page,
  context,
  request,
  baseURL,
}) => {
  const asked: string[] = [];
  const elsewhere: string[] = [];
  const sent: string[] = [];
  context.on('request', (made) => {
    const url = new URL(made.url());
    const isLocal = ['data:', 'blob:'].includes(url.protocol);
    asked.push(url.pathname);
    if (!isLocal && url.origin !== new URL(baseURL ?? '').origin) elsewhere.push(made.url());
    if (made.method() !== 'GET' || made.postData() !== null) sent.push(made.url());
  });
  page.on('websocket', (socket) => elsewhere.push(socket.url()));
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (/security policy/i.test(message.text())) complaints.push(message.text());
  });
  const expectNothing = () => {
    expect({ elsewhere, sent, complaints }).toEqual({ elsewhere: [], sent: [], complaints: [] });
  };
  const playground = new PlaygroundPage(page);
  await playground.open(SHORT);
  const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(policy).toHaveAttribute('content', /^default-src 'none'; script-src 'self';/);
  await expect(policy).not.toHaveAttribute('content', /unsafe/);
  // What a worker fetches is seen too.
  expect(asked).toContain('/data/fashion-mnist/train-images-idx3-ubyte.gz');
  await playground.takeSteps(2);
  await expect(playground.region('Loss').locator('path.recharts-curve').first()).toBeAttached();

  // At step 0 other data is taken at once.
  await playground.button('Rewind').click();
  await expect.poll(() => playground.step(), { timeout: 60_000 }).toBe(0);
  const folder = await mkdtemp(join(tmpdir(), 'own-csv-'));
  await writeFile(join(folder, 'flowers.csv'), csvText(60, 4, 3));
  await playground.button('Your data').click();
  await page.getByLabel('Files', { exact: true }).setInputFiles(join(folder, 'flowers.csv'));
  const own = page.getByRole('dialog', { name: 'Your data' });
  await expect(own.getByRole('heading', { name: 'Look before you train' })).toBeVisible();
  await own.getByRole('button', { name: 'Use this data' }).click();
  await expect(own).toBeHidden({ timeout: 60_000 });
  const chosen = page.getByRole('combobox', { name: 'Data' }).locator('option:checked');
  await expect(chosen).toHaveText('flowers');
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished', { timeout: 60_000 });

  // Every file that can be saved is made here, and a checkpoint is read here.
  await playground.button('Export').click();
  const keep = page.getByRole('dialog', { name: 'Keep and export' });
  await expect(keep.getByRole('button', { name: /^Save / })).toHaveCount(8);
  for (const save of await keep.getByRole('button', { name: /^Save / }).all()) {
    await expect(save).toHaveAttribute('aria-disabled', 'false');
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
    if (download.suggestedFilename() === 'run.safetensors') {
      await download.saveAs(join(folder, 'run.safetensors'));
    }
  }
  await keep.locator('input[type=file]').setInputFiles(join(folder, 'run.safetensors'));
  await expect(keep).toBeHidden({ timeout: 60_000 });
  await rm(folder, { recursive: true });

  await playground.button('Share').click();
  await playground.button('More ways to share …').click();
  const ways = page.getByRole('dialog', { name: 'Ways to share' });
  await ways.getByRole('checkbox', { name: 'With the result' }).check();
  await expect(ways).toContainText(/It adds [\d\u202f,]+ characters/);
  const link = await ways.getByRole('textbox', { name: 'Link' }).inputValue();
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.getByRole('region', { name: 'Shared run' })).toBeVisible({ timeout: 60_000 });
  expectNothing();

  // A link can only describe a run: what looks like an address in it is refused, and never fetched.
  for (const [hash, sentence] of [
    ['#v=1&data=https%3A%2F%2Fevil.example%2Fx.parquet', /evil\.example.*allowed/],
    ['#v=1&data=own-28x28x1-10-%2F%2Fevil.example%2Fx', /evil\.example.*allowed/],
    [
      `#v=1&data=moons&net=16&res=%3Cimg%20src%3D%2F%2Fevil.example%3E${'A'.repeat(999)}`,
      /link's result .* The run itself is open/,
    ],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(`./${hash}`);
    await expect(page.getByText(sentence).first()).toBeVisible({ timeout: 60_000 });
  }
  expectNothing();

  // The header holds in the worker that trains, where the policy in the page does not.
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  const worker = page.workers().find((known) => known.url().includes('/assets/worker-'));
  expect(await refusedIn(worker)).toBe('connect-src');
  // What this server sends is what others are told to send.
  const headers = (await request.get('./')).headers();
  const told = await readFile('docs/hosting.md', 'utf8');
  for (const [name, value] of Object.entries(HEADERS)) {
    expect(headers[name.toLowerCase()]).toBe(value);
    expect(told).toContain(value);
  }
});
