import { mkdirSync } from 'node:fs';
import { test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/**
 * The frames of the README's film, a real run of the page: `npm run film` takes them and joins them.
 * 48 pictures of training, with weights switched from deterministic to stochastic on the way.
 */
const FRAMES = 48;
const SWITCH = 24;

test.use({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });

test('a run, picture by picture', async ({ page }) => {
  test.setTimeout(900_000);
  mkdirSync('test-results/film', { recursive: true });
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=64&batch=100&epochs=3');
  await playground.button('Train').click();
  for (let frame = 0; frame < FRAMES; frame++) {
    if (frame === SWITCH) await playground.weights('Stochastic').check();
    await playground.reach(30 * (frame + 1), 120_000);
    const name = String(frame).padStart(3, '0');
    await page.screenshot({ path: `test-results/film/${name}.png` });
  }
});
