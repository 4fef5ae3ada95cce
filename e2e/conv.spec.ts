import { expect, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

test('a convolutional net trains, with its filters and feature maps in sight', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=4C3-P2-16FC&batch=20');
  const network = page.getByRole('region', { name: 'Network' });
  await expect(network.getByText('28 × 28 × 4 → 14 × 14 × 4')).toBeVisible();
  await expect(network.getByText(/an epoch, measured on this adapter/)).toBeVisible();

  const maps = page.getByRole('region', { name: 'Feature maps' });
  await maps.getByRole('spinbutton', { name: 'Test example' }).fill('3');
  await expect(maps.getByRole('img', { name: /^Test example 3: \w/ })).toBeVisible();
  await expect(maps.getByRole('img', { name: /^Maps of Layer 1, 14 × 14 × 4/ })).toBeVisible();
  await expect(maps.getByRole('list', { name: 'Scores' }).getByRole('listitem')).toHaveCount(10);
  const before = await playground.table('Feature maps');

  await playground.button('Train').click();
  await playground.reach(30);
  await playground.button('Pause').click();
  await expect(playground.status).toContainText('Paused');
  // While it trains maps follow as often as costs little; where it stands they follow at once.
  await expect
    .poll(() => playground.table('Feature maps'), { message: 'maps follow the training' })
    .not.toEqual(before);

  const signs = page.getByRole('region', { name: 'Weight signs' });
  await expect(
    signs.getByRole('img', { name: /^Signs of the weights of Layer 1, from channel 1 of 4/ }),
  ).toBeVisible();
  await expect(signs.getByText('the signs of its 3 × 3 filter.')).toBeVisible();
  await network.getByRole('button', { name: 'Signs of Layer 2' }).click();
  await expect(signs.getByRole('combobox', { name: 'Shown layer' })).toHaveValue('dense2');
  await expect(signs.getByText(/784 weights, a square for each of the 4 maps/)).toBeVisible();
  expect((await playground.table('Weight signs')).length).toBe(16);

  // A wish that is not there is answered in place, and the last one stays.
  await maps.getByRole('spinbutton', { name: 'Test example' }).fill('99999');
  await expect(
    maps.getByText('Test example must be a whole number from 1 to 10000.'),
  ).toBeVisible();
  await maps.getByRole('button', { name: 'Next' }).click();
  await expect(maps.getByRole('img', { name: /^Test example 4: \w/ })).toBeVisible();
  await playground.expectAccessible();
});

test('layers come and go, and what does not fit is said in place', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
  const network = page.getByRole('region', { name: 'Network' });
  const pooling = network.getByRole('button', { name: '+ Pooling' });
  await expect(pooling).toHaveAttribute('aria-disabled', 'true');
  await expect(pooling).toHaveAccessibleDescription(/It needs a convolution before it\./);
  await network.getByRole('button', { name: '+ Convolution' }).click();
  await pooling.click();
  await network.getByRole('combobox', { name: 'Pooling 1 kind' }).selectOption('average');
  await expect(network.getByText('28 × 28 × 16 → 14 × 14 × 16')).toBeVisible();
  await network.getByRole('spinbutton', { name: 'Layer 1 padding' }).fill('5');
  await expect(
    network.getByText('Does not fit: its padding must be less than its kernel.', { exact: true }),
  ).toBeVisible();
  const edits = network.getByRole('group', { name: 'Edits not applied' });
  await expect(edits.getByText(/network\.hidden\[0\] does not fit/)).toBeVisible();
  await expect(playground.button('Apply and restart')).toHaveAttribute('aria-disabled', 'true');
  await playground.expectAccessible();
  await network.getByRole('spinbutton', { name: 'Layer 1 padding' }).fill('1');
  await network.getByRole('button', { name: 'Remove pooling 1' }).click();
  await expect(network.getByText('28 × 28 × 16 → 14 × 14 × 16')).toHaveCount(0);
  await network.getByRole('button', { name: 'Undo: bring back pooling 1' }).click();
  await expect(network.getByText('28 × 28 × 16 → 14 × 14 × 16')).toBeVisible();
  await playground.button('Apply and restart').click();
  await expect(playground.status).toContainText('Paused');
  await expect(page.getByRole('region', { name: 'Feature maps' })).toBeVisible();

  // Other data, which the composed net does not fit: it stays, and one that fits is offered.
  await network.getByRole('spinbutton', { name: 'Layer 1 kernel' }).fill('7');
  await page.getByRole('combobox', { name: 'Data' }).selectOption('Circles');
  await expect(
    network.getByText('This net does not fit Circles, whose examples are 1 × 2.'),
  ).toBeVisible();
  await network.getByRole('button', { name: 'Take “Toy task in the plane”' }).click();
  await expect(page.getByRole('region', { name: 'Decision boundary' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Feature maps' })).toHaveCount(0);
});
