import { expect, test } from '@playwright/test';
import {
  checkpoint,
  finish,
  harm,
  killWorker,
  noWayBack,
  preface,
  runThrough,
  tensorsOf,
} from './faults.ts';
import { PlaygroundPage, TOY } from './playground.ts';

/** The tensors of the run when nothing happens to it. */
let undisturbed: Buffer;

test.beforeAll(async ({ browser }) => {
  const page = await browser.newPage();
  undisturbed = await runThrough(page);
  await page.close();
});

test('a device that is destroyed, twice in a row, changes no weight', async ({ page }) => {
  await harm(page, [
    { at: 'submit', count: 40 },
    { at: 'submit', count: 5 },
  ]);
  expect((await runThrough(page)).equals(undisturbed)).toBe(true);
  await expect(page.getByText(/device was lost/).first()).toBeAttached();
});

test('a device that does not come back: said, and asked for again when the page is looked at', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await preface(page, [noWayBack({ at: 'submit', count: 40 }), '']);
  await playground.open(TOY);
  await playground.button('Train').click();
  const alert = page.getByRole('alert');
  await expect(alert.getByRole('heading')).toHaveText('The graphics device was lost');
  await expect(alert.getByRole('button', { name: 'Start again on a new device' })).toBeVisible();
  await playground.expectAccessibleInBoth();
  // As when the tab is opened again.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(alert).toBeHidden({ timeout: 60_000 });
  await expect(playground.status).toContainText('Paused');
  expect((await finish(playground)).equals(undisturbed)).toBe(true);
});

test('a worker that ends without a word is replaced, and the run goes on to the same end', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  await killWorker(page);
  await expect(page.getByText(/What trains stopped .* and was started again/).first()).toBeVisible({
    timeout: 60_000,
  });
  await expect.poll(() => playground.step(), { timeout: 60_000 }).toBe(2);
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  expect((await finish(playground)).equals(undisturbed)).toBe(true);
});

test('storage that is full costs a sentence, not the training', async ({ page, baseURL }) => {
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(baseURL ?? '');
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100 });
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  await page.keyboard.press('e');
  await expect(page.getByText(/no room for a checkpoint/).first()).toBeVisible();
  await page.keyboard.press('Escape');
  expect((await finish(playground)).equals(undisturbed)).toBe(true);
});

test('storage that is denied costs a sentence, not the training', async ({ page }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await page.keyboard.press('e');
  await expect(page.getByText(/keeps no checkpoints for this page/).first()).toBeVisible();
  await page.keyboard.press('Escape');
  expect((await finish(playground)).equals(undisturbed)).toBe(true);
});

test('storage that is cleared meanwhile costs what was kept, and nothing else', async ({
  page,
  baseURL,
}) => {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  // Kept for the first time: what is written later goes through a connection that the clearing closes.
  const kept = () =>
    page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await expect.poll(kept).toContain('binaryconnect-checkpoints');
  const cdp = await page.context().newCDPSession(page);
  const { origin } = new URL(baseURL ?? '');
  await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  expect((await finish(playground)).equals(undisturbed)).toBe(true);
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(errors).toEqual([]);

  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a page that is closed in the middle of keeping a run offers it, whole', async ({ page }) => {
  await page.addInitScript(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
    const { put } = IDBObjectStore.prototype;
    let count = 0;
    IDBObjectStore.prototype.put = function (value: unknown, key?: IDBValidKey) {
      const asked = put.call(this, value, key);
      const isFile = typeof key === 'string' && key.startsWith('file:live:');
      const isSecond = isFile && ++count === 2;
      if (isSecond && sessionStorage.getItem('closed') === null) {
        sessionStorage.setItem('closed', 'once');
        location.reload();
      }
      return asked;
    };
  });
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(1);
  await page.waitForTimeout(1000);
  await playground.button('Step').click();
  await playground.button('Resume where you were').click({ timeout: 60_000 });
  await expect.poll(() => playground.step(), { timeout: 60_000 }).toBeGreaterThanOrEqual(1);
  expect(await page.evaluate(() => sessionStorage.getItem('closed'))).toBe('once');
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  expect((await finish(playground)).equals(undisturbed)).toBe(true);
});

test('two tabs train the same run, and the network goes meanwhile: each comes to its end', async ({
  page,
  context,
}) => {
  const playground = new PlaygroundPage(page);
  const other = new PlaygroundPage(await context.newPage());
  await playground.open(TOY);
  await other.open(TOY);
  await playground.takeSteps(1);
  await context.setOffline(true);
  for (const { button, status } of [other, playground].map((tab) => ({
    button: tab.button('Train'),
    status: tab.status,
  }))) {
    await button.click();
    await expect(status).toContainText('Finished', { timeout: 90_000 });
  }
  await context.setOffline(false);
  expect(tensorsOf(await checkpoint(other.page)).equals(undisturbed)).toBe(true);
  expect(tensorsOf(await checkpoint(page)).equals(undisturbed)).toBe(true);
});
