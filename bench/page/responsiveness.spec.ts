import { expect, test } from '@playwright/test';
import { PlaygroundPage } from '../../e2e/playground.ts';

/**
 * A measurement, not a test of `npm test`: `npm run responsiveness` prints the figures.
 * Input to next paint, as the browser itself measures it (Event Timing): the longest event of each
 * interaction, from the hardware event to the paint after its handlers. Entries come in steps of
 * 8 ms, and only from 16 ms on: an interaction without one counts as 16 ms. Beside it the longest task
 * of the page's own thread since training began (Long Tasks, which are those from 50 ms on).
 */
test('how soon the page answers while it trains', async ({ page }) => {
  const interactions = 40;
  const playground = new PlaygroundPage(page);
  await playground.open('');
  await page.evaluate(() => {
    const longest = new Map<number, number>();
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        const { interactionId, duration } = entry as PerformanceEventTiming & {
          interactionId: number;
        };
        if (interactionId === 0) continue;
        longest.set(interactionId, Math.max(duration, longest.get(interactionId) ?? 0));
      }
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    Object.assign(window, { longest });
  });
  await playground.button('Train').click();
  await playground.reach(20);
  await page.evaluate(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => {
      tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
    Object.assign(window, { tasks });
  });
  const table = playground.region('Loss').locator('summary');
  for (let i = 0; i < interactions; i++) {
    if (i % 2 === 0) await playground.button('Later units').click();
    else await table.click();
    await page.waitForTimeout(150);
  }
  const measured = await page.evaluate(() => [
    ...(window as unknown as { longest: Map<number, number> }).longest.values(),
  ]);
  const quick = Array<number>(Math.max(0, interactions - measured.length)).fill(16);
  const sorted = [...measured, ...quick].sort((a, b) => a - b);
  const p95 = sorted[Math.floor(0.95 * sorted.length)] ?? Infinity;
  const p50 = sorted[Math.floor(0.5 * sorted.length)] ?? Infinity;
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  const step = await playground.step();
  console.log(
    `input to next paint: p50 ${p50} ms, p95 ${p95} ms, of ${sorted.length}; ` +
      `${tasks.length} tasks of 50 ms or more, the longest ${Math.round(Math.max(0, ...tasks))} ms; step ${step}`,
  );
  // Without training there would be nothing to measure.
  expect(step).toBeGreaterThan(20);
});
