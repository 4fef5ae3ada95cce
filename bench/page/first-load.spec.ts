import { expect, test } from '@playwright/test';
import { PlaygroundPage } from '../../e2e/playground.ts';

/**
 * A measurement, not a test of `npm test`: `npm run first-load` prints the figures. Each visit has a new
 * browser context, so an empty cache, and the built page from a local server. Interactive: a control was
 * pressed and has answered. Ready: the network stands, and the Train button can be pressed. The first
 * step: the status line says that it was taken, of a link that begins to train at once. All from the
 * moment the address is asked for; the browser and its GPU process run already.
 */
const VISITS = 5;
const CASES = { 'toy task': '#v=1&data=spiral&run=1', 'Fashion-MNIST': '#v=1&run=1' };

for (const [name, hash] of Object.entries(CASES)) {
  test(`first load, ${name}`, async ({ browser, baseURL }) => {
    test.setTimeout(300_000);
    const figures: { interactive: number; ready: number; step: number }[] = [];
    for (let visit = 0; visit < VISITS; visit++) {
      const context = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) });
      const page = await context.newPage();
      const playground = new PlaygroundPage(page);
      const begun = performance.now();
      const since = () => Math.round(performance.now() - begun);
      await page.goto(`./${hash.replace('&run=1', '')}`, { waitUntil: 'commit' });
      const theme = page.getByRole('button', { name: /^Theme: / });
      const before = await theme.innerText();
      await theme.click();
      while ((await theme.innerText()) === before) await page.waitForTimeout(5);
      const interactive = since();
      await expect(playground.button('Train')).toBeEnabled({ timeout: 60_000 });
      const ready = since();
      await context.close();

      const second = await browser.newContext({ ...(baseURL !== undefined && { baseURL }) });
      const training = new PlaygroundPage(await second.newPage());
      const again = performance.now();
      await training.page.goto(`./${hash}`, { waitUntil: 'commit' });
      while (!((await training.step().catch(() => 0)) >= 1)) await training.page.waitForTimeout(10);
      figures.push({ interactive, ready, step: Math.round(performance.now() - again) });
      await second.close();
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(VISITS / 2)];
    console.log(
      `${name}: interactive after ${median(figures.map(({ interactive }) => interactive))} ms, ` +
        `ready after ${median(figures.map(({ ready }) => ready))} ms, ` +
        `first step after ${median(figures.map(({ step }) => step))} ms ` +
        `(medians of ${VISITS}; ${JSON.stringify(figures)})`,
    );
    expect(figures).toHaveLength(VISITS);
  });
}
