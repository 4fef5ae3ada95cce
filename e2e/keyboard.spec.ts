import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

test('a run by keyboard only', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
  const { keyboard } = page;

  await keyboard.press('.');
  await expect.poll(() => playground.step()).toBe(1);
  await keyboard.press('Space');
  await playground.reach(10);
  await keyboard.press('Space');
  await expect(playground.status).toContainText('Paused');
  await keyboard.press('r');
  await expect.poll(() => playground.step()).toBe(0);
  await expect(playground.status).toContainText('Paused');

  // The help sheet opens, closes, and gives the focus back.
  await keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and terms' })).toBeVisible();
  await playground.expectAccessible();
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  // The Weights switch by arrow keys; a space on a radio or a button is its own.
  await playground.weights('Deterministic').focus();
  await keyboard.press('ArrowRight');
  await expect(playground.weights('Stochastic')).toBeChecked();
  await expect(playground.status).toContainText('Paused');
  await playground.button('Step').focus();
  await keyboard.press('Space');
  await expect.poll(() => playground.step()).toBe(1);

  // Typing is typing.
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.focus();
  await keyboard.press('.');
  await keyboard.press('r');
  expect(await playground.step()).toBe(1);

  await keyboard.press('Escape');
  await page.getByRole('heading', { name: 'What happens' }).click();
  await keyboard.press('s');
  await expect(page.getByText(/Link copied\.|copy this/)).toBeVisible();
});

test('explanations show on focus and go with Escape', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
  const batch = page.getByRole('spinbutton', { name: 'Batch' });
  await expect(batch).toHaveAccessibleDescription('How many examples one training step looks at.');
  await batch.focus();
  const tip = page.getByRole('tooltip').filter({ hasText: 'one training step looks at' });
  await expect(tip).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();
});

test('single keys can be switched off', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByRole('checkbox').uncheck();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('.');
  await playground.button('Step').click();
  await expect.poll(() => playground.step()).toBe(1);
});
