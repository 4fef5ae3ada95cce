import { readFile, writeFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** A task of seconds. */
const TOY = '#v=1&data=moons&net=16&batch=50&epochs=3';

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

test('after a reload the run is offered, and resumes where it was', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(5);
  const kept = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const asked = indexedDB.open('binaryconnect-checkpoints');
          asked.onsuccess = () => {
            const store = asked.result.transaction('checkpoints').objectStore('checkpoints');
            const about = store.get('about:latest');
            about.onsuccess = () => {
              resolve((about.result as { step: number } | undefined)?.step ?? -1);
            };
          };
        }),
    );
  await expect.poll(kept).toBe(5);
  await page.reload();
  const offer = page.getByRole('note').filter({ hasText: 'at step 5 of' });
  await expect(offer).toBeVisible({ timeout: 30_000 });
  await playground.expectAccessible();
  await playground.button('Resume where you were').click();
  await expect.poll(() => playground.step(), { timeout: 30_000 }).toBe(5);
  await expect(offer).toBeHidden();
  await playground.takeSteps(1);
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
