import { expect, type Locator, test } from '@playwright/test';
import { brokenShader, lowLimit, preface } from './faults.ts';
import { PlaygroundPage } from './playground.ts';

/** Milliseconds that steps may take on a slow machine. */
const PATIENCE = 240_000;

/** Pictures of the page in training, for the documentation: `npm run screenshots`. */
const RUNS: Readonly<Record<string, (playground: PlaygroundPage) => Promise<void>>> = {
  page: async (playground) => {
    await playground.open('#v=1&net=128&batch=250&epochs=10');
    await playground.button('Train').click();
    await playground.reach(460, PATIENCE);
    await playground.weights('Stochastic').check();
    await playground.reach(720, PATIENCE);
  },
  conv: async (playground) => {
    await playground.open('#v=1&net=8C3-P2-16C3-P2-64FC&batch=50');
    await playground.page.getByRole('combobox', { name: 'Shown layer' }).selectOption('Layer 2');
    await playground.button('Train').click();
    await playground.reach(250, PATIENCE);
  },
  toy: async (playground) => {
    await playground.open('#v=1');
    await playground.page.getByRole('combobox', { name: 'Data' }).selectOption('Spiral');
    await playground.button('Train').click();
    await playground.reach(3000, PATIENCE);
  },
};

for (const [width, height, deviceScaleFactor] of [
  [1280, 1000, 1],
  [360, 780, 2],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${width} px, ${colorScheme}`, () => {
      test.use({ viewport: { width, height }, deviceScaleFactor, colorScheme });

      for (const [name, train] of Object.entries(RUNS)) {
        test(`${name}, in training`, async ({ page }) => {
          test.setTimeout(600_000);
          await train(new PlaygroundPage(page));
          await page.mouse.move(0, 0);
          // A window as tall as the page: what sticks to its edges covers nothing.
          const tall = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ width, height: tall });
          await page.waitForTimeout(1500);
          await page.screenshot({ path: `docs/screenshots/${name}-${width}-${colorScheme}.png` });
        });
      }
    });
  }
}

test.describe('panels below the zones', () => {
  test.use({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });

  test('accounting and accelerator', async ({ page }) => {
    test.setTimeout(600_000);
    const playground = new PlaygroundPage(page);
    await playground.open('#v=1&net=16C3-P2-32C3-P2-64FC&batch=20');
    await playground.takeSteps(2);
    for (const name of ['Accounting', 'Accelerator']) {
      const region = page.getByRole('region', { name, exact: true });
      await region.locator('summary').first().click();
      if (name === 'Accelerator') {
        await region.getByRole('radio', { name: /^Layer 2/ }).check();
        await region.getByRole('checkbox', { name: 'Show training' }).check();
      }
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: 1280, height: tall });
      await page.waitForTimeout(1500);
      await region.screenshot({ path: `docs/screenshots/${name.toLowerCase()}.png` });
    }
  });
});

/** A run of two short epochs, whose panels are shown as it stands at its end. */
const SHORT = '#v=1&net=64&batch=250&epochs=2';
const TOY = '#v=1&data=moons&net=16-16&batch=50&epochs=3';

type Shoot = (name: string, of?: Locator) => Promise<void>;

/** What is opened or dialled up, panel by panel; each leaves the page as it found it. */
async function panels(playground: PlaygroundPage, shoot: Shoot): Promise<void> {
  const { page } = playground;
  const { keyboard } = page;
  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const opened = async (name: string) => {
    await region(name).locator('summary').first().click();
    return region(name);
  };
  for (const [key, name] of [
    ['Control+k', 'find'],
    ['?', 'keys-and-terms'],
    ['g', 'glossary'],
    ['e', 'export'],
    ['d', 'own-data'],
  ] as const) {
    await keyboard.press(key);
    await shoot(name);
    await keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await playground.button('Share').click();
  await playground.button('More ways to share …').click();
  await page.getByRole('dialog').getByRole('checkbox', { name: 'With the result' }).check();
  await shoot('share');
  await keyboard.press('Escape');

  await page.getByLabel('Look at unit').fill('3');
  await keyboard.press('Enter');
  await shoot('unit', region('Weight signs'));
  await page.getByRole('radio', { name: 'Your own picture' }).check({ force: true });
  const pad = page.getByRole('application', { name: 'Drawing pad' });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('no pad');
  const at = ([x, y]: readonly [number, number]) =>
    page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 8 });
  // A shirt, roughly.
  await at([0.35, 0.2]);
  await page.mouse.down();
  const shirt = [
    [0.1, 0.35],
    [0.2, 0.5],
    [0.33, 0.4],
    [0.33, 0.85],
    [0.67, 0.85],
    [0.67, 0.4],
  ];
  for (const [x = 0, y = 0] of [...shirt, [0.8, 0.5], [0.9, 0.35], [0.65, 0.2], [0.35, 0.2]]) {
    await at([x, y]);
  }
  await page.mouse.up();
  await shoot('own-picture', region('Feature maps'));
  const mistakes = await opened('Mistakes');
  await expect(mistakes.getByRole('grid')).toBeVisible({ timeout: 60_000 });
  await shoot('mistakes', mistakes);
  await playground.button('Measure an ensemble').click();
  await expect(playground.region('Error')).toContainText('ensemble', { timeout: 60_000 });
  await shoot('error', playground.region('Error'));
  await opened('Saturation');
  await shoot('saturation', region('Saturation'));
  await shoot('program', await opened('The WGSL of a step'));
}

for (const [width, height, colorScheme] of [
  [1280, 900, 'light'],
  [360, 780, 'dark'],
] as const) {
  test.describe(`every panel, ${width} px, ${colorScheme}`, () => {
    const deviceScaleFactor = width === 360 ? 1.5 : 1;
    test.use({ viewport: { width, height }, deviceScaleFactor, colorScheme });
    const path = (name: string) => `docs/screenshots/panels/${name}-${width}-${colorScheme}.png`;

    test('of a run', async ({ page }) => {
      test.setTimeout(600_000);
      const playground = new PlaygroundPage(page);
      await playground.open(SHORT);
      await playground.button('Train').click();
      await expect(playground.status).toContainText('Finished', { timeout: PATIENCE });
      await panels(playground, async (name, of) => {
        await page.mouse.move(0, 0);
        await page.waitForTimeout(1200);
        if (of === undefined) {
          await page.screenshot({ path: path(name) });
          return;
        }
        // What sticks to the window's edges stays out of pictures of one panel.
        const { status } = playground;
        await status.evaluate((element) => {
          element.style.visibility = 'hidden';
        });
        await of.screenshot({ path: path(name) });
        await page.locator('.status').evaluate((element) => {
          (element as HTMLElement).style.visibility = '';
        });
      });
    });

    test('of a toy task', async ({ page }) => {
      test.setTimeout(600_000);
      const playground = new PlaygroundPage(page);
      const region = (name: string) => page.getByRole('region', { name, exact: true });
      const shoot: Shoot = async (name, of) => {
        await page.waitForTimeout(1000);
        await (of ?? page).screenshot({ path: path(name) });
      };
      await playground.open(TOY);
      await playground.button('Take the tour').click();
      await shoot('tour');
      await page.keyboard.press('Escape');
      await region('What is happening').locator('summary').first().click();
      for (let phase = 1; phase <= 4; phase++) {
        await page.keyboard.press('n');
        await expect(page.locator('.happening-phases > li')).toHaveCount(phase);
      }
      await shoot('what-is-happening', region('What is happening'));
      await playground.button('Compare all').click();
      await expect(playground.button('Stop comparing').first()).toBeVisible();
      await expect(playground.button('Compare all')).toBeVisible({ timeout: PATIENCE });
      await shoot('compare', region('Runs'));
    });

    test('what the page says where something is wrong', async ({ page }) => {
      test.setTimeout(600_000);
      const playground = new PlaygroundPage(page);
      const alert = page.getByRole('alert');
      const shoot = async (name: string, sentence: RegExp) => {
        await expect(alert).toContainText(sentence, { timeout: 60_000 });
        await page.waitForTimeout(1000);
        await page.screenshot({ path: path(name) });
      };
      const open = (hash: string) =>
        page.evaluate((link) => {
          location.hash = link;
        }, hash);
      await preface(page, [
        brokenShader('update'),
        lowLimit('maxStorageBufferBindingSize', 2 ** 20),
      ]);
      await page.goto(`./${TOY}`);
      await shoot('shader', /does not compile/);
      await alert.getByRole('button', { name: 'Try again' }).click();
      await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
      await open('#v=1&data=moons&net=1024-1024&batch=50');
      await shoot('too-large', /takes buffers of up to/);
      await open('#v=1&batch=0');
      await shoot('broken-link', /batch/);
      await open('#v=2&net=32');
      await shoot('newer-link', /newer version/);
      await open(`${TOY}&mode=none&bn=none&opt=sgd&lr=1000&lrend=1000`);
      await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
      await playground.button('Train').click();
      await shoot('not-finite', /not a finite number/);
      await page.route('**/data/fashion-mnist/**', (route) => route.fulfill({ status: 404 }));
      await open(SHORT);
      await shoot('data-missing', /is not on this server/);
      await page.unroute('**/data/fashion-mnist/**');
      await page.addInitScript(() => {
        GPU.prototype.requestAdapter = () => Promise.resolve(null);
      });
      await preface(page, ['GPU.prototype.requestAdapter = () => Promise.resolve(null);']);
      await page.reload();
      await shoot('no-adapter', /no graphics adapter/);
      await page.addInitScript(() => {
        Reflect.deleteProperty(Navigator.prototype, 'gpu');
      });
      await preface(page, ["Reflect.deleteProperty(WorkerNavigator.prototype, 'gpu');"]);
      await page.reload();
      await shoot('no-webgpu', /no WebGPU/);
    });
  });
}

for (const [width, height] of [
  [768, 1024],
  [2560, 1440],
] as const) {
  test.describe(`${width} px`, () => {
    test.use({ viewport: { width, height }, colorScheme: 'light' });

    test('a toy task, in training', async ({ page }) => {
      test.setTimeout(600_000);
      await RUNS['toy']?.(new PlaygroundPage(page));
      await page.mouse.move(0, 0);
      await page.waitForTimeout(1500);
      await page.screenshot({ path: `docs/screenshots/toy-${width}-light.png`, fullPage: true });
    });
  });
}
