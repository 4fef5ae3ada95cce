/** A person's own data: brought in every way there is, looked at, trained on, kept, deleted. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { bytesAnswer, localServer } from '../src/testing/local-server.ts';
import { csvText, pixelOf } from '../src/testing/own-files.ts';
import { makePng } from '../src/testing/png.ts';
import { GIVEN, PlaygroundPage } from './playground.ts';

const NET = `#v=1&data=moons&net=16&batch=20${GIVEN}`;

/** The panel, as a person finds it. */
class OwnPanel {
  readonly page: Page;
  readonly dialog: Locator;
  readonly playground: PlaygroundPage;

  constructor(page: Page) {
    this.page = page;
    this.playground = new PlaygroundPage(page);
    this.dialog = page.getByRole('dialog', { name: 'Your data' });
  }

  async open(): Promise<void> {
    await this.playground.button('Your data').click();
    await expect(this.dialog).toBeVisible();
  }

  /** Pick a folder, and wait until it is read. */
  async bring(folder: string): Promise<void> {
    await this.page.getByLabel('Folder', { exact: true }).setInputFiles(folder);
    await expect(this.dialog.getByRole('heading', { name: 'Look before you train' })).toBeVisible();
  }

  /** Drop files made on the spot on the page, as a person does anywhere. */
  async drop(files: readonly { name: string; bytes: Uint8Array | string }[]): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      (list) => {
        const data = new DataTransfer();
        for (const { name, base64 } of list) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], name));
        }
        return data;
      },
      files.map(({ name, bytes }) => ({
        name,
        base64: Buffer.from(bytes).toString('base64'),
      })),
    );
    for (const event of ['dragenter', 'dragover', 'drop']) {
      await this.page.dispatchEvent('main', event, { dataTransfer: transfer });
    }
  }

  async use(name: string | RegExp = 'Use this data'): Promise<void> {
    await this.dialog.getByRole('button', { name }).click();
    await expect(this.dialog).toBeHidden({ timeout: 60_000 });
    await expect(this.playground.status).toContainText('Paused', { timeout: 60_000 });
  }

  /** Train a few steps on what was chosen last: until it is loaded, a step is one of the run before. */
  async train(steps: number): Promise<void> {
    await expect(async () => {
      await expect(this.playground.status).toContainText('Paused', { timeout: 60_000 });
      await this.playground.button('Step').click();
      await expect.poll(() => this.playground.step(), { timeout: 5000 }).toBeGreaterThan(0);
    }).toPass({ timeout: 90_000 });
    await this.playground.takeSteps(steps - 1);
  }

  /** The data select, which lists own sets too. */
  get select(): Locator {
    return this.page.getByRole('combobox', { name: 'Data' });
  }

  async chosen(): Promise<string> {
    return this.select.locator('option:checked').innerText();
  }
}

