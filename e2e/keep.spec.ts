import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import { GIVEN, PlaygroundPage, TOY } from './playground.ts';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Keep and export' });

/** Save a row of the panel, which is open; the file's path. */
async function saved(page: Page, row: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog(page)
      .getByRole('button', { name: `Save ${row}`, exact: true })
      .click(),
  ]);
  return download.path();
}

test('a checkpoint file, saved and opened: the run stands where it was, and goes on to the bit', async ({
  page,
}, info) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  await page.keyboard.press('e');
  const file = await saved(page, 'Checkpoint');
  await expect(dialog(page).locator('.keep-said')).toContainText(/^run\.safetensors is saved: /);
  await playground.expectAccessible();
  await page.keyboard.press('Escape');
  await playground.takeSteps(3);
  await page.keyboard.press('e');
  const undisturbed = await readFile(await saved(page, 'Checkpoint'));

  const named = info.outputPath('two.safetensors');
  await writeFile(named, await readFile(file));
  const field = dialog(page).locator('input[type=file]');
  await field.setInputFiles(named);
  await expect(dialog(page)).toBeHidden();
  await expect.poll(() => playground.step(), { timeout: 30_000 }).toBe(2);
  await playground.takeSteps(3);
  await page.keyboard.press('e');
  const resumed = await readFile(await saved(page, 'Checkpoint'));
  // Behind the header, which carries speeds and curves, lie the tensors.
  const tensors = (bytes: Buffer) => bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
  expect(tensors(resumed).equals(tensors(undisturbed))).toBe(true);

  // Every other byte that comes as a file gets a sentence, and the run stays.
  const broken = info.outputPath('broken.safetensors');
  await writeFile(broken, undisturbed.subarray(0, 900));
  await field.setInputFiles(broken);
  await expect(dialog(page).getByRole('alert')).toContainText(/broken\.safetensors/);
  expect(await playground.step()).toBe(5);
});

/** What a checkpoint file says under a key of its metadata, and the bytes of its tensors by name. */
function contents(file: Buffer): { json: (key: string) => unknown; tensors: Map<string, string> } {
  const start = 8 + Number(file.readBigUInt64LE());
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, unknown>;
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries(entries).map(([name, entry]) => {
    const [from, to] = (entry as { data_offsets: [number, number] }).data_offsets;
    return [name, file.toString('hex', start + from, start + to)] as const;
  });
  const texts = metadata as Record<string, string>;
  return { json: (key): unknown => JSON.parse(texts[key] ?? 'null'), tensors: new Map(tensors) };
}

const command = promisify(execFile);
/** A command of the project, in Node. */
const run = (script: string, ...args: string[]) =>
  command(process.execPath, ['scripts/run.mjs', script, ...args]);

/** Four steps an epoch. */
const TWELVE = `#v=1&data=moons&net=16&batch=500&epochs=3${GIVEN}`;

