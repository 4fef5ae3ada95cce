import { expect, test } from '@playwright/test';
import { PlaygroundPage, SMALL, TOY } from './playground.ts';

/** A toy task that is not over before it is paused. */
const LONG = TOY.replace('epochs=3', 'epochs=500');

test('trains with each kind of weights, and every chart moves', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  for (const [mode, key] of [
    ['Real', 'none'],
    ['Deterministic', 'det'],
    ['Stochastic', 'stoch'],
  ] as const) {
    await playground.open(`${SMALL}&mode=${key}`);
    await expect(playground.weights(mode)).toBeChecked();
    // A table has so many rows, over the steps of all runs that it shows: the one before may be long.
    if (mode !== 'Real') await playground.hideKeptRun();
    await playground.button('Train').click();
    await playground.reach(60);
    await playground.button('Pause').click();
    await expect(playground.status).toContainText('Paused');

    const own = async (name: 'Loss' | 'Error') =>
      (await playground.table(name)).map(([, value]) => Number.parseFloat(value ?? ''));
    await expect.poll(async () => (await own('Loss')).length).toBeGreaterThan(9);
    const losses = await own('Loss');
    expect(losses.every(Number.isFinite)).toBe(true);
    const mean = (list: number[]) => list.reduce((sum, n) => sum + n, 0) / list.length;
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 3)));

    const flips = await playground.table('Sign flips');
    expect(flips[0]?.length).toBe(3);
    expect(await own('Error')).toHaveLength(losses.length);
    const stored = await playground.table('Stored weights');
    expect(stored.map(([name]) => name)).toEqual(['Layer 1', 'Output']);
    const picture = playground.region('Stored weights').getByRole('img').first();
    await expect(picture).toHaveAccessibleName(/below zero/);
    for (const name of ['Loss', 'Error', 'Sign flips'] as const) {
      await expect(playground.region(name).locator('path.recharts-curve[d]').first()).toBeVisible();
    }
  }
});

test('pauses, resumes, steps and rewinds; the same seed gives the same losses', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(LONG);
  await playground.takeSteps(3);
  await expect.poll(async () => (await playground.table('Loss')).length).toBe(3);
  const first = await playground.table('Loss');

  await playground.button('Train').click();
  await playground.reach(20);
  await playground.button('Pause').click();
  await expect(playground.status).toContainText('Paused');
  const paused = await playground.step();
  await playground.button('Train').click();
  await playground.reach(paused + 5);
  await playground.button('Pause').click();
  await expect(playground.status).toContainText('Paused');

  await playground.button('Rewind').click();
  await expect.poll(() => playground.step()).toBe(0);
  await playground.hideKeptRun();
  await expect.poll(async () => (await playground.table('Loss')).length).toBe(0);
  await playground.takeSteps(3);
  await expect.poll(() => playground.table('Loss')).toEqual(first);

  await playground.button('New seed').click();
  await expect.poll(() => playground.step()).toBe(0);
  await expect(playground.status).not.toContainText(/seed 1$/);
  await playground.takeSteps(3);
  await expect.poll(async () => (await playground.table('Loss')).length).toBe(3);
  expect(await playground.table('Loss')).not.toEqual(first);
});

test('an epoch brings errors with binary and with real weights', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${TOY}&mode=stoch`);
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished', { timeout: 100_000 });
  await expect.poll(async () => (await playground.table('Error', 1)).length).toBe(3);
  const [epoch] = await playground.table('Error', 1);
  const errors = epoch?.slice(2).map((text) => Number.parseFloat(text));
  expect(errors).toHaveLength(4);
  for (const error of errors ?? []) expect(error).toBeLessThan(60);
});

test('a mode changed in the middle of a run leaves a mark', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(LONG);
  await playground.takeSteps(4);
  await playground.weights('Stochastic').check();
  await playground.takeSteps(2);
  const changes = page.getByRole('list', { name: 'Changes on the way' });
  await expect(changes).toHaveText(/step 4 weights → Stochastic/);
  for (const name of ['Loss', 'Error', 'Sign flips'] as const) {
    await expect(playground.region(name).locator('.recharts-reference-line')).toHaveCount(1);
  }
  await expect
    .poll(async () => (await playground.table('Loss')).map((row) => row[2]))
    .toEqual([...Array<string>(4).fill('Deterministic'), 'Stochastic', 'Stochastic']);

  await page.getByRole('spinbutton', { name: 'Learning rate now' }).fill('0.001');
  await page.getByRole('button', { name: 'Set learning rate now' }).click();
  await expect(changes).toHaveText(/step 6 rate → 0\.00100/);
});

test('edits wait for a new start, and say why when they cannot have it', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(LONG);
  await playground.takeSteps(2);
  const units = page.getByRole('spinbutton', { name: 'Layer 1 units' });
  await units.fill('0');
  await expect(units).toHaveAttribute('aria-invalid', 'true');
  await expect(
    page.getByText('Layer 1 units must be a whole number from 1 to 8192.'),
  ).toBeVisible();
  await expect(playground.button('Apply and restart')).toHaveAttribute('aria-disabled', 'true');
  await units.fill('48');
  await playground.button('+ Dense').click();
  expect(await playground.step()).toBe(2);
  await playground.button('Apply and restart').click();
  await expect(playground.button('Train')).toBeFocused();
  await expect.poll(() => playground.step()).toBe(0);
  await expect(playground.status).toContainText('Paused');
  const stored = await playground.table('Stored weights');
  expect(stored.map(([name]) => name)).toEqual(['Layer 1', 'Layer 2', 'Output']);
});
