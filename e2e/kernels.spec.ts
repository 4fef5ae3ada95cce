import { expect, test, type Page } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** No kernels are given: they are measured. */
const SMALL = '#v=1&data=moons&net=32&batch=50';

const measuring = (page: Page) => page.getByText(/^Measuring kernels \d+\/\d+$/);
const timing = (page: Page) => page.getByRole('region', { name: 'Where the time goes' });

test('kernels are measured while nothing is done, kept, and used at the next visit', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(SMALL);
  await expect(measuring(page)).toBeVisible();
  const skip = page.getByRole('button', { name: 'Skip measuring kernels' });
  await expect(skip).toBeVisible();
  await expect(page.getByText('Kernels measured', { exact: true })).toBeVisible({
    timeout: 60_000,
  });
  // This run goes on with the kernels it has.
  await timing(page).locator('summary').click();
  await expect(timing(page)).toContainText('the defaults for this kind of adapter');

  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await expect(page.getByText('kernels as measured')).toBeVisible();
  await timing(page).locator('summary').click();
  const kernels = await timing(page).locator('code').first().innerText();
  expect(kernels).toMatch(/^(quad|tile):/);
  await expect(timing(page)).toContainText('measured the fastest on this adapter');

  // A link carries them: another browser, which measured nothing, uses the same.
  await playground.button('Share').click();
  expect(decodeURIComponent(page.url())).toContain(`kernels=${kernels}`);
});

test('measuring can be skipped, taken up again, and its result used at once', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(SMALL);
  await expect(measuring(page)).toBeVisible();
  await page.getByRole('button', { name: 'Skip measuring kernels' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('default kernels')).toBeVisible();
  await playground.takeSteps(1);
  await playground.button('Rewind').click();
  await expect.poll(() => playground.step()).toBe(0);
  // Nothing is measured any more, however long the page stands.
  await page.waitForTimeout(2500);
  await expect(measuring(page)).toBeHidden();

  await page.getByRole('button', { name: 'Measure kernels' }).click();
  await page
    .getByRole('button', { name: 'Use now the kernels that measured fastest' })
    .click({ timeout: 60_000 });
  await expect(page.getByText('kernels as measured')).toBeVisible();
  await expect(playground.status).toContainText('Paused');
});

test('Train does not wait for measuring to end', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(SMALL);
  await expect(measuring(page)).toBeVisible();
  const pressed = Date.now();
  await playground.button('Train').click();
  await expect(measuring(page)).toBeHidden();
  await playground.reach(1);
  // What measuring leaves to be done is a submit of some 30 ms.
  expect(Date.now() - pressed).toBeLessThan(5000);
  await playground.button('Pause').click();
  await expect(playground.status).toContainText('Paused');
  await expect(measuring(page)).toBeVisible();
});

test('an embedded page measures nothing', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${SMALL}&embed=1`);
  await page.waitForTimeout(2500);
  await expect(measuring(page)).toBeHidden();
});

test('where storage is denied, kernels are measured for this visit only', async ({ page }) => {
  // A worker's storage cannot be denied from the page: its script is, before it begins.
  await page.route('**/worker-*.js', async (route) => {
    const response = await route.fetch();
    const denied = "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };\n";
    await route.fulfill({ response, body: denied + (await response.text()) });
  });
  const playground = new PlaygroundPage(page);
  await playground.open(SMALL);
  await expect(page.getByText('Kernels measured', { exact: true })).toBeVisible({
    timeout: 60_000,
  });
  await playground.button('New seed').click();
  await expect(page.getByText('kernels as measured')).toBeVisible();
  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await expect(page.getByText('default kernels').or(measuring(page))).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('kernels that this adapter does not run are replaced, and that is said', async ({ page }) => {
  // An adapter whose subgroups are not of four lanes.
  await page.route('**/worker-*.js', async (route) => {
    const response = await route.fetch();
    const wide =
      "Object.defineProperty(GPUAdapterInfo.prototype, 'subgroupMaxSize', { get: () => 64 });\n";
    await route.fulfill({ response, body: wide + (await response.text()) });
  });
  const playground = new PlaygroundPage(page);
  await playground.open(`${SMALL}&kernels=quad`);
  const remark = page.getByRole('note');
  await expect(remark).toContainText('the kernels "quad", which this adapter does not run');
  await expect(remark).toContainText('uses "tile" instead');
  await playground.expectAccessible();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(remark).toBeHidden();
  await playground.takeSteps(1);
});

test('the time of each kernel is shown, and timing it changes no result', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${SMALL}&mode=stoch`);
  await timing(page).locator('summary').click();
  await page.getByRole('button', { name: 'Time the kernels' }).click();
  const table = timing(page).getByRole('table');
  await expect(table).toBeVisible();
  await expect(playground.status).toContainText('Paused');
  const steps = await playground.step();
  expect(steps).toBeGreaterThan(0);
  const rows = await table.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  expect(cells.every((row) => row.length === 6)).toBe(true);
  const shares = cells.map((row) => Number.parseFloat(row[3] ?? ''));
  expect(shares).toEqual([...shares].sort((a, b) => b - a));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  await playground.expectAccessible();

  // The steps it took are in the curves; the first one is what it is without timing.
  const [first] = await playground.table('Loss');
  await playground.button('Rewind').click();
  await expect.poll(() => playground.step()).toBe(0);
  await playground.hideKeptRun();
  await expect(table).toBeHidden();
  await playground.takeSteps(1);
  await expect.poll(() => playground.table('Loss')).toEqual([first]);
});

test('a finished run takes no changes, and says why', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&net=16&batch=1000&epochs=1');
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished', { timeout: 100_000 });
  const stochastic = playground.weights('Stochastic');
  await expect(stochastic).toHaveAttribute('aria-disabled', 'true');
  await stochastic.click({ force: true });
  await expect(playground.weights('Deterministic')).toBeChecked();
  await expect(page.getByRole('note')).toContainText('This run is finished');
  await expect(page.getByText('This run is finished; rewind it to time its kernels.')).toBeHidden();
  await page.getByRole('spinbutton', { name: 'Learning rate now' }).fill('0.001');
  await expect(page.getByRole('button', { name: 'Set learning rate now' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await playground.expectAccessible();
  await playground.button('Rewind').click();
  await expect(page.getByRole('note')).toBeHidden();
  await expect(page.getByRole('list', { name: 'Changes on the way' })).toBeHidden();
  await playground.weights('Stochastic').check();
});
