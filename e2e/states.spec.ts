import { expect, test } from '@playwright/test';
import { PlaygroundPage, SMALL } from './playground.ts';

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
  await playground.expectAccessible();
  await playground.button('Share').click();
  expect(page.url()).toContain('net=32');
});

test('missing data is said, and loading can be tried again', async ({ page }) => {
  await page.route('**/data/fashion-mnist/**', (route) => route.fulfill({ status: 404 }));
  await page.goto(`./${SMALL}`);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The data could not be loaded');
  await expect(alert).toContainText('is not on this server');
  await new PlaygroundPage(page).expectAccessible();
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
  await playground.open(`${SMALL}&mode=none&bn=none&opt=sgd&lr=1000&lrend=1000`);
  await playground.button('Train').click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('not a finite number');
  await alert.getByRole('button', { name: 'Rewind to step 0' }).click();
  await expect(playground.status).toContainText('Paused');
  await expect.poll(() => playground.step()).toBe(0);
});

test('the theme goes round, is remembered, and needs no storage', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
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
