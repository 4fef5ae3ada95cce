import { expect, test } from '@playwright/test';
import { PlaygroundPage, SMALL } from './playground.ts';

test('WebGPU without an adapter is explained', async ({ page }) => {
  await page.goto(`./${SMALL}`);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('No graphics adapter answered');
  await expect(alert).toContainText('The experiment is kept');
  await expect(alert.getByRole('button', { name: 'Check again' })).toBeVisible();
  await new PlaygroundPage(page).expectAccessible();
});