/** 40 grey pictures of two kinds, 9 x 8, in folders. */
const pictures = (): { path: string; bytes: Uint8Array<ArrayBuffer> }[] =>
  Array.from({ length: 40 }, (_, n) => ({
    path: `pets/${n % 2 ? 'dogs' : 'cats'}/${n}.png`,
    bytes: makePng(
      9,
      8,
      1,
      Array.from({ length: 72 }, (__, j) => pixelOf(n, j, 2)),
    ),
  }));

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'own-data-'));
  try {
    for (const { path, bytes } of pictures()) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    await use(join(folder, 'pets'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a folder of pictures: look, train, come back, delete', async ({ page }) => {
  const panel = new OwnPanel(page);
  const { playground, dialog } = panel;
  await playground.open(NET);
  await panel.open();
  await withFolder((folder) => panel.bring(folder));

  // Twelve examples with their labels, before anything is trained.
  await expect(dialog.getByRole('img', { name: /An example labelled (cats|dogs)/ })).toHaveCount(
    12,
  );
  await expect(dialog.getByRole('row', { name: 'cats 20' })).toBeVisible();
  await expect(dialog).toContainText('9 × 8, grey');
  await expect(dialog).toContainText('32 train, 4 validate, 4 test');
  await dialog.getByRole('radio', { name: 'In order' }).check();
  await expect(dialog).toContainText(
    'Classes without an example: 1 of 2 in validation, 1 of 2 in test.',
  );
  await dialog.getByRole('radio', { name: 'Shuffled' }).check();
  await dialog.getByLabel('Name').fill('My pets');
  await panel.use();

  await expect.poll(() => panel.chosen()).toBe('My pets');
  await panel.train(3);
  await playground.button('Share').click();
  const link = page.url();
  expect(link).toMatch(/data=own-9x8x1-2-[0-9a-f]{16}/);

  // It is here at the next visit, and its link opens it.
  await page.goto('about:blank');
  await page.goto(link);
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await expect.poll(() => panel.chosen()).toBe('My pets');
  await panel.train(2);

  await panel.open();
  const row = dialog.getByRole('listitem').filter({ hasText: 'My pets' });
  await expect(row).toContainText('40 examples, 9 × 8, grey, 2 classes');
  await row.getByRole('button', { name: 'Delete My pets' }).click();
  await expect(row).toContainText('Delete it for good?');
  await expect(row.getByRole('button', { name: 'Keep' })).toBeFocused();
  await row.getByRole('button', { name: 'Delete for good' }).click();
  await expect(dialog).toContainText('Nothing is kept yet.');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  // A link to data that is not here says so, and is not broken.
  await page.reload();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('which is not in this browser');
  await playground.expectAccessible();
  await alert.getByRole('button', { name: 'Your data …' }).click();
  await expect(dialog).toBeVisible();
  await withFolder((folder) => panel.bring(folder));
  await panel.use();
  await expect(page.getByRole('alert')).toBeHidden();
  // The same files, read and split in the same way, are the same data.
  await playground.button('Share').click();
  expect(page.url()).toBe(link);
});

test('a folder dragged onto the page', async ({ page }) => {
  const panel = new OwnPanel(page);
  await panel.playground.open(NET);
  const session = await page.context().newCDPSession(page);
  await withFolder(async (folder) => {
    const data = { items: [], files: [folder], dragOperationsMask: 1 };
    const at = { x: 600, y: 400, data };
    await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at });
    await expect(page.getByText('Drop to read it here')).toBeVisible();
    await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...at });
    await session.send('Input.dispatchDragEvent', { type: 'drop', ...at });
    await expect(panel.dialog.getByRole('row', { name: 'dogs 20' })).toBeVisible();
  });
  await expect(panel.dialog.getByLabel('Name')).toHaveValue('pets');
});

test('a table dropped on the page', async ({ page }) => {
  const panel = new OwnPanel(page);
  const { playground, dialog } = panel;
  await playground.open(NET);
  await panel.drop([{ name: 'digits.csv', bytes: csvText(60, 16, 3) }]);
  await expect(dialog.getByRole('row', { name: '2 20' })).toBeVisible();
  await expect(dialog).toContainText('4 × 4, grey');
  // Read it another way: the numbers as one row.
  await dialog.getByText('How it is read').click();
  await dialog.getByLabel('Height').first().fill('1');
  await expect(dialog.getByText('Height × width × channels must be 16.')).toBeVisible();
  await dialog.getByLabel('Width').first().fill('16');
  await dialog.getByRole('button', { name: 'Read again' }).click();
  await expect(dialog).toContainText('1 × 16, grey');
  await panel.use();
  await panel.train(3);
  await expect.poll(() => panel.chosen()).toBe('digits');
});

test('fewer examples than a batch make a smaller batch, and say so', async ({ page }) => {
  const panel = new OwnPanel(page);
  await panel.playground.open(`#v=1&data=moons&net=16&batch=200${GIVEN}`);
  await panel.drop([{ name: 'few.csv', bytes: csvText(30, 9, 2) }]);
  await panel.use();
  await new PlaygroundPage(page).unfold('Schedule');
  await expect(page.getByRole('spinbutton', { name: 'Batch' })).toHaveValue('24');
  await panel.train(2);
});

test('broken files get a sentence, and the page goes on', async ({ page }) => {
  const panel = new OwnPanel(page);
  const { dialog, playground } = panel;
  await playground.open(NET);
  const [first] = pictures();
  const cut = first?.bytes.subarray(0, 60) ?? new Uint8Array(0);
  const alert = dialog.getByRole('alert');
  for (const [files, sentence] of [
    [[{ name: 'paper.pdf', bytes: '%PDF-1.7' }], 'is of no kind that can be read here'],
    [[{ name: 'a.csv', bytes: 'label,x\n1,2\n' }], 'has 1 example; allowed are 10 to'],
    [
      [{ name: 'a.csv', bytes: csvText(12, 4, 2).replace(/,(\d+)\n$/, ',ten\n') }],
      'row 13, column 5 is "ten"',
    ],
    [[{ name: 'a.npz', bytes: 'PK\u0003\u0004 cut off' }], 'does not unpack as a zip archive'],
    [
      pictures().map(({ path, bytes }, n) => ({
        name: path.replaceAll('/', '-'),
        bytes: n === 7 ? cut : bytes,
      })),
      'in one folder; allowed is a folder for each class',
    ],
  ] as const) {
    await panel.drop(files);
    await expect(alert).toContainText(sentence);
    await dialog.getByRole('button', { name: 'Choose others' }).click();
    await expect(alert).toBeHidden();
  }
  await page.keyboard.press('Escape');
  await panel.train(1);
});

