import { expect, test } from '@playwright/test';
import { modulesOf, readQr } from '../src/testing/qr-reader.ts';
import { GIVEN, PlaygroundPage } from './playground.ts';

/** A task of seconds. */
const TOY = `#v=1&data=moons&net=16&batch=50&epochs=2${GIVEN}`;

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
  await playground.expectNoSidewaysScroll();
  await playground.button('Show everything').click();
  await expect(playground.button('Export')).toBeVisible();
});

test("embed code, QR code, the device's apps, and a lesson chosen by check boxes", async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await playground.open(TOY);
  await page.evaluate(() => {
    Reflect.deleteProperty(Navigator.prototype, 'share');
  });
  await playground.button('Share').click();
  await playground.button('More ways to share …').click();
  const dialog = page.getByRole('dialog', { name: 'Ways to share' });
  const apps = dialog.getByRole('button', { name: 'Hand to an app …' });
  await expect(dialog.getByRole('textbox', { name: 'Link' })).toBeVisible();
  await expect(apps).toHaveCount(0);
  // As on a device that has it: it takes the first link, is closed on the second, refuses the third.
  await page.evaluate(() => {
    const taken: unknown[] = [];
    const answers = [null, 'AbortError', 'NotAllowedError'];
    const share = (data: unknown) => {
      taken.push(data);
      const name = answers[taken.length - 1];
      return name ? Promise.reject(new DOMException('', name)) : Promise.resolve();
    };
    Object.assign(Navigator.prototype, { share });
    Object.assign(globalThis, { taken });
  });
  await dialog.getByText('Lesson: leave controls out').click();
  await dialog.getByRole('checkbox', { name: 'Settings of the experiment' }).check();
  const frame = dialog.getByRole('textbox', { name: 'Embed code' });
  await expect(frame).toHaveValue(/^<iframe src="http:.*&amp;embed=1&amp;hide=settings" title=/);
  await expect(dialog.getByRole('img', { name: /^QR code of http.*hide=settings$/ })).toBeVisible();
  await playground.expectAccessible();
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
  const code = dialog.getByRole('img', { name: /^QR code of / });
  const path = (await code.locator('path').getAttribute('d')) ?? '';
  const [, , side] = (await code.getAttribute('viewBox'))?.split(' ') ?? [];
  expect(readQr(modulesOf(path, Number(side)))).toBe(link);

  const refused = dialog.getByText('This device did not take the link: copy it instead.');
  for (const times of [1, 2, 3]) {
    await expect(refused).toHaveCount(0);
    await apps.click();
    const taken = await page.evaluate(() => (globalThis as { taken?: unknown[] }).taken);
    expect(taken).toEqual(
      Array.from({ length: times }, () => ({ title: 'BinaryConnect playground', url: link })),
    );
  }
  await expect(refused).toBeVisible();
  const wide = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(wide).toBe(0);
  await dialog.getByRole('button', { name: 'Show large' }).click();
  const large = page.getByRole('dialog', { name: 'QR code of the link' });
  await expect(large.getByRole('img')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
});
