import { expect, test, type Page } from '@playwright/test';
import { GIVEN, PlaygroundPage } from './playground.ts';

const TOY = `#v=1&data=moons&net=8-8&batch=50&seed=3${GIVEN}`;

test('the palette finds, says why not, and goes there, by keyboard', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  const field = page.getByRole('combobox', { name: /^Find an action/ });
  const options = page.getByRole('listbox', { name: 'What was found' }).getByRole('option');
  const { keyboard } = page;
  await keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await playground.expectAccessible();

  // Something that cannot be taken now says why, and stays.
  await field.fill('undo');
  await expect(options.first()).toHaveAttribute('aria-disabled', 'true');
  await keyboard.press('Enter');
  await expect(page.getByText(/Undo cannot be taken now: Nothing was thrown away/)).toBeVisible();

  await field.fill('step');
  await expect(options.first()).toContainText('Step.');
  await keyboard.press('Enter');
  await expect.poll(() => playground.step()).toBe(1);

  await keyboard.press('Control+k');
  await field.fill('stored weights');
  await expect(options.first()).toContainText('Stored weights');
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Stored weights' })).toBeFocused();

  await keyboard.press('Control+k');
  await field.fill('hard sigm');
  await expect(options.first()).toContainText('Hard sigmoid');
  await keyboard.press('Enter');
  const glossary = page.getByRole('dialog', { name: 'Glossary' });
  await expect(glossary.locator('[data-wanted=true]')).toContainText('hs(x) = clip');
  await playground.expectAccessible();
  await glossary.getByRole('searchbox', { name: 'Search' }).fill('sign flip');
  await expect(glossary.getByText('A stored weight whose sign after a step')).toBeVisible();
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await expect(glossary).toBeHidden();

  // A sign beside a heading leads to its entry.
  await page.getByRole('button', { name: 'Glossary: Loss' }).first().click();
  await expect(glossary.locator('[data-wanted=true]')).toContainText('squared hinge');
  await keyboard.press('Escape');

  await keyboard.press('Control+k');
  await field.fill('spiral');
  await keyboard.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Data' })).toHaveValue('spiral');

  // What was thrown away comes back.
  await playground.unfold('Schedule');
  await page.getByRole('spinbutton', { name: 'Batch' }).fill('40');
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('spinbutton', { name: 'Batch' })).toHaveValue('50');
  await page.getByRole('heading', { name: 'What happens' }).click();
  await keyboard.press('u');
  await expect(page.getByRole('spinbutton', { name: 'Batch' })).toHaveValue('40');
});

test('the tour, by keyboard, left and resumed', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  // Long enough for the tour: a run that is over in the moment a button is pressed takes no change.
  await playground.open(TOY.replace('epochs=3', 'epochs=2000'));
  const { keyboard } = page;
  const tour = page.getByRole('complementary');
  const press = async (name: string) => {
    await tour.getByRole('button', { name, exact: true }).focus();
    await keyboard.press('Enter');
  };
  await page.getByRole('button', { name: 'Take the tour' }).focus();
  await keyboard.press('Enter');
  await expect(tour.getByRole('heading', { name: 'Train' })).toBeFocused();
  await press('Train');
  await expect(tour.getByText('It trains.')).toBeVisible();
  await press('Next');
  await expect(tour.getByRole('heading')).toHaveText('Signs propagate, real numbers are stored');
  await expect(page.locator('.weights[data-tour]')).toBeVisible();
  await playground.expectAccessible();

  // Left, and resumed at the same step.
  await keyboard.press('Escape');
  await expect(tour).toBeHidden();
  await expect(page.locator('[data-tour]')).toHaveCount(0);
  await keyboard.press('t');
  await expect(tour.getByText('step 2 of 5')).toBeVisible();
  // The run's weights are deterministic already.
  await expect(tour.locator('[data-done=true]')).toBeVisible();
  await press('Next');
  await press('Choose Stochastic');
  await expect(tour.getByText('There is the mark.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Changes on the way' })).toContainText('Stochastic');
  await press('Next');
  await expect(tour.getByText('An epoch is measured')).toBeVisible({ timeout: 30_000 });
  await press('Next');
  for (let phase = 0; phase < 4; phase++) {
    await press('Next phase');
    await expect(page.locator('.happening-phases > li')).toHaveCount(phase + 1);
  }
  await expect(tour.getByText('That is all of BinaryConnect.')).toBeVisible();
  await press('Finish');
  await expect(tour).toBeHidden();
  await page.reload();
  await expect(playground.status).toContainText('Paused');
  await expect(page.getByRole('button', { name: 'Take the tour' })).toBeHidden();
});

/** A row's number in what is happening. */
const numberOf = async (page: Page, name: string): Promise<number> => {
  const row = page.locator('.happening-phases tr').filter({ hasText: name });
  return Number((await row.locator('td').first().innerText()).replaceAll('−', '-'));
};

test('a weight through its phases, and the WGSL of a step', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(`${TOY}&mode=stoch`);
  await page.getByRole('heading', { name: 'What is happening' }).click();
  await page.getByRole('spinbutton', { name: 'Column' }).fill('5');
  const next = playground.button('Next phase');
  await next.click();
  await expect(page.locator('.happening-phases > li')).toHaveCount(1);
  await expect.poll(() => playground.step()).toBe(1);
  for (let phase = 2; phase <= 4; phase++) await next.click();
  await expect(page.locator('.happening-phases > li')).toHaveCount(4);
  expect(await playground.step()).toBe(1);
  const [stored, chance, drawn, propagated] = await Promise.all(
    ['stored w', 'p = hs(w / H)', 'drawn', 'propagates'].map((name) => numberOf(page, name)),
  );
  expect(chance).toBeCloseTo(((stored ?? NaN) + 1) / 2, 4);
  expect(propagated).toBe((drawn ?? NaN) < (chance ?? NaN) ? 1 : -1);
  const moved = await numberOf(page, 'w + step');
  expect(await numberOf(page, 'w after')).toBeCloseTo(Math.min(Math.max(moved, -1), 1), 4);
  // The next phase is another step's first, which begins where this one ended.
  const after = await numberOf(page, 'w after');
  await next.click();
  await expect.poll(() => playground.step()).toBe(2);
  await expect(page.locator('.happening-phases > li')).toHaveCount(1);
  expect(await numberOf(page, 'stored w')).toBe(after);

  await page.getByRole('heading', { name: 'The WGSL of a step' }).click();
  const list = page.getByRole('group', { name: 'Dispatches of a step' });
  await list.getByRole('button', { name: 'update' }).last().click();
  const text = page.getByRole('group', { name: 'WGSL of update' });
  await expect(text).toContainText('fn main(');
  await expect(text).toContainText('(BinaryConnect, algorithm 1)');
  const time = playground.button('Time the kernels');
  if (await time.isVisible()) {
    await time.last().click();
    await expect(list.getByRole('row').nth(1).getByRole('cell').last()).toHaveText(/\d/);
  }
  await playground.expectAccessibleInBoth();
});
