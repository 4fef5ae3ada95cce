/** Parts of the page whose code does not come: a sentence in their place, and another try. */
import { expect, test } from '@playwright/test';
import { PlaygroundPage, TOY } from './playground.ts';

const SENTENCE = 'This part of the page could not be loaded';

test('a part whose code does not come says so where it would be, and comes at another try', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(1);
  let isCut = true;
  await page.route(/\/assets\/.*\.js$/, (route) => (isCut ? route.abort() : route.continue()));
  const missing = page.locator('.missing');

  // Closed sections, dialogs, and what lies over the page.
  await page.getByRole('heading', { name: 'Accounting' }).click();
  await expect(missing).toHaveText(new RegExp(SENTENCE));
  await page.getByRole('heading', { name: 'Accounting' }).click();
  await playground.button('Export').click();
  await expect(page.getByRole('dialog').locator('.missing')).toHaveText(new RegExp(SENTENCE));
  await playground.expectAccessible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await expect(missing).toHaveText(new RegExp(SENTENCE));
  await expect(missing).toBeInViewport();
  await playground.expectAccessible();
  await playground.button('Dismiss').click();
  await expect(missing).toHaveCount(0);

  // The run goes on meanwhile, and keeps no checkpoint without its code: that is said too.
  await playground.takeSteps(1);

  await page.keyboard.press('g');
  await expect(missing).toBeVisible();
  isCut = false;
  await playground.button('Try again').click();
  await expect(page.getByRole('dialog', { name: 'Glossary' })).toBeVisible();
  await page.keyboard.press('Escape');
  await playground.button('Export').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('dialog').getByText('safetensors').first()).toBeVisible();
  await expect(missing).toHaveCount(0);
});
