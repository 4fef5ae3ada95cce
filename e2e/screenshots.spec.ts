import { test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** Pictures of the page in training, for the documentation: `npm run screenshots`. */
for (const [width, height, deviceScaleFactor] of [
  [1280, 1000, 1],
  [360, 780, 2],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, deviceScaleFactor, colorScheme });

      test('in training', async ({ page }) => {
        test.setTimeout(300_000);
        const playground = new PlaygroundPage(page);
        await playground.open('#v=1&net=128&batch=250&epochs=10');
        await playground.button('Train').click();
        await playground.reach(460);
        await playground.weights('Stochastic').check();
        await playground.reach(720);
        await page.mouse.move(0, 0);
        // A window as tall as the page: what sticks to its edges covers nothing.
        const tall = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width, height: tall });
        await page.waitForTimeout(1500);
        await page.screenshot({ path: `docs/screenshots/page-${width}-${colorScheme}.png` });
      });
    });
  }
}
