/** A picture of one's own, the mistakes of the net, and one of its units. */
import { expect, type Page, test } from '@playwright/test';
import { makePng } from '../src/testing/png.ts';
import { PlaygroundPage } from './playground.ts';

const SEEN = /^The picture that the network sees/;

async function openPad(page: Page): Promise<PlaygroundPage> {
  const playground = new PlaygroundPage(page);
  await playground.open();
  await page.getByRole('radio', { name: 'Your own picture' }).check();
  await expect(page.getByRole('application', { name: 'Drawing pad' })).toBeVisible();
  return playground;
}

/** A filled square in the middle of light paper. */
const SQUARE = makePng(
  40,
  40,
  1,
  Array.from({ length: 1600 }, (_, i) => {
    const [y, x] = [Math.floor(i / 40), i % 40];
    return y > 9 && y < 30 && x > 9 && x < 30 ? 10 : 245;
  }),
);

test('a drawing is predicted, an empty pad is not, and files are looked at', async ({ page }) => {
  const playground = await openPad(page);
  const region = playground.region('Feature maps');
  await expect(region).toContainText('Nothing is drawn yet');
  await expect(region.getByRole('list', { name: 'Scores' })).toHaveCount(0);

  const pad = page.getByRole('application', { name: 'Drawing pad' });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('no pad');
  await page.mouse.move(box.x + 60, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 160, box.y + 90, { steps: 5 });
  await page.mouse.move(box.x + 70, box.y + 220, { steps: 5 });
  await page.mouse.up();
  await expect(region.getByRole('img', { name: SEEN })).toBeVisible();
  await expect(region.getByRole('list', { name: 'Scores' }).getByRole('listitem')).toHaveCount(10);
  await expect(region).toContainText('The network says');
  await expect(region.getByRole('img', { name: /^Maps of Layer 1, / })).toBeVisible();
  // The true class of a drawing is nobody's to tell.
  await expect(region.getByText('(true class)')).toHaveCount(0);

  await playground.button('Clear').click();
  await expect(region).toContainText('Nothing is drawn yet');
  await playground.button('Undo stroke').click();
  await expect(region.getByRole('img', { name: SEEN })).toBeVisible();

  const file = page.getByLabel('Picture from a file');
  await file.setInputFiles({
    ...{ name: 'bad.png', mimeType: 'image/png' },
    buffer: Buffer.from('no picture'),
  });
  await expect(region.getByRole('alert')).toContainText('is no picture that is read here');
  await file.setInputFiles({
    ...{ name: 'square.png', mimeType: 'image/png' },
    buffer: Buffer.from(SQUARE),
  });
  await expect(region.getByRole('alert')).toHaveCount(0);
  // Light paper is inverted, and the square fills the frame as Fashion-MNIST's clothes do; its edge is soft.
  await expect
    .poll(() =>
      region.getByRole('img', { name: SEEN }).evaluate((canvas: HTMLCanvasElement) => {
        const data = canvas.getContext('2d')?.getImageData(0, 0, 28, 28).data ?? [];
        return [data[4 * (14 * 28 + 14)], data[4 * (3 * 28 + 3)]];
      }),
    )
    .toEqual([245, 245]);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 780 }, hasTouch: true });

  test('a finger draws, sees the answer above the pad, and moves nothing', async ({ page }) => {
    const playground = await openPad(page);
    const region = playground.region('Feature maps');
    const pad = page.getByRole('application', { name: 'Drawing pad' });
    await pad.evaluate((element) => {
      element.scrollIntoView({ block: 'center' });
    });
    const place = async () => {
      const box = await pad.boundingBox();
      if (box === null) throw new Error('no pad');
      return box;
    };
    const before = await place();
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove', y: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: [{ x: before.x + 130, y: before.y + y }],
      });
    await touch('touchStart', 50);
    for (const y of [90, 140, 190, 240]) await touch('touchMove', y);
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    const seen = region.getByRole('img', { name: SEEN });
    await expect(seen).toBeInViewport({ ratio: 1 });
    await expect(region.getByText(/^The network says/)).toBeInViewport({ ratio: 1 });
    await expect(region.getByRole('list', { name: 'Scores' })).toBeVisible();
    // What is above may fill in meanwhile; the browser keeps the place to a pixel.
    expect(Math.abs((await place()).y - before.y)).toBeLessThan(1);
  });
});

