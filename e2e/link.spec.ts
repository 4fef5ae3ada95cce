import { expect, test } from '@playwright/test';
import { PlaygroundPage, TOY } from './playground.ts';

test('a shared link opens the same experiment in another browser', async ({ browser }) => {
  const sender = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const first = new PlaygroundPage(await sender.newPage());
  await first.open(`${TOY}&seed=7`);
  await first.takeSteps(3);
  await first.weights('Stochastic').check();
  await first.takeSteps(2);
  await expect.poll(async () => (await first.table('Loss')).length).toBe(5);
  const losses = await first.table('Loss');
  await first.button('Share').click();
  await expect(first.page.getByText('Link copied.')).toBeVisible();
  const link = await first.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(first.page.url());
  await sender.close();

  const receiver = await browser.newContext();
  const second = new PlaygroundPage(await receiver.newPage());
  await second.open(new URL(link).hash);
  await expect(second.page.getByText('step 3 weights → Stochastic (ahead)')).toBeVisible();
  await second.takeSteps(5);
  await expect.poll(() => second.table('Loss')).toEqual(losses);
  await receiver.close();
});

test('where the clipboard is denied, the link is shown and selected', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: () => Promise.reject(new DOMException('no', 'NotAllowedError')) },
    });
  });
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.button('Share').click();
  const field = page.getByRole('textbox', { name: /copy this/ });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue(/net=16/);
});

test('a broken link says what is wrong, is kept, and does not block the way', async ({ page }) => {
  await page.goto('./#v=1&batch=many');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('batch');
  await expect(alert).toContainText('#v=1&batch=many');
  await new PlaygroundPage(page).expectAccessible();
  await page.getByRole('button', { name: 'Start with the default experiment' }).click();
  await expect(page.getByRole('status')).toContainText('Paused', { timeout: 60_000 });
  expect(new URL(page.url()).hash).toBe('');
});

test('a link from a newer version says so', async ({ page }) => {
  await page.goto('./#v=99&net=32');
  await expect(page.getByRole('alert')).toContainText('newer version');
});

test('another link in the address bar opens at once, and run=1 trains', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await page.evaluate(() => {
    location.hash = '#v=1&net=24&batch=50&run=1';
  });
  await expect(page.getByRole('spinbutton', { name: 'Layer 1 units' })).toHaveValue('24');
  await playground.reach(3);
});

test('embed=1 leaves the bare instrument', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${TOY}&embed=1`);
  await expect(page.getByRole('heading', { level: 1 })).toBeHidden();
  await expect(playground.button('Train')).toBeVisible();
});
