import { expect, test } from '@playwright/test';
import { ACTION_LIST, type ActionName } from '../src/ui/actions.ts';

import { PlaygroundPage, TOY } from './playground.ts';

/** How an action is tried: what has to be so before it, what is seen of it, and how that goes again. */
interface Trial {
  readonly before?: () => Promise<void>;
  readonly seen: () => Promise<void>;
  readonly after?: () => Promise<void>;
}

test('every action of the registry by its key, or by the palette where it has none', async ({
  page,
}) => {
  const playground = new PlaygroundPage(page);
  const { keyboard } = page;
  const step = (expected: number) => expect.poll(() => playground.step()).toBe(expected);
  const paused = () => expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  /** A dialog, whose controls are all explained. */
  const dialog = (name: string): Trial => ({
    seen: async () => {
      await expect(page.getByRole('dialog', { name })).toBeVisible();
      await playground.expectExplained();
    },
    after: async () => {
      await keyboard.press('Escape');
      await expect(page.getByRole('dialog', { name })).toBeHidden();
    },
  });
  const batch = page.getByRole('spinbutton', { name: 'Batch' });
  const trials: Readonly<Record<ActionName, Trial>> = {
    train: {
      seen: () => playground.reach(5),
      after: async () => {
        await keyboard.press('Space');
        await paused();
      },
    },
    step: {
      before: async () => {
        await keyboard.press('r');
        await step(0);
      },
      seen: () => step(1),
    },
    rewind: { seen: () => step(0) },
    reseed: { seen: () => expect(page.getByText(/^seed (?!1$)/)).toBeVisible(), after: paused },
    compare: {
      seen: () => expect(page.getByRole('region', { name: 'Comparison' })).toBeVisible(),
      after: async () => {
        await keyboard.press('c');
        await expect(page.getByText('The comparison was stopped')).toBeVisible();
        await paused();
      },
    },
    profile: {
      before: () => page.getByText('Where the time goes').click(),
      seen: () =>
        expect(
          page.getByRole('region', { name: 'Where the time goes' }).getByRole('table'),
        ).toBeVisible(),
      after: paused,
    },
    ensemble: {
      before: async () => {
        await playground.takeSteps(1);
        await paused();
      },
      seen: () => expect(page.getByText(/^test, ensemble of 16/)).toBeVisible(),
      after: paused,
    },
    phase: { seen: () => expect(page.locator('.happening-phases > li')).toHaveCount(1) },
    data: dialog('Your data'),
    keep: dialog('Keep and export'),
    share: { seen: () => expect(page.getByText(/Link copied\.|copy this/)).toBeVisible() },
    sharing: dialog('Ways to share'),
    undo: {
      before: async () => {
        await playground.unfold('Schedule');
        await batch.fill('40');
        await playground.button('Discard').press('Enter');
      },
      seen: () => expect(batch).toHaveValue('40'),
      after: () => playground.button('Discard').press('Enter'),
    },
    theme: { seen: () => expect(playground.button('Theme: light')).toBeVisible() },
    palette: dialog('Find'),
    tour: {
      seen: () => expect(page.getByRole('complementary')).toBeVisible(),
      after: async () => {
        await playground.expectExplained();
        await keyboard.press('t');
        await expect(page.getByRole('complementary')).toBeHidden();
      },
    },
    glossary: dialog('Glossary'),
    help: dialog('Keys and terms'),
  };
  const QUERIES: Partial<Record<string, string>> = {
    reseed: 'New seed',
    profile: 'Time the kernels',
    ensemble: 'Measure an ensemble',
    sharing: 'Ways to share',
    theme: 'Theme',
  };
  // Long enough to be there still when it is to be paused.
  await playground.open(TOY.replace('epochs=3', 'epochs=500'));
  for (const { name, key, chord } of ACTION_LIST) {
    await test.step(name, async () => {
      const { before, seen, after } = trials[name as ActionName];
      await before?.();
      if (key === null) {
        await keyboard.press('Control+k');
        await expect(page.getByRole('combobox', { name: /^Find an action/ })).toBeFocused();
        await keyboard.type(QUERIES[name] ?? name);
        await keyboard.press('Enter');
      } else await keyboard.press(chord === true ? `Control+${key}` : key === ' ' ? 'Space' : key);
      await seen();
      await after?.();
    });
  }
  await playground.unfoldAll();
  await playground.expectExplained();
});

test('a run by keyboard only', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await playground.open();
  const { keyboard } = page;

  await keyboard.press('.');
  await expect.poll(() => playground.step()).toBe(1);
  await keyboard.press('Space');
  await playground.reach(10);
  await keyboard.press('Space');
  await expect(playground.status).toContainText('Paused');

  await keyboard.press('r');
  await expect.poll(() => playground.step()).toBe(0);
  await expect(playground.status).toContainText('Paused');

  // The help sheet opens, closes, and gives the focus back.
  await keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys and terms' })).toBeVisible();
  await playground.expectAccessible();
  await keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();

  // The Weights switch by arrow keys; a space on a radio or a button is its own.
  await playground.weights('Deterministic').focus();
  await keyboard.press('ArrowRight');
  await expect(playground.weights('Stochastic')).toBeChecked();
  await expect(playground.status).toContainText('Paused');
  await playground.button('Step').focus();
  await keyboard.press('Space');
  await expect.poll(() => playground.step()).toBe(1);

  // Typing is typing.
  await playground.unfold('Schedule');
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.focus();
  await keyboard.press('.');
  await keyboard.press('r');
  expect(await playground.step()).toBe(1);

  await keyboard.press('Escape');
  await page.getByRole('heading', { name: 'What happens' }).click();
  await keyboard.press('s');
  await expect(page.getByText(/Link copied\.|copy this/)).toBeVisible();
});

test('explanations show on focus and go with Escape', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.unfold('Schedule');
  const batch = page.getByRole('spinbutton', { name: 'Batch' });
  await expect(batch).toHaveAccessibleDescription('How many examples one training step looks at.');
  await batch.focus();
  const tip = page.getByRole('tooltip').filter({ hasText: 'one training step looks at' });
  await expect(tip).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();
});

test('single keys can be switched off', async ({ page }) => {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByRole('checkbox').uncheck();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('.');
  await playground.button('Step').click();
  await expect.poll(() => playground.step()).toBe(1);
});