test('the pad is drawn on by keyboard, and the scores live while training', async ({ page }) => {
  const playground = await openPad(page);
  const region = playground.region('Feature maps');
  await page.getByRole('application', { name: 'Drawing pad' }).focus();
  await page.keyboard.press('Space');
  for (let k = 0; k < 4; k++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Space');
  const scores = region.getByRole('list', { name: 'Scores' });
  await expect(scores).toBeVisible();
  // The page's own keys: the space bar did not start training.
  expect(await playground.step()).toBe(0);
  const before = await scores.innerText();
  await playground.button('Train').click();
  await expect.poll(() => scores.innerText(), { timeout: 30_000 }).not.toBe(before);
  await playground.button('Pause').click();
  await page.getByRole('application', { name: 'Drawing pad' }).focus();
  await page.keyboard.press('Delete');
  await expect(region).toContainText('Nothing is drawn yet');
});

test('mistakes, their matrix, and an example out of them', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
  await page.getByRole('heading', { name: 'Mistakes' }).click();
  const mistakes = page.getByRole('region', { name: 'Mistakes' });
  const list = mistakes.getByRole('list', { name: /most confident first/ });
  await expect(list.getByRole('button')).toHaveCount(24, { timeout: 30_000 });
  await expect(mistakes).toContainText(/mistakes in 10.000 test examples/);
  const cells = mistakes.getByRole('grid', { name: 'Confusion' }).getByRole('button');
  await expect(cells).toHaveCount(100);
  const cell = cells.filter({ hasText: /\d/ }).and(page.locator('[data-right=false]')).first();
  const said = (await cell.getAttribute('aria-label')) ?? '';
  await cell.click();
  await expect(mistakes).toContainText(`${said}.`);
  const first = list.getByRole('button').first();
  const number = /Test example (\d+)/.exec((await first.getAttribute('aria-label')) ?? '')?.[1];
  await first.click();
  await expect(page.getByLabel('Test example', { exact: true })).toHaveValue(number ?? '');
});

test('one unit: its signs, what it stores, and what excites it', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open();
  const region = playground.region('Weight signs');
  await region.getByLabel('Look at unit').fill('5');
  const unit = region.getByRole('group', { name: 'Layer 1, unit 5', exact: true });
  await expect(unit.getByRole('img', { name: /^Stored weights of Layer 1, unit 5/ })).toBeVisible({
    timeout: 30_000,
  });
  await expect(unit.getByRole('list').getByRole('listitem').first()).toBeVisible();
  // A click on another tile.
  await region.getByRole('img', { name: /^Signs of the weights/ }).click({
    position: { x: 4, y: 4 },
  });
  await expect(region.getByRole('group', { name: 'Layer 1, unit 1', exact: true })).toBeVisible();
  await region.getByRole('button', { name: 'Close' }).click();
  await expect(region.getByRole('group', { name: /unit 1/ })).toHaveCount(0);
});

test('all of it is accessible', async ({ page }) => {
  const playground = await openPad(page);
  await page.getByRole('application', { name: 'Drawing pad' }).click();
  await expect(page.getByRole('img', { name: SEEN })).toBeVisible();
  await page.getByLabel('Look at unit').fill('2');
  await page.getByRole('heading', { name: 'Mistakes' }).click();
  await expect(page.getByRole('grid', { name: 'Confusion' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('list', { name: /^What excites/ })).toBeVisible();
  await playground.expectAccessibleAt([
    [1280, 'dark'],
    [360, 'light'],
  ]);
});
