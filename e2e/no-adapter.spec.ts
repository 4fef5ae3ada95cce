import { expect, test } from '@playwright/test';
import { PlaygroundPage, SMALL } from './playground.ts';

test('WebGPU without an adapter is explained', async ({ page }) => {
  await page.goto(`./${SMALL}`);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('No graphics adapter answered');
  await expect(alert).toContainText('The experiment is kept');
  await expect(alert.getByRole('button', { name: 'Check again' })).toBeVisible();
  await new PlaygroundPage(page).expectAccessible();
});

test('a recorded run is played instead: marked, wound by keyboard, with all pictures', async ({
  page,
}) => {
  await page.goto(`./${SMALL}`);
  const playground = new PlaygroundPage(page);
  await playground.button('Play a recorded run').click();
  const bar = page.getByRole('region', { name: 'Recorded run' });
  await expect(bar).toContainText('nothing is trained');
  await expect(playground.status).toContainText('recorded');
  await playground.button('Play').click();
  await playground.reach(4);
  await playground.button('Pause').click();
  const slider = bar.getByRole('slider', { name: 'Moment' });
  await slider.press('End');
  await expect(playground.status).toContainText('Finished');
  await expect(slider).toHaveAttribute('aria-valuetext', /step 2000 of 2000/);
  expect((await playground.table('Error')).length).toBeGreaterThan(3);
  await expect(playground.region('Weight signs').locator('canvas').first()).toBeVisible();
  await playground.expectAccessible();
  await slider.press('Home');
  await expect.poll(() => playground.step()).toBe(0);
  // What only a worker can do says why not.
  await playground.weights('Real').click({ force: true });
  await expect(page.getByRole('note').filter({ hasText: 'played, not trained' })).toBeVisible();
  await playground.button('Leave the recording').click();
  await expect(page.getByRole('alert')).toContainText('No graphics adapter answered');
});

test('a toy task trains on the CPU instead: says so, learns, and its plane is drawn', async ({
  page,
}) => {
  await page.goto(`./${SMALL}`);
  const playground = new PlaygroundPage(page);
  await playground.button('Train a toy task on the CPU').click();
  await expect(playground.status).toContainText('Paused');
  await expect(playground.status).toContainText('CPU, float64');
  await expect(page.getByRole('note').filter({ hasText: 'trains on the CPU' })).toBeVisible();
  const picture = playground.region('Decision boundary').getByRole('img');
  const accuracy = async () =>
    Number(/([\d.]+) % of the test/.exec((await picture.getAttribute('aria-label')) ?? '')?.[1]);
  await playground.button('Train').click();
  await expect.poll(accuracy, { timeout: 60_000 }).toBeGreaterThan(90);
  await playground.button('Pause').click();
  await expect(playground.status).toContainText('Paused');
  await expect(playground.region('Stored weights').getByRole('img').first()).toBeVisible();
  expect((await playground.table('Error')).length).toBeGreaterThan(1);
  await playground.expectAccessible();

  // What only a device can do says why not.
  await playground.button('Export').click();
  const panel = page.getByRole('dialog');
  await expect(panel.getByText('this run trains on the CPU').first()).toBeVisible();
  await page.keyboard.press('Escape');
  // Larger data still needs WebGPU.
  await page.getByRole('combobox', { name: 'Data' }).selectOption('Fashion-MNIST');
  await playground.button('Apply and restart').click();
  await expect(page.getByRole('alert')).toContainText('No graphics adapter answered');
});
