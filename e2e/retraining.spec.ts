import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

test('a run with retraining goes from real to ternary weights, and shows both', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&data=moons&net=32-32&mode=none&batch=50&epochs=8&retrain=4:8');
  const boundary = page.getByRole('region', { name: 'Decision boundary' });
  const seenWith = boundary.getByRole('combobox', { name: 'Seen with' });
  await expect(seenWith.getByRole('option', { name: 'ternary weights' })).toHaveCount(0);
  // No mode but real weights has a second phase: the worker says so, and the run goes on.
  await playground.takeSteps(1);
  await playground.weights('Stochastic').click();
  await expect(
    page.getByText(/it takes changes of the rate, not of the mode/).first(),
  ).toBeVisible();
  await expect(playground.weights('Real')).toBeChecked();

  await playground.button('Train').click();
  await expect(playground.status).toContainText('Quantising', { timeout: 60_000 });
  await expect(playground.status).toContainText('Finished', { timeout: 60_000 });
  await expect(boundary.getByText(/with ternary weights, step/)).toBeVisible();
  await expect(seenWith).toHaveValue('ternary');

  await expect(page.getByText('in retraining −Δ, 0 or +Δ propagates')).toBeVisible();

  const error = page.getByRole('region', { name: 'Error', exact: true });
  const rows = await playground.table('Error', 1);
  await expect(
    error.getByRole('table').nth(1).getByRole('columnheader', { name: 'Test, ternary' }),
  ).toBeVisible();
  // Before retraining (epoch 4) and in it, not while weights were real.
  expect(rows.map((row) => row.at(-1) !== '')).toEqual([
    ...[false, false, false, true, true, true, true, true],
  ]);
  expect(Number.parseFloat(rows.at(-1)?.at(-1) ?? '')).toBeLessThan(10);
  await playground.expectAccessible();

  await playground.button('Rewind').click();
  await expect(playground.status).toContainText('Paused');
  await expect(seenWith).toHaveValue('real');
});
