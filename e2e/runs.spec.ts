import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { PlaygroundPage, TOY } from './playground.ts';

/** Leave the page and come back, in the very turn in which a cell of the comparison says this. */
async function reloadAt(page: Page, said: string): Promise<void> {
  const loaded = page.waitForEvent('load', { timeout: 60_000 });
  await page.evaluate((text) => {
    const look = () => {
      const cells = [...document.querySelectorAll('.comparison td')];
      if (!cells.some((cell) => cell.textContent === text)) return;
      observer.disconnect();
      location.reload();
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    look();
  }, said);
  await loaded;
}

const section = (page: Page) => page.getByRole('region', { name: 'Runs', exact: true });

test('compare all: three runs from one seed, a table, and curves behind each other', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await page.keyboard.press('c');
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison.getByRole('button', { name: 'Stop comparing' })).toBeVisible();
  await expect(comparison.getByRole('cell', { name: 'done' })).toHaveCount(3, {
    timeout: 120_000,
  });
  // Said where one is, with the way there.
  await playground.button('Show the table').click();
  await expect(comparison.getByRole('heading', { name: 'Comparison' })).toBeFocused();
  // Nothing is published for this experiment.
  await expect(comparison.getByRole('columnheader', { name: 'Published' })).toHaveCount(0);
  const rows = await comparison.getByRole('row').allInnerTexts();
  // Each with the number that stands at its line.
  expect(
    rows.slice(1).map((row) =>
      row
        .split('\t')
        .at(0)
        ?.split(/\s*\n\s*/),
    ),
  ).toEqual([
    ['1', 'Real weights'],
    ['2', 'BinaryConnect, deterministic'],
    ['3', 'BinaryConnect, stochastic'],
  ]);
  for (const row of rows.slice(1)) expect(row).toMatch(/\d+\.\d\d %\t(real|binary)/);

  // Said where one is, with what one test example is worth.
  await expect(page.getByRole('note')).toContainText('All 3 methods are trained');
  await expect(comparison).toContainText('One of the 500 test examples is 0.20 %.');
  // The run at hand is told apart from the one before it, from the first look on.
  await section(page).getByRole('button', { name: 'Diff net 16 · Stochastic · seed 1' }).click();
  await expect(
    section(page).getByRole('row', { name: 'Weights Deterministic Stochastic' }),
  ).toBeVisible();
  await expect(section(page).getByRole('row', { name: /^Adapter/ })).toBeVisible();

  // The two that are over are drawn behind the one that stands here.
  const others = playground.region('Loss').getByRole('list', { name: 'Other runs' });
  await expect(others.getByRole('listitem')).toHaveCount(2);
  // One end of the axis for all charts, whatever runs are drawn on them.
  const ends = () =>
    page.locator('.happens .plot-chart').evaluateAll((charts) =>
      charts.map((chart) => {
        const last = [...chart.querySelectorAll('.xAxis text, .recharts-xAxis text')].at(-1);
        return `${last?.getAttribute('x') ?? ''} ${last?.textContent ?? ''}`;
      }),
    );
  await expect.poll(async () => new Set(await ends()).size).toBe(1);
  expect((await ends()).length).toBeGreaterThan(2);
  await playground.expectAccessibleInBoth();
});

test('kept runs: at the next visit, named, told apart, restored, deleted and brought back, exported', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  await playground.button('New seed').click();
  const runs = section(page);
  await expect(runs.getByRole('button', { name: /^Restore/ })).toHaveCount(1);

  await page.reload();
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  await runs.getByRole('button', { name: /^Edit/ }).click();
  await runs.getByRole('textbox', { name: 'Name' }).fill('two steps');
  await runs.getByRole('textbox', { name: 'Note' }).fill('only to look');
  await runs.getByRole('button', { name: 'Edit two steps' }).click();
  await expect(runs.getByText('only to look')).toBeVisible();

  await runs.getByRole('button', { name: 'Diff two steps' }).click();
  await expect(runs.getByText('It is the same experiment')).toBeVisible();
  await playground.button('New seed').click();
  await expect(runs.getByRole('row', { name: /^Seed \d+ 1$/ })).toBeVisible();

  await runs.getByRole('checkbox', { name: 'Show two steps' }).check();
  const others = playground.region('Error').getByRole('list', { name: 'Other runs' });
  await expect(others.getByRole('listitem')).toHaveText('1 two steps');

  const download = page.waitForEvent('download');
  await runs.getByRole('button', { name: 'Export CSV' }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text).toMatch(/^name,note,made,.*\r\ntwo steps,only to look,20/);

  await runs.getByRole('button', { name: 'Delete two steps' }).click();
  await expect(runs.getByText('No run is kept yet')).toBeVisible();
  await runs.getByRole('button', { name: 'Undo: bring back two steps' }).click();
  await runs.getByRole('button', { name: 'Restore two steps' }).click();
  await playground.unfold('Schedule');
  await expect(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue('1');
});

test('a method that does not fit says why, and the others are trained', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open('#v=1&data=circles&net=8&batch=50&epochs=4');
  await page.getByText('Choose methods to compare').click();
  for (const name of ['BinaryConnect, stochastic', 'Deeply supervised net', 'Real weights']) {
    await page.getByRole('checkbox', { name, exact: true }).click();
  }
  await playground.expectAccessible();
  await playground.button('Compare the chosen 2').click();
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison.getByText(/^The experiment's network\.companions/)).toBeVisible();
  // Left in the moment it is done, its table is there at the next visit, and what was shown is shown.
  await reloadAt(page, 'done');
  await expect(comparison.getByRole('cell', { name: 'done' })).toHaveCount(1, { timeout: 60_000 });
  await expect(section(page).getByRole('checkbox', { name: /^Show/, checked: true })).toHaveCount(
    1,
  );
});
