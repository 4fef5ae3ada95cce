import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** A task of seconds. */
const TOY = '#v=1&data=moons&net=16&batch=50&epochs=2';

test('a link with a result: claimed, drawn, trained anew, and every sign the same', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished', { timeout: 60_000 });
  await playground.button('Share').click();
  await playground.button('More ways to share …').click();
  const dialog = page.getByRole('dialog', { name: 'Ways to share' });
  await dialog.getByRole('checkbox', { name: 'With the result' }).check();
  await expect(dialog).toContainText(/characters: curves, errors, and 64 signs/);
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(link).toMatch(/&res=[\w-]+$/);

  // What this browser keeps of the run must not stand in for it.
  await page.goto('about:blank');
  await playground.open(new URL(link).hash);
  const claim = page.getByRole('region', { name: 'Shared run' });
  await expect(claim).toContainText('Claimed by the link');
  await expect(playground.region('Loss').getByRole('list', { name: 'Other runs' })).toContainText(
    'claimed',
  );
  await playground.expectAccessible();
  await claim.getByRole('button', { name: 'Train it here and compare' }).click();
  await expect(claim).toContainText('Reproduced: every figure', { timeout: 60_000 });
  await expect(claim.getByRole('row', { name: /^Signs/ })).toContainText('64 the same (100.00 %)');
});

test('a result that is damaged says so, and the run still opens', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${TOY}&res=AAAA`);
  await expect(
    page.getByText(/The link's result is damaged .* The run itself is open/),
  ).toBeVisible();
});

test('a lesson leaves controls out, also from the keyboard, and can be left', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await playground.open(`${TOY}&hide=settings-runs-export-share`);
  await expect(playground.button('Export')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Runs', exact: true })).toHaveCount(0);
  await page.keyboard.press('e');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await playground.expectAccessible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await playground.button('Show everything').click();
  await expect(playground.button('Export')).toBeVisible();
});

test('embed code, QR code, and a lesson chosen by check boxes', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await playground.open(TOY);
  await playground.button('Share').click();
  await playground.button('More ways to share …').click();
  const dialog = page.getByRole('dialog', { name: 'Ways to share' });
  await dialog.getByText('Lesson: leave controls out').click();
  await dialog.getByRole('checkbox', { name: 'Settings of the experiment' }).check();
  const frame = dialog.getByRole('textbox', { name: 'Embed code' });
  await expect(frame).toHaveValue(/^<iframe src="http:.*&amp;embed=1&amp;hide=settings" title=/);
  await expect(dialog.getByRole('img', { name: /^QR code of http.*hide=settings$/ })).toBeVisible();
  await playground.expectAccessible();
  const wide = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(wide).toBe(0);
  await dialog.getByRole('button', { name: 'Show large' }).click();
  const large = page.getByRole('dialog', { name: 'QR code of the link' });
  await expect(large.getByRole('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
});
