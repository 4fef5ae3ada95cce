import { expect, type Locator, type Page, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** A section below the zones, opened. */
async function opened(page: Page, name: 'Accelerator' | 'Accounting'): Promise<Locator> {
  const region = page.getByRole('region', { name, exact: true });
  await region.locator('summary').first().press('Enter');
  return region;
}

/** The cells of one of a region's tables, by its caption. */
async function cells(region: Locator, caption: string | RegExp): Promise<string[][]> {
  const rows = await region.getByRole('table', { name: caption }).locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
}

test('the default net: folded by keyboard, a weight traced, cycles that follow', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1');
  const region = await opened(page, 'Accelerator');
  await expect(region.getByText(/^Layer 1 is the slowest: 392 cycles an example/)).toBeVisible();

  // 32 of 256 rows; a step to the right is the next divisor.
  const pe = region.getByRole('slider', { name: 'Layer 1 PE' });
  await expect(pe).toHaveAttribute('aria-valuetext', '32 of 256 rows at once');
  await pe.focus();
  await pe.press('ArrowRight');
  await expect(pe).toHaveAttribute('aria-valuetext', '64 of 256 rows at once');
  await expect(region.getByText(/^Output is the slowest: 320 cycles an example/)).toBeVisible();
  const simd = region.getByRole('slider', { name: 'Layer 1 SIMD' });
  await simd.focus();
  await simd.press('Home');
  await expect(simd).toHaveAttribute('aria-valuetext', '1 of 784 columns at once');
  await expect(region.getByText(/^Layer 1 is the slowest: 3136 cycles an example/)).toBeVisible();

  // A weight: row 5 of 64 elements, columns one by one.
  await region.getByRole('spinbutton', { name: 'Row' }).fill('69');
  await region.getByRole('spinbutton', { name: 'Column' }).fill('37');
  await expect(
    region.getByText(/to output 69\. It lies in the memory of element 5, in word 821, at bit 0\./),
  ).toBeVisible();
  // Its sign is that of the net on the device, as the table of signs knows it.
  await expect(region.getByText(/Its sign is [+−], the bit [01]\./)).toBeVisible();
  await region.getByRole('spinbutton', { name: 'Row' }).fill('256');
  await expect(region.getByText('Row must be a whole number from 0 to 255.')).toBeVisible();
  await region.getByRole('spinbutton', { name: 'Row' }).fill('2');
  await region.getByRole('button', { name: 'A random one' }).press('Enter');
  await expect(region.getByText(/^w\[\d+\]\[\d+\]/)).toBeVisible();

  await region.getByRole('spinbutton', { name: 'Clock, MHz' }).fill('200');
  await expect(region.getByText(/at 200 MHz 63\.8 k examples a second/)).toBeVisible();
  await region.getByRole('button', { name: 'Balance' }).click();
  await expect(pe).toHaveAttribute('aria-valuetext', '32 of 256 rows at once');
  await region.getByRole('combobox', { name: 'Lanes at most' }).selectOption('256');
  await expect(region.getByText(/^Layer \d is the slowest: 1568 cycles an example/)).toBeVisible();

  await region.getByRole('checkbox', { name: 'Show training' }).check();
  await expect(region.getByRole('img', { name: /^Input gradient of Layer 1\./ })).toBeVisible();
  await region.locator('summary').last().click();
  expect((await cells(region, 'Folding and cycles')).map(([layer]) => layer)).toEqual([
    ...['Layer 1', 'Layer 2', 'Output'],
  ]);
});

test('a convolutional net shows its lines and window order', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=8C3-P2-16C3-P2-16FC&batch=20');
  const region = await opened(page, 'Accelerator');
  await region.getByRole('radio', { name: /^Layer 2/ }).check();
  const input = region.getByRole('img', { name: /^Input path of Layer 2\. Maps of 14 × 14 × 8/ });
  await expect(input).toHaveAccessibleName(/4 lines of them are kept, 3 for the window/);
  await expect(input.getByText('window order')).toBeVisible();
  await region.getByRole('spinbutton', { name: 'Column' }).fill('9');
  await expect(region.getByText(/row 0, column 1, channel 1 of its window/)).toBeVisible();
  await expect(
    region.getByRole('img', {
      name: /^One element of Layer 2\..* largest of 2 × 2, a · s \+ b, ReLU/,
    }),
  ).toBeVisible();
});

test('accounting follows the weights that are chosen', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&mode=det');
  const region = await opened(page, 'Accounting');
  const saved = async (): Promise<Readonly<Record<string, string>>> => {
    const rows = await cells(region, /^The whole net/);
    return Object.fromEntries(rows.map(([what = '', , , share = '']) => [what, share]));
  };
  await expect.poll(saved).toEqual({
    'Weights, training': 'none',
    'Weights, test': '96.88 %',
    'Multiplications, training': '55.62 %',
    'Multiplications, test': '100.00 %',
    'Energy, training': '44.74 %',
    'Energy, test': '80.43 %',
  });
  await playground.weights('Stochastic').check();
  await expect.poll(async () => (await saved())['Multiplications, test']).toBe('none');
  expect((await saved())['Multiplications, training']).toBe('55.62 %');
  await region.getByRole('radio', { name: 'int32' }).check();
  await expect.poll(async () => (await saved())['Energy, training']).not.toBe('44.74 %');
  expect(await cells(region, /^By layer/)).toHaveLength(3);
});

test('axe finds nothing in either panel, and nothing scrolls sideways, at any width and in any theme', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=8C3-P2-16FC&batch=20');
  const accounting = await opened(page, 'Accounting');
  await expect(accounting.getByRole('table')).toHaveCount(2);
  const accelerator = await opened(page, 'Accelerator');
  await accelerator.getByRole('checkbox', { name: 'Show training' }).check();
  await accelerator.locator('summary').last().click();
  await expect(accelerator.getByRole('table')).toHaveCount(3);
  await playground.expectAccessibleInAll();
});
