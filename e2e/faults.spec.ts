import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect, test, type Browser } from '@playwright/test';
import { compareAll, harm, momentsOf, noted, runThrough, type Plan } from './faults.ts';

/**
 * `npm run faults`: the graphics device destroyed at FAULTS (20) moments that FAULT_SEED (1) chooses, in
 * comparing, in leaving a run of a comparison for the next, in loading, evaluating, saving and training, some of
 * them twice in a row. Each run has to end with the tensors of the undisturbed one, each comparison with its
 * table. `npm test` takes the first two.
 */
const COUNT = Number(process.env['FAULTS'] ?? (process.env['ON_DEMAND'] === 'faults' ? 20 : 2));
const SEED = Number(process.env['FAULT_SEED'] ?? 1);

// What goes wrong once in a hundred times is what it looks for: no second try.
test.describe.configure({ retries: 0 });

/** Of a run's tensors. */
const digest = (tensors: Buffer): string => createHash('sha256').update(tensors).digest('hex');

test('every run ends as the undisturbed one does', async ({ browser }) => {
  test.setTimeout((COUNT + 3) * 120_000);
  const within = async <T>(plans: readonly Plan[], run: (page: Page) => Promise<T>) => {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    try {
      const page = await context.newPage();
      await harm(page, plans);
      const result = await run(page);
      return { result, told: await noted(page) };
    } finally {
      await context.close();
    }
  };
  type Page = Awaited<ReturnType<Browser['newPage']>>;
  const run = await within([], runThrough);
  const comparison = await within([], compareAll);
  const moments = momentsOf(COUNT, SEED, {
    run: run.told.submits,
    comparison: comparison.told.submits,
  });
  const lines = [];
  for (const { kind, plans } of moments) {
    const [is, was, { fired }] =
      kind === 'comparing' || kind === 'leaving'
        ? await within(plans, compareAll).then(
            ({ result, told }) => [result, comparison.result, told] as const,
          )
        : await within(plans, runThrough).then(
            ({ result, told }) => [digest(result), digest(run.result), told] as const,
          );
    const line = {
      ...{ kind, plans: JSON.stringify(plans), during: fired.join(', ') },
      isSame: isDeepStrictEqual(is, was),
    };
    lines.push(line);
    console.log(JSON.stringify(line));
    expect.soft(fired.length, `${kind}: the device was destroyed`).toBeGreaterThan(0);
    expect.soft(is, `${kind}: ${line.plans}`).toEqual(was);
  }
  console.table(lines);
});
