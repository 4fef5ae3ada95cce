import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

test('axe finds nothing before and in training, and every control is explained', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=32&batch=50&mode=stoch');
  await expect(page.getByText(/^Measuring kernels \d/)).toBeVisible();
  await playground.expectAccessibleInBoth();
  const timing = page.getByRole('region', { name: 'Where the time goes' });
  await timing.locator('summary').click();
  await playground.button('Time the kernels').click();
  await expect(timing.getByRole('table')).toBeVisible();
  // The steps that were timed are counted a moment later.
  await expect(playground.status).toContainText('Paused');
  await playground.takeSteps(3);
  await playground.weights('Real').check();
  await playground.button('Train').click();
  await playground.reach(20);
  await playground.table('Loss');
  await playground.table('Stored weights');
  await playground.expectAccessibleInAll();
  await playground.button('Pause').click();
  await playground.button('Rewind').click();
  await playground.unfoldAll();
  await playground.expectExplained();
});