test('a picture that the browser cannot decode is named', async ({ page }) => {
  const panel = new OwnPanel(page);
  await panel.playground.open(NET);
  await panel.open();
  const folder = await mkdtemp(join(tmpdir(), 'own-data-'));
  for (const [n, { path, bytes }] of pictures().entries()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), n === 7 ? bytes.subarray(0, 60) : bytes);
  }
  await page.getByLabel('Folder', { exact: true }).setInputFiles(join(folder, 'pets'));
  await expect(panel.dialog.getByRole('alert')).toContainText(
    '"pets/dogs/7.png" is damaged or cut off: it does not decode as PNG',
  );
  await rm(folder, { recursive: true });
});

test('a Parquet file by its address, from a list of hosts', async ({ page }) => {
  const server = await localServer();
  try {
    const bytes = new Uint8Array(
      parquetWriteBuffer({
        schema: [
          { name: 'schema', num_children: 2 },
          { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          {
            name: 'path',
            type: 'BYTE_ARRAY',
            converted_type: 'UTF8',
            repetition_type: 'OPTIONAL',
          },
          { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          {
            name: 'image',
            data: pictures().map(({ bytes: png, path }) => ({ bytes: png, path })),
          },
          { name: 'label', data: pictures().map((_, n) => BigInt(n % 2)) },
        ],
        kvMetadata: [
          {
            key: 'huggingface',
            value: JSON.stringify({ info: { features: { label: { names: ['cat', 'dog'] } } } }),
          },
        ],
      }),
    );
    const cors = { 'Access-Control-Allow-Origin': '*' };
    server.answers.set('pets/train-00000-of-00001.parquet', bytesAnswer(bytes, cors));
    const panel = new OwnPanel(page);
    const { dialog } = panel;
    await panel.playground.open(NET);
    await panel.open();
    const address = dialog.getByLabel('Address of a Parquet file');
    await address.fill('https://example.org/x.parquet');
    await dialog.getByRole('button', { name: 'Fetch' }).click();
    await expect(dialog.getByRole('alert')).toContainText('not on the short list of hosts');
    await dialog.getByRole('button', { name: 'Choose others' }).click();
    await address.fill(`${server.base}pets/train-00000-of-00001.parquet`);
    await address.press('Enter');
    await expect(dialog.getByRole('row', { name: 'dog 20' })).toBeVisible();
    await panel.use();
    await panel.train(2);
  } finally {
    await server.close();
  }
});

test('the page may connect to nothing but its server and the list of hosts', async ({ page }) => {
  await page.goto('./');
  const refused = (address: string) =>
    page.evaluate(async (url) => {
      const violated = new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          resolve(effectiveDirective);
        });
        setTimeout(resolve, 2000, 'nothing');
      });
      await fetch(url).catch(() => undefined);
      return violated;
    }, address);
  expect(await refused('http://127.0.0.2:9/')).toBe('connect-src');
  expect(await refused('http://127.0.0.1:9/')).toBe('nothing');
});

const dataDir = process.env['BC_DATA_DIR'] ?? '';
const hasMnist = dataDir !== '' && existsSync(join(dataDir, 'mnist'));
const skipped = hasMnist ? '' : ' (skipped: BC_DATA_DIR does not name a folder with mnist/)';

test(`the official files of MNIST are MNIST${skipped}`, async ({ page }) => {
  test.skip(!hasMnist);
  const panel = new OwnPanel(page);
  const { dialog, playground } = panel;
  // As on a server that does not have them.
  await page.route('**/data/mnist/**', (route) => route.fulfill({ status: 404 }));
  await playground.open(NET);
  await panel.open();
  const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
  const files = names.map((name) => join(dataDir, 'mnist', `${name}-ubyte.gz`));
  const picker = page.getByLabel('Files', { exact: true });
  await picker.setInputFiles(files);
  await expect(dialog).toContainText('These are the official files of MNIST', { timeout: 60_000 });
  await expect(dialog.getByRole('img', { name: /An example labelled \d/ })).toHaveCount(12);
  await panel.use('Use MNIST');
  await expect.poll(() => panel.chosen()).toBe('MNIST');
  await panel.train(2);
  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await panel.select.selectOption('MNIST');
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await panel.train(1);

  // The test files alone are somebody's own data, to be split as they like.
  await panel.open();
  await picker.setInputFiles(files.slice(2));
  await expect(dialog).toContainText('Official files of MNIST, but not all of them');
  await expect(dialog).toContainText('8000 train, 1000 validate, 1000 test');
});

