import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { PlaygroundPage } from '../../e2e/playground.ts';
import { randomOf } from '../../src/testing/fuzz-links.ts';

/**
 * `npm run soak` trains at full speed for SOAK_MINUTES (30) while somebody presses things at random, the
 * same ones for the same SOAK_SEED (1); `npm test` does so for a quarter of a minute. Every 15 seconds: the
 * page's JavaScript heap behind a garbage collection, its DOM nodes and listeners (Chrome DevTools
 * protocol), the GPU memory that the status line says, and the step. Nodes of the table of runs are counted
 * apart: it grows with the runs that are kept, up to a hundred. At the end the slope of each over the
 * second half, by least squares. It fails on any error in the console, and where it took ten minutes or
 * more on growth.
 */
const MINUTES = Number(
  process.env['SOAK_MINUTES'] ?? (process.env['ON_DEMAND'] === 'soak' ? 30 : 0.25),
);
const SEED = Number(process.env['SOAK_SEED'] ?? 1);
const EVERY_MS = 15_000;
/** What may grow in a minute: less than the noise of panels that are open or not. */
const MOST_GROWTH = { heapMB: 0.5, nodes: 60, listeners: 40, gpuMB: 0.5 } as const;
const PAUSE_MS = 700;

interface Sample {
  readonly minute: number;
  readonly heapMB: number;
  /** Outside the table of runs. */
  readonly nodes: number;
  readonly runNodes: number;
  readonly listeners: number;
  readonly gpuMB: number;
  readonly step: number;
}

/** By how much `of` grows a minute. */
function slope(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const x = samples.map(({ minute }) => minute);
  const y = samples.map(of);
  const [mx, my] = [mean(x), mean(y)];
  const down = x.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  return down === 0 ? 0 : x.reduce((sum, v, k) => sum + (v - mx) * ((y[k] ?? 0) - my), 0) / down;
}

/** Whatever a hurried person might do. Each ends by itself, and may find nothing to press. */
function deeds({ page }: PlaygroundPage): readonly (() => Promise<unknown>)[] {
  const { keyboard } = page;
  const press = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: true }).first().click();
  const check = (name: string | RegExp) =>
    page.getByRole('radio', { name }).first().check({ force: true });
  const dialog = async (key: string) => {
    await keyboard.press(key);
    await page.waitForTimeout(400);
    await keyboard.press('Escape');
  };
  const fold = (name: string) =>
    page.getByRole('region', { name, exact: true }).locator('summary').first().click();
  return [
    () => check('Real'),
    () => check('Deterministic'),
    () => check('Stochastic'),
    () => press('Rewind'),
    () => press('New seed'),
    () => press('Step'),
    () => press('Next'),
    () => press('Random'),
    () => press('Later units'),
    () => press('Measure an ensemble'),
    () => press('Next phase'),
    () => press(/^Theme: /),
    () => press('100/s'),
    () => press('max'),
    () => dialog('?'),
    () => dialog('g'),
    () => dialog('e'),
    () => dialog('d'),
    () => dialog('Control+k'),
    () => fold('Mistakes'),
    () => fold('Saturation'),
    () => fold('Learning rate'),
    () => fold('What is happening'),
    () => fold('The WGSL of a step'),
    () => fold('Accounting'),
    () => fold('Accelerator'),
    () => page.getByLabel('Look at unit').fill('2'),
    () => page.getByRole('slider', { name: 'Moment' }).press('ArrowLeft'),
    () => page.getByRole('slider', { name: 'Smoothing' }).press('ArrowRight'),
    () => press('Share'),
    async () => {
      await keyboard.press('e');
      const row = page.getByRole('dialog').getByRole('button', { name: /^Save/ });
      await row.first().click();
      await keyboard.press('Escape');
    },
    async () => {
      await press('Compare all');
      await page.waitForTimeout(3000);
      await press('Stop comparing');
    },
  ];
}

test('trains for long under random hands', async ({ page }) => {
  test.setTimeout((MINUTES + 5) * 60_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => {
    errors.push(error.message);
  });
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=64&batch=50&epochs=1000');
  // Whatever is not there soon is left.
  page.setDefaultTimeout(2000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const random = randomOf(SEED);
  const all = deeds(playground);
  const begun = performance.now();
  const samples: Sample[] = [];
  let [taken, missed, next] = [0, 0, 0];
  const sample = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
    const runNodes = await page.evaluate(() => {
      const runs = document.querySelector('.runs');
      if (runs === null) return 0;
      const walker = document.createTreeWalker(runs);
      let count = 0;
      while (walker.nextNode() !== null) count++;
      return count;
    });
    const line = await page.locator('.status').innerText({ timeout: 60_000 });
    samples.push({
      minute: (performance.now() - begun) / 60_000,
      heapMB: of('JSHeapUsedSize') / 1e6,
      nodes: of('Nodes') - runNodes,
      runNodes,
      listeners: of('JSEventListeners'),
      gpuMB: Number(/GPU memory ([\d.]+)/.exec(line)?.[1] ?? NaN),
      step: Number(/step\s+([\d\u202f]+)/.exec(line)?.[1]?.replaceAll('\u202f', '') ?? NaN),
    });
  };
  while (performance.now() - begun < MINUTES * 60_000) {
    if (performance.now() >= next) {
      await sample();
      next = performance.now() + EVERY_MS;
    }
    const deed = all[Math.floor(random() * all.length)];
    await deed?.().then(
      () => (taken += 1),
      () => (missed += 1),
    );
    if (await page.getByRole('dialog').isVisible()) await page.keyboard.press('Escape');
    const train = page.getByRole('button', { name: 'Train', exact: true });
    if (await train.isEnabled().catch(() => false)) await train.click().catch(() => undefined);
    await page.waitForTimeout(PAUSE_MS);
  }
  await sample();
  const half = samples.filter(({ minute }) => minute >= MINUTES / 2);
  const slopes = {
    heapMB: slope(half, ({ heapMB }) => heapMB),
    nodes: slope(half, ({ nodes }) => nodes),
    listeners: slope(half, ({ listeners }) => listeners),
    gpuMB: slope(half, ({ gpuMB }) => gpuMB),
  };
  mkdirSync('test-results', { recursive: true });
  writeFileSync(
    'test-results/soak.json',
    JSON.stringify({ minutes: MINUTES, seed: SEED, taken, missed, slopes, errors, samples }),
  );
  console.table(samples.filter((_, k) => k % Math.ceil(samples.length / 20) === 0));
  console.log(`${taken} deeds, ${missed} that found nothing to press; growth a minute:`, slopes);
  expect(errors).toEqual([]);
  expect(taken).toBeGreaterThan(0);
  if (MINUTES < 10) return;
  for (const [what, most] of Object.entries(MOST_GROWTH)) {
    expect
      .soft(slopes[what as keyof typeof slopes], `growth of ${what} a minute`)
      .toBeLessThan(most);
  }
});
