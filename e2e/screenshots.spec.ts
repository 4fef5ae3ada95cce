import { test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** Milliseconds that steps may take on a slow machine. */
const PATIENCE = 240_000;

/** Pictures of the page in training, for the documentation: `npm run screenshots`. */
const RUNS: Readonly<Record<string, (playground: PlaygroundPage) => Promise<void>>> = {
  page: async (playground) => {
    await playground.open('#v=1&net=128&batch=250&epochs=10');
    await playground.button('Train').click();
    await playground.reach(460, PATIENCE);
    await playground.weights('Stochastic').check();
    await playground.reach(720, PATIENCE);
  },
  conv: async (playground) => {
    await playground.open('#v=1&net=8C3-P2-16C3-P2-64FC&batch=50');
    await playground.page.getByRole('combobox', { name: 'Shown layer' }).selectOption('Layer 2');
    await playground.button('Train').click();
    await playground.reach(250, PATIENCE);
  },
  toy: async (playground) => {
    await playground.open('#v=1');
    await playground.page.getByRole('combobox', { name: 'Data' }).selectOption('Spiral');
    await playground.button('Train').click();
    await playground.reach(3000, PATIENCE);
  },
};

for (const [width, height, deviceScaleFactor] of [
  [1280, 1000, 1],
  [360, 780, 2],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, deviceScaleFactor, colorScheme });

      for (const [name, train] of Object.entries(RUNS)) {
        test(`${name}, in training`, async ({ page }) => {
          test.setTimeout(600_000);
          await train(new PlaygroundPage(page));
          await page.mouse.move(0, 0);
          // A window as tall as the page: what sticks to its edges covers nothing.
          const tall = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ width, height: tall });
          await page.waitForTimeout(1500);
          await page.screenshot({ path: `docs/screenshots/${name}-${width}-${colorScheme}.png` });
        });
      }
    });
  }
}

test.describe('panels below the zones', () => {
  test.use({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });

  test('accounting and accelerator', async ({ page }) => {
    test.setTimeout(600_000);
    const playground = new PlaygroundPage(page);
    await playground.open('#v=1&net=16C3-P2-32C3-P2-64FC&batch=20');
    await playground.takeSteps(2);
    for (const name of ['Accounting', 'Accelerator']) {
      const region = page.getByRole('region', { name, exact: true });
      await region.locator('summary').first().click();
      if (name === 'Accelerator') {
        await region.getByRole('radio', { name: /^Layer 2/ }).check();
        await region.getByRole('checkbox', { name: 'Show training' }).check();
      }
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: 1280, height: tall });
      await page.waitForTimeout(1500);
      await region.screenshot({ path: `docs/screenshots/${name.toLowerCase()}.png` });
    }
  });
});
