import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { brokenShader, lowLimit, preface } from './faults.ts';
import { PlaygroundPage, SMALL, TOY } from './playground.ts';

test('no WebGPU in the browser is explained, and the experiment can be shared', async ({
  page,
}) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, 'gpu');
  });
  await page.goto(`./${SMALL}`);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('This browser has no WebGPU');
  await expect(alert.getByRole('button', { name: 'Check again' })).toBeVisible();
  const playground = new PlaygroundPage(page);
  await expect(playground.button('Train')).toHaveAttribute('aria-disabled', 'true');
  await playground.expectAccessibleInBoth();
  await playground.expectExplained();
  await playground.button('Share').click();
  expect(page.url()).toContain('net=32');
});

test('missing and wrong data are said, and loading can be tried again', async ({ page }) => {
  const labels = await readFile('public/data/fashion-mnist/t10k-labels-idx1-ubyte.gz');
  // What the server answers, and what is said of it.
  const answers = [
    [{ status: 404 }, /t10k-labels\S+ is not on this server/],
    [
      { body: '' },
      /t10k-labels\S+ is empty; allowed is the file of Fashion-MNIST, \d+ bytes long\./,
    ],
    // A page in place of a file is how some servers say that they have none.
    [
      { body: '<!doctype html><p>No such file</p>', contentType: 'text/html' },
      /t10k-labels\S+ is not on this server; it belongs to the page/,
    ],
    [
      { body: labels.subarray(0, labels.length / 2) },
      /t10k-labels\S+ is damaged or cut off: its gzip data \(\d+ bytes\) does not unpack; a fresh copy of the file is needed\./,
    ],
  ] as const;
  let answer: (typeof answers)[number][0] = answers[0][0];
  await page.route('**/data/fashion-mnist/**', (route) => route.fulfill(answer));
  await page.goto(`./${SMALL}`);
  const alert = page.getByRole('alert');
  for (const [next, sentence] of answers) {
    if (next !== answer) {
      answer = next;
      await alert.getByRole('button', { name: 'Load again' }).click();
    }
    await expect(alert.getByRole('heading')).toHaveText('The data could not be loaded');
    await expect(alert).toContainText(sentence);
    await expect(alert).toContainText('The experiment is kept, with its seed and its changes.');
  }
  await new PlaygroundPage(page).expectAccessibleInBoth();
  await page.unroute('**/data/fashion-mnist/**');
  await alert.getByRole('button', { name: 'Load again' }).click();
  await expect(page.getByRole('status')).toContainText('Paused', { timeout: 60_000 });
});

test('a connection that breaks is said', async ({ page }) => {
  await page.route('**/data/fashion-mnist/**', (route) => route.abort());
  await page.goto(`./${SMALL}`);
  await expect(page.getByRole('alert')).toContainText('could not be fetched');
});

test('loading can be given up and taken up again', async ({ page }) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/train-images*', async (route) => {
    await held;
    await route.continue().catch(() => undefined);
  });
  await page.goto(`./${SMALL}`);
  await expect(page.getByRole('progressbar')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert')).toContainText('Loading was cancelled');
  release();
  await page.unroute('**/train-images*');
  await page.getByRole('button', { name: 'Load the data' }).click();
  await expect(page.getByRole('status')).toContainText('Paused', { timeout: 60_000 });
});

test('a loss that leaves the numbers stops the run, and a rewind helps', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${TOY}&mode=none&bn=none&opt=sgd&lr=1000&lrend=1000`);
  await playground.button('Train').click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(
    /The loss is not a finite number since step \d+.*; a smaller learning rate usually helps, and a rewind begins again\./,
  );
  await playground.expectAccessibleInBoth();
  await alert.getByRole('button', { name: 'Rewind to step 0' }).click();
  await expect(playground.status).toContainText('Paused');
  await expect.poll(() => playground.step()).toBe(0);
});

test('a program that does not compile, then a net too large for the adapter: each is said, and nothing is lost', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await preface(page, [brokenShader('update'), lowLimit('maxStorageBufferBindingSize', 2 ** 20)]);
  await page.goto(`./${TOY}`);
  const alert = page.getByRole('alert');
  await expect(alert.getByRole('heading')).toHaveText('A GPU program did not compile');
  await expect(alert).toContainText(
    /The shader update does not compile on this driver\. [\w-]+\.wgsl:\d+: /,
  );
  await expect(alert).toContainText('The experiment is kept, with its seed and its changes.');
  await playground.expectAccessibleInBoth();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await expect(playground.status).toContainText('epoch 1/3');

  await page.evaluate(() => {
    location.hash = '#v=1&data=moons&net=1024-1024&batch=50';
  });
  await expect(alert.getByRole('heading')).toHaveText('This network is too large for the adapter');
  await expect(alert).toContainText(
    /This adapter takes buffers of up to 1\.0 MiB \(its limit maxStorageBufferBindingSize\); dense2\.\S+ needs \d+\.\d MiB\. Narrower layers or a smaller batch fit\./,
  );
  await expect(alert.getByRole('button', { name: 'Open the small network' })).toBeVisible();
  await playground.expectAccessibleInBoth();

  // Links that are no experiment to this version, in the same place.
  for (const [hash, sentence] of [
    [
      '#v=2&net=32',
      'The link was made by a newer version of the playground (its version is 2, this one reads 1)',
    ],
    [
      '#v=1&net=8192-8192',
      "The link's net has 73\u202f613\u202f312 weights; allowed are at most 33\u202f554\u202f432.",
    ],
  ] as const) {
    await page.evaluate((link) => {
      location.hash = link;
    }, hash);
    await expect(alert).toContainText(sentence);
    await expect(alert.locator('code')).toHaveText(hash);
  }
  await playground.expectAccessibleInBoth();
  await alert.getByRole('button', { name: 'Start with the default experiment' }).focus();
  await playground.expectExplained();
});

test('the theme goes round, is remembered, and needs no storage', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.button('Theme: system').click();
  await playground.button('Theme: light').click();
  await expect(playground.button('Theme: dark')).toBeVisible();
  await page.reload();
  await expect(playground.button('Theme: dark')).toBeVisible();

  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  await page.reload();
  await expect(playground.button('Theme: system')).toBeVisible();
});
