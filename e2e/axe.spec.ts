import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

for (const [width, schemes] of [
  [1280, ['light', 'dark']],
  [360, ['light', 'dark']],
] as const) {
  for (const colorScheme of schemes) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height: 800 }, colorScheme });

      test('axe finds nothing before and in training', async ({ page }) => {
        const playground = new PlaygroundPage(page);
        await playground.open('#v=1&net=32&batch=50&mode=stoch');
        await expect(page.getByText(/^Measuring kernels \d/)).toBeVisible();
        await playground.expectAccessible();
        const timing = page.getByRole('region', { name: 'Where the time goes' });
        await timing.locator('summary').click();
        await playground.button('Time the kernels').click();
        await expect(timing.getByRole('table')).toBeVisible();
        // The steps that were timed are counted a moment later.
        await expect(playground.status).toContainText('Paused');
        await playground.takeSteps(3);
        await playground.weights('Real').check();
        await playground.button('Train').click();
        await playground.reach(20);
        await playground.table('Loss');
        await playground.table('Stored weights');
        await playground.expectAccessible();
        // Nothing makes the page scroll sideways.
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBe(0);
        if (width !== 1280 || colorScheme !== 'light') return;
        await playground.button('Pause').click();
        await playground.button('Rewind').click();
        await playground.unfoldAll();
        await playground.expectExplained();
      });
    });
  }
}
