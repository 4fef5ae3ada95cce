import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

test('a toy task is one choice away, and its decision boundary is drawn as it trains', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1');
  await page.getByRole('combobox', { name: 'Data' }).selectOption('Two moons');
  await expect(page.getByRole('combobox', { name: 'Recipe' })).toHaveValue('toy');
  const boundary = page.getByRole('region', { name: 'Decision boundary' });
  const picture = boundary.getByRole('img');
  await expect(picture).toHaveAccessibleName(/% of the test points lie on their side/);
  const accuracy = async () =>
    Number(/([\d.]+) % of the test/.exec((await picture.getAttribute('aria-label')) ?? '')?.[1]);
  await playground.button('Train').click();
  await expect.poll(accuracy, { timeout: 60_000 }).toBeGreaterThan(95);
  await playground.button('Pause').click();
  await expect(playground.status).toContainText('Paused');

  // Its table: nine places a side, both classes.
  const rows = await playground.table('Decision boundary');
  expect(rows.map((row) => row.length)).toEqual(Array<number>(9).fill(10));
  const classes = new Set(rows.flatMap(([, ...cells]) => cells));
  expect([...classes].sort()).toEqual(['lower', 'upper']);
  // Places on the moons themselves, at (-0.4, 0.4) and (0.4, -0.4): far from all points, where training
  // happens to be paused decides.
  expect([rows[3]?.[4], rows[5]?.[6]]).toEqual(['upper', 'lower']);

  await boundary.getByRole('combobox', { name: 'Seen with' }).selectOption('real weights');
  await expect(boundary.getByText(/with real weights, step/)).toBeVisible();
  // Two weights a unit are no picture: the layer after it is.
  const signs = page.getByRole('region', { name: 'Weight signs' });
  await expect(signs.getByRole('combobox', { name: 'Shown layer' })).toHaveValue('dense2');
  await playground.expectAccessible();

  await page.getByRole('combobox', { name: 'Data' }).selectOption('Spiral');
  await playground.button('Apply and restart').click();
  await expect(picture).toHaveAccessibleName(/divided into one arm and other arm/);
});
