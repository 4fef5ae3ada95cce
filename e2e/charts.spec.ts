/** What a person does with the charts: how they are drawn, exact values, moments of the past, files. */
import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { PlaygroundPage, TOY as BASE } from './playground.ts';

/** Two steps an epoch would be too few, a thousand too slow. */
const TOY = `${BASE}&mode=stoch`;

const slider = (page: Page, name: string) => page.getByRole('slider', { name, exact: true });

async function saved(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name, exact: true }).click();
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test('charts are drawn as chosen, also at the next visit, and read by keyboard', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(4);
  const loss = playground.region('Loss');
  // Each curve has its raw values, faint, behind it.
  await expect(loss.locator('path.recharts-curve')).not.toHaveCount(0);
  await expect(loss.getByText('Smoothed by 0.60')).toBeVisible();
  await expect.poll(async () => (await playground.table('Loss')).length).toBe(4);
  const rows = await playground.table('Loss');

  const cursor = slider(page, 'Loss, values at');
  await cursor.focus();
  await expect(cursor).toHaveAttribute('aria-valuetext', /^step 4; train, stochastic \d/);
  await page.keyboard.press('Home');
  const [first] = rows;
  await expect(cursor).toHaveAttribute('aria-valuetext', /^step 1; .*smoothed/);
  const said = await cursor.getAttribute('aria-valuetext');
  expect(Number(/stochastic ([\d.]+)/.exec(said ?? '')?.[1])).toBeCloseTo(Number(first?.[1]), 3);
  await expect(loss.locator('.readout')).toContainText('step 1');

  await slider(page, 'Smoothing').fill('0');
  await expect(loss.getByText('Smoothed by')).toHaveCount(0);
  await page.getByRole('combobox', { name: 'Across' }).selectOption('epochs');
  await page.getByRole('combobox', { name: 'Scale', exact: true }).selectOption('log');
  await expect(cursor).toHaveAttribute('aria-valuetext', /^epoch 0\.\d+, step 1; /);
  await expect(loss.getByText('10⁰')).toBeVisible();
  for (const name of ['Error', 'Sign flips'] as const) {
    await slider(page, `${name}, values at`).focus();
    await expect(playground.region(name).locator('.readout')).toContainText('epoch');
  }
  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await expect(slider(page, 'Smoothing')).toHaveValue('0');
  await page.getByRole('combobox', { name: 'Across' }).selectOption('time');
  await playground.takeSteps(2);
  await expect(slider(page, 'Loss, values at')).toHaveAttribute('aria-valuetext', /s, step 2; /);
});

test('stored weights of an earlier moment come back, by keyboard and by pointer', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(5);
  const stored = playground.region('Stored weights');
  const moment = slider(page, 'Moment');
  await expect(moment).toHaveAttribute('aria-valuetext', 'now, step 5');
  await expect.poll(async () => (await playground.table('Stored weights', 2)).length).toBe(6);
  const histogram = stored.getByRole('img', { name: /^Stored weights of Layer 1, from/ });
  const now = await histogram.getAttribute('aria-label');
  const pixels = () => histogram.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const drawn = await pixels();
  await moment.focus();
  await page.keyboard.press('Home');
  await expect(moment).toHaveAttribute('aria-valuetext', 'step 0');
  await expect(histogram).not.toHaveAttribute('aria-label', now ?? '');
  await expect.poll(pixels).not.toBe(drawn);
  await expect(stored.locator('caption').first()).toHaveText('Stored weights by layer, step 0');
  // It stays there while the run goes on.
  await playground.takeSteps(1);
  await expect(moment).toHaveAttribute('aria-valuetext', 'step 0');
  await stored.getByRole('button', { name: 'Now' }).click();
  await expect(moment).toHaveAttribute('aria-valuetext', 'now, step 6');

  const strip = stored.getByRole('img', { name: /^Stored weights of Output over time/ });
  await strip.click({ position: { x: 2, y: 10 } });
  await expect(moment).toHaveAttribute('aria-valuetext', 'step 0');
  const file = await saved(page, 'Save stored weights as SVG');
  expect(file.bytes.toString()).toContain('>Stored weights at step 0</text>');
});

test('a chart is saved as SVG and PNG, with other runs and the facts', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  await playground.button('New seed').click();
  await expect.poll(() => playground.step()).toBe(0);
  await playground.takeSteps(3);
  await expect(
    playground.region('Loss').getByRole('list', { name: 'Other runs' }).getByRole('listitem'),
  ).toHaveCount(1);
  const svg = await saved(page, 'Save loss as SVG');
  expect(svg.name).toMatch(/^binaryconnect-loss-moons-seed\d+-step3\.svg$/);
  const text = svg.bytes.toString();
  for (const said of [
    '>Loss</text>',
    '>step</text>',
    '1: net 16 · Stochastic · seed 1, train',
    'seed ',
  ]) {
    expect(text).toContain(said);
  }
  expect(text).not.toMatch(/var\(|NaN|undefined/);
  const parsed = await page.evaluate(
    (markup) => new DOMParser().parseFromString(markup, 'image/svg+xml').documentElement.nodeName,
    text,
  );
  expect(parsed).toBe('svg');
  const png = await saved(page, 'Save loss as PNG');
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(png.bytes.readUInt32BE(16)).toBe(1900);
});

test('an ensemble of sampled nets is measured when asked for', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  const ask = playground.button('Measure an ensemble');
  await expect(ask).toHaveAttribute('aria-disabled', 'true');
  await playground.takeSteps(2);
  await ask.click();
  await expect.poll(async () => (await playground.table('Error', 2)).length).toBe(5);
  await expect(playground.status).toContainText('Paused');
  const rows = await playground.table('Error', 2);
  expect(rows.map(([step, nets]) => [step, nets])).toEqual(
    ['1', '2', '4', '8', '16'].map((nets) => ['2', nets]),
  );
  await expect(playground.region('Error').getByText('test, ensemble of 16')).toBeVisible();
});

test('axe finds nothing in the charts; saturation and rate open', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  for (const name of ['Saturation', 'Learning rate'] as const) {
    const region = playground.region(name);
    await region.getByRole('heading', { name }).click();
    await region.locator('details.twin summary').click();
    await expect(region.getByRole('table').getByRole('row')).toHaveCount(3);
  }
  await slider(page, 'Error, values at').focus();
  await playground.expectAccessibleInAll();
});

test('the header keeps to its lines with Compare all in it', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  const lines = async () => {
    const tops = await page
      .getByRole('region', { name: 'Controls' })
      .locator('input:first-of-type, .transport-buttons > *, .odometer')
      .evaluateAll((all) =>
        all.map((one) => {
          const { top, height } = one.getBoundingClientRect();
          return Math.round((top + height / 2) / 12);
        }),
      );
    return new Set(tops).size;
  };
  for (const [width, most] of [
    [2560, 1],
    [1440, 1],
    [1280, 1],
    [1024, 2],
    [768, 2],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(lines, { message: `${width} px` }).toBeLessThanOrEqual(most);
  }
});