test('where nothing can be kept, the data is there for this visit', async ({ page }) => {
  await page.addInitScript(() => {
    StorageManager.prototype.getDirectory = () =>
      Promise.reject(new DOMException('denied', 'SecurityError'));
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  const panel = new OwnPanel(page);
  const { dialog, playground } = panel;
  // The worker that reads has an init of its own: there, storage is taken away by its answer.
  await page.route('**/assets/import-worker-*.js', async (route) => {
    const response = await route.fetch();
    const denied = `
      Object.defineProperty(navigator, 'storage', { value: undefined });
      Object.defineProperty(self, 'indexedDB', { value: undefined });
    `;
    await route.fulfill({ response, body: denied + (await response.text()) });
  });
  await playground.open(NET);
  await panel.drop([{ name: 'digits.csv', bytes: csvText(60, 16, 3) }]);
  await panel.use();
  await panel.train(2);
  await panel.open();
  await expect(dialog).toContainText('This browser keeps nothing for this page');
  await expect(dialog.getByRole('listitem')).toContainText('only until the page is closed');
});

test('IndexedDB takes what the file system does not', async ({ page }) => {
  const deny = `
    if (typeof StorageManager !== 'undefined') {
      StorageManager.prototype.getDirectory = () => Promise.reject(new Error('denied'));
    }
  `;
  await page.addInitScript(deny);
  await page.route('**/assets/*worker-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: deny + (await response.text()) });
  });
  const panel = new OwnPanel(page);
  await panel.playground.open(NET);
  await panel.drop([{ name: 'digits.csv', bytes: csvText(60, 16, 3) }]);
  await panel.use();
  await panel.train(1);
  await page.reload();
  await expect(panel.playground.status).toContainText('Paused', { timeout: 60_000 });
  await panel.open();
  const row = panel.dialog.getByRole('listitem').filter({ hasText: 'digits' });
  await row.getByRole('button', { name: 'Use digits' }).click();
  await expect(panel.playground.status).toContainText('Paused', { timeout: 60_000 });
  await panel.train(1);
});

test('the panel by keyboard alone', async ({ page }) => {
  const panel = new OwnPanel(page);
  const { dialog, playground } = panel;
  await playground.open(NET);
  await page.keyboard.press('d');
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Choose files' })).toBeFocused();
  await panel.drop([{ name: 'table.csv', bytes: csvText(12, 400, 2) }]);
  await expect(dialog.getByRole('heading', { name: 'Look before you train' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  // It is still there when the panel is opened again.
  // A dialog tells of its end a moment after it is hidden.
  await expect(async () => {
    await page.keyboard.press('d');
    await expect(dialog.getByRole('button', { name: 'Use this data' })).toBeVisible({
      timeout: 2000,
    });
  }).toPass();
  await dialog.getByRole('button', { name: 'Choose others' }).press('Enter');
  await expect(dialog.getByRole('button', { name: 'Choose files' })).toBeFocused();
});

const LOOKS = [
  [1280, 'dark'],
  [360, 'light'],
] as const;

test('axe finds nothing in the panel', async ({ page }) => {
  const panel = new OwnPanel(page);
  const { dialog, playground } = panel;
  await playground.open(NET);
  await panel.open();
  await dialog.getByText('What can be read').click();
  await playground.expectAccessibleAt(LOOKS);
  await panel.drop([{ name: 'digits.csv', bytes: csvText(60, 16, 3) }]);
  await dialog.getByText('How it is read').click();
  await playground.expectAccessibleAt(LOOKS);
  const overflow = () => dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
  expect(await overflow()).toBe(0);
  await panel.use();
  await panel.open();
  await dialog.getByRole('button', { name: 'Delete digits' }).click();
  await playground.expectAccessibleAt(LOOKS);
  expect(await overflow()).toBe(0);
  await panel.drop([{ name: 'x.pdf', bytes: '%PDF' }]);
  await expect(dialog.getByRole('alert')).toBeVisible();
  await playground.expectAccessibleAt(LOOKS);
});