test('from the page to the command line and back: the same state, ten losses, the page at that step', async ({
  page,
}, info) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${TWELVE}&mode=stoch`);
  await playground.takeSteps(2);
  await page.keyboard.press('e');
  const path = (name: string) => info.outputPath(name);
  const sent = await readFile(await saved(page, 'Checkpoint'));
  await writeFile(path('sent'), sent);
  await page.keyboard.press('Escape');

  // The last ten steps there, beside a file saved as it was loaded, before any step.
  const goOn = ['--resume', path('sent'), '--save', path('back'), '--out', path('out')];
  await Promise.all([
    run('src/cli/train.ts', ...goOn),
    run('src/testing/resave.ts', path('sent'), path('again')),
  ]);
  const again = contents(await readFile(path('again')));
  expect([...again.tensors.keys()]).toContain('output.w');
  expect(again.tensors).toEqual(contents(sent).tensors);
  expect(again.json('state')).toEqual(contents(sent).json('state'));

  const [head = '', ...rows] = (await readFile(path('out/steps.csv'), 'utf8')).trim().split('\n');
  const column = head.split(',').indexOf('loss');
  const losses = rows.map((row) => Number(row.split(',')[column]));
  // And here.
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished');
  await page.keyboard.press('e');
  const { curves } = contents(await readFile(await saved(page, 'Checkpoint'))).json('progress') as {
    curves: { loss: [number, number, number][] };
  };
  const own = curves.loss.slice(2);
  expect(own.map(([, step]) => step)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(losses).toHaveLength(10);
  // Adapters may add in different orders; docs/formats.md says how far apart that may lead.
  for (const [k, [, , loss]] of own.entries()) {
    expect(Math.abs((losses[k] ?? NaN) - loss)).toBeLessThanOrEqual(1e-4 * loss);
  }

  // Back, where another run stands meanwhile.
  await page.keyboard.press('Escape');
  await playground.open(`${TWELVE}&seed=9`);
  await page.keyboard.press('e');
  await dialog(page).locator('input[type=file]').setInputFiles(path('back'));
  await expect(dialog(page)).toBeHidden();
  await expect.poll(() => playground.step()).toBe(12);
});

/** What is said of the checkpoints that the browser holds. */
interface About {
  readonly id: string;
  readonly name: string;
  readonly step: number;
}
const checkpoints = (page: Page): Promise<About[]> =>
  page.evaluate(
    () =>
      new Promise<About[]>((resolve) => {
        const asked = indexedDB.open('binaryconnect-checkpoints');
        asked.onsuccess = () => {
          if (!asked.result.objectStoreNames.contains('checkpoints')) {
            resolve([]);
            return;
          }
          const store = asked.result.transaction('checkpoints').objectStore('checkpoints');
          const found: About[] = [];
          store.openCursor().onsuccess = ({ target }) => {
            const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) {
              asked.result.close();
              resolve(found);
              return;
            }
            const { key } = cursor;
            if (typeof key === 'string' && key.startsWith('about:')) {
              found.push({ ...(cursor.value as About), id: key.slice('about:'.length) });
            }
            cursor.continue();
          };
        };
      }),
  );
const isLive = ({ id }: About) => id.startsWith('live:');
const liveSteps = async (page: Page) =>
  (await checkpoints(page)).filter(isLive).map(({ step }) => step);

const offerOf = (page: Page, step: number) =>
  page.getByRole('note').filter({ hasText: `at step ${step} of` });

test('after a reload the run is offered, outlives steps of another one, and resumes where it was', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(5);
  await expect.poll(() => liveSteps(page)).toEqual([5]);
  await page.reload();
  const offer = offerOf(page, 5);
  await expect(offer).toBeVisible({ timeout: 30_000 });
  await playground.expectAccessible();
  // Steps of the run that stands here are kept too, and beside it.
  await playground.takeSteps(2);
  await expect.poll(async () => (await liveSteps(page)).sort()).toEqual([2, 5]);
  await expect(offer).toBeVisible();
  await playground.button('Resume where you were').click();
  await expect.poll(() => playground.step(), { timeout: 30_000 }).toBe(5);
  await expect(offer).toBeHidden();
  await playground.takeSteps(1);
  await expect.poll(() => liveSteps(page)).toEqual([6]);
});

test('two tabs keep a run each: neither is offered the other’s, nor takes it away', async ({
  page,
  context,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(1);
  await expect.poll(() => liveSteps(page)).toEqual([1]);
  const other = new PlaygroundPage(await context.newPage());
  await other.open(TOY.replace('net=16', 'net=24'));
  await other.takeSteps(2);
  await expect.poll(async () => (await liveSteps(page)).sort()).toEqual([1, 2]);
  await expect(offerOf(other.page, 1)).toBeHidden();
  // The first one comes to its end: what the other keeps stays.
  await page.bringToFront();
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished', { timeout: 60_000 });
  await expect.poll(() => liveSteps(page)).toEqual([2]);
  await other.page.reload();
  await expect(offerOf(other.page, 2)).toBeVisible({ timeout: 30_000 });
});

test('a run that is left keeps its own checkpoint, however it is left, and undo goes back to it', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(3);
  const back = async (step: number) => {
    const undo = page.getByRole('button', { name: new RegExp(`at step ${step}$`) });
    await expect(undo).toBeVisible({ timeout: 30_000 });
    await page.keyboard.press('u');
    await expect.poll(() => playground.step(), { timeout: 30_000 }).toBe(step);
  };
  await page.keyboard.press('r');
  await expect.poll(() => playground.step()).toBe(0);
  await back(3);
  await playground.takeSteps(1);
  await playground.button('New seed').click();
  await expect.poll(() => playground.step()).toBe(0);
  await back(4);
  // By a link that trains at once: what is kept is the run that was left, not the one that came.
  await page.goto(`./${TOY.replace('net=16', 'net=24')}&run=1`);
  await expect(playground.status).toContainText('Finished', { timeout: 60_000 });
  const kept = (await checkpoints(page)).filter((about) => !isLive(about));
  expect(kept.map(({ step }) => step).sort((a, b) => a - b)).toEqual([4, 120]);
});

test('exports: ONNX, one bit a weight, a script, figures', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  await playground.button('Export').click();
  const onnx = await readFile(await saved(page, 'ONNX, binary weights'));
  // The format's version, 8, comes first.
  expect([...onnx.subarray(0, 2)]).toEqual([8, 8]);
  const packed = await readFile(await saved(page, 'One bit a weight'));
  expect(packed.subarray(0, 8).toString()).toBe('BCPACKED');
  const script = await readFile(await saved(page, 'PyTorch script'), 'utf8');
  expect(script).toContain('"stepsPerEpoch"');
  const metrics = await readFile(await saved(page, 'Metrics (JSON)'), 'utf8');
  expect(JSON.parse(metrics)).toMatchObject({ step: 2, spec: { data: 'moons' } });
  // No epoch has been measured: the panel says so.
  await expect(dialog(page).getByRole('button', { name: 'Save Metrics (CSV)' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(dialog(page)).toContainText('No epoch of this run has been measured yet.');
});
