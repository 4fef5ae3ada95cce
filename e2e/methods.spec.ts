import { expect, type Locator, test } from '@playwright/test';
import { PlaygroundPage } from './playground.ts';

/** The Network panel, where a method is put together choice by choice. */
class MethodForm extends PlaygroundPage {
  get network(): Locator {
    return this.page.getByRole('region', { name: 'Network', exact: true });
  }

  get method(): Locator {
    return this.network.getByRole('region', { name: 'Method' });
  }

  number(name: string): Locator {
    return this.network.getByRole('spinbutton', { name, exact: true });
  }

  choose(name: string, option: string): Promise<unknown> {
    return this.network.getByRole('combobox', { name, exact: true }).selectOption(option);
  }

  check(name: string): Locator {
    return this.network.getByRole('checkbox', { name, exact: true });
  }

  /** Unfold what a layer has besides its sizes. */
  async unfoldLayer(summary: RegExp): Promise<void> {
    const details = this.network.locator('details', {
      has: this.page.locator('summary', { hasText: summary }),
    });
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  }

  async unfoldSettings(): Promise<void> {
    await this.unfold('Learning');
    await this.unfold('Weights and layers');
  }

  /** Apply what was put together and take a few steps of it. */
  async trainAFew(): Promise<void> {
    await this.button('Apply and restart').click();
    // The run before is paused too; the new one stands at step 0.
    await expect.poll(() => this.step()).toBe(0);
    await expect(this.status).toContainText('Paused', { timeout: 60_000 });
    await this.takeSteps(3);
    // Behind its own steps may stand those of the run before.
    const losses = (await this.table('Loss')).flatMap(([, own]) =>
      own === '' ? [] : [Number(own)],
    );
    expect(losses.length).toBeGreaterThan(0);
    for (const loss of losses) expect(loss).toBeGreaterThan(0);
  }
}

test.describe('at 1280 px, light', () => {
  test.use({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });

  test('maxout, with max-norm, a ramp of momentum and a rate divided by step', async ({ page }) => {
    const form = new MethodForm(page);
    await form.open();
    await form.weights('Real').check();
    await form.unfoldLayer(/^Layer 1 ReLU/);
    await form.number('Layer 1 pieces').fill('3');
    await form.number('Layer 1 max-norm').fill('1.9');
    await expect(form.network.getByText('784 × 96 weights')).toBeVisible();
    await expect(form.method.getByText('Real weights, with maxout and max-norm')).toBeVisible();
    await form.unfoldSettings();
    await form.choose('Optimiser', 'momentum');
    await form.check('Momentum ramp').check();
    await form.number('Momentum, at the end').fill('0.95');
    await form.choose('Rate decay', 'division by step');
    await form.number('Divided by').fill('1.001');
    await form.number('Weight decay').fill('0.0001');
    await form.number('Real ones within ±').fill('0.05');
    await form.choose('Loss function', 'cross-entropy');
    await form.choose('Batch norm', 'none');
    await form.trainAFew();

    // DropConnect goes with ReLU: said in place, and nothing is applied until it fits.
    await form.number('DropConnect').fill('0.5');
    await expect(
      form.network.getByText('Does not fit: it goes with ReLU, not with maxout.', { exact: true }),
    ).toBeVisible();
    await form.expectAccessible();
    // What was unfolded is unfolded still.
    await form.number('Layer 1 pieces').fill('1');
    await expect(form.network.getByText('it goes with ReLU')).toBeHidden();
    await form.trainAFew();
    await expect(form.method.getByText(/an example sees 50 % of hidden dense ones/)).toBeVisible();
  });

  test('the rate falls at named epochs, and a list that does not rise is answered', async ({
    page,
  }) => {
    const form = new MethodForm(page);
    await form.open();
    await form.unfold('Learning');
    await form.choose('Rate decay', 'at epochs');
    const epochs = form.network.getByRole('textbox', { name: 'Epochs of decay' });
    await expect(epochs).toHaveValue('10, 15');
    await epochs.fill('15, 10');
    await expect(epochs).toHaveAccessibleDescription(/ascending whole numbers from 1 to 10000/);
    await expect(form.button('Apply and restart')).toHaveAttribute('aria-disabled', 'true');
    await epochs.fill('1, 2, 3');
    await form.trainAFew();
  });

  test('layers change places by keyboard, and the keyboard stays with them', async ({ page }) => {
    const form = new MethodForm(page);
    await form.open('#v=1&net=4C3-P2-8FC&batch=20');
    const down = form.network.getByRole('button', { name: 'Move layer 1 down' });
    await down.focus();
    await page.keyboard.press('Enter');
    await expect(
      form.network.getByText('Does not fit: pooling needs a convolution before it.', {
        exact: true,
      }),
    ).toBeVisible();
    const moved = form.network.getByRole('button', { name: 'Move layer 1 up' });
    await expect(form.network.getByRole('button', { name: 'Move layer 1 down' })).toBeFocused();
    await moved.focus();
    await page.keyboard.press('Enter');
    await expect(form.network.getByText(/^Does not fit/)).toHaveCount(0);
    await expect(page.getByRole('group', { name: 'Edits not applied' })).toHaveCount(0);
  });

  test('real weights, then binary ones: it is said that this is fine-tuning', async ({ page }) => {
    const form = new MethodForm(page);
    await form.open('#v=1&net=16&batch=20&mode=none');
    await expect(form.method.getByText('Real weights', { exact: true }).first()).toBeVisible();
    await form.takeSteps(2);
    await form.weights('Deterministic').check();
    await form.takeSteps(1);
    await expect(page.getByRole('note')).toContainText('fine-tuning after binarisation');
    await expect(form.method.getByText('BinaryConnect, deterministic')).toBeVisible();
    await expect(form.method.getByText(/^none of \S+ k multiplications an example$/)).toBeVisible();
  });

  test('recipes are listed by method, with what was published for them', async ({ page }) => {
    const form = new MethodForm(page);
    await form.open();
    const recipes = page.getByRole('combobox', { name: 'Recipe' });
    await expect(recipes.locator('optgroup')).not.toHaveCount(0);
    const groups = await recipes
      .locator('optgroup')
      .evaluateAll((all) => all.map((group) => group.getAttribute('label')));
    expect(groups.slice(0, 3)).toEqual([
      'BinaryConnect, small',
      'BinaryConnect, as published',
      'Maxout',
    ]);
    await form.takeSteps(1);
    await recipes.selectOption('MNIST, as in the paper');
    await expect(
      form.network.getByText(/Published: 1.18 % test error with stochastic weights/),
    ).toBeVisible();
  });
});

test.describe('at 360 px, dark', () => {
  test.use({ viewport: { width: 360, height: 780 }, colorScheme: 'dark' });

  test('Network in Network with companions', async ({ page }) => {
    test.setTimeout(240_000);
    const form = new MethodForm(page);
    await form.open('#v=1&net=4C5-4C1-P3s2c&pool=after&batch=20&mode=none');
    await form.unfoldLayer(/^Output dense/);
    await form.choose('Output kind', 'averaged maps');
    await form.unfoldLayer(/^Layer 1 ReLU/);
    await form.check('Layer 1 companion').check();
    await form.unfoldLayer(/^Layer 2 ReLU/);
    await form.number('Layer 2 dropout').fill('0.5');
    await expect(form.network.getByText('companion 3136 × 10')).toBeVisible();
    await form.unfoldSettings();
    await form.number('Rate of companions').fill('0.1');
    await form.check('Companions fade').uncheck();
    await expect(
      form.method.getByText('Real weights, with averaged maps, deep supervision and dropout'),
    ).toBeVisible();
    await form.trainAFew();
    await form.method.locator('summary').click();
    const rows = form.method.getByRole('row');
    await expect(rows.filter({ hasText: 'Layer 1, companion' })).toHaveText(
      'Layer 1, companion–––94\u202f08094\u202f08000',
    );
    await form.expectAccessible();
    await form.expectNoSidewaysScroll();

    // Its layer goes, and it with it.
    await form.network.getByRole('button', { name: 'Remove layer 1' }).click();
    await expect(form.network.getByText(/^companion \d/)).toHaveCount(0);
    await expect(form.number('Rate of companions')).toHaveCount(0);
  });

  test('Expectation BackPropagation, and what it does without', async ({ page }) => {
    const form = new MethodForm(page);
    await form.open();
    await form.unfoldSettings();
    await form.choose('Learning by', 'expectation');
    await expect(form.number('Rate, at first')).toHaveCount(0);
    await expect(form.network.getByText(/has no loss, optimiser, rate/)).toBeVisible();
    await expect(form.network.getByText(/^The network\.batchNorm does not fit/)).toBeVisible();
    await form.button('Take out what does not fit').click();
    await form.trainAFew();
    await expect(form.method.getByText('Expectation BackPropagation')).toBeVisible();
    await expect(form.method.getByText('half the log-odds of each weight being +1')).toBeVisible();
    await form.expectAccessible();
    await form.expectNoSidewaysScroll();
  });

  test('ternary weights with retraining', async ({ page }) => {
    const form = new MethodForm(page);
    await form.open('#v=1&net=16&batch=20&mode=none&epochs=4');
    await form.unfoldSettings();
    await form.check('Ternary retraining').check();
    await expect(form.number('Epochs before it')).toHaveValue('2');
    await form.number('Epochs before it').fill('4');
    await expect(form.network.getByText(/^The retraining\.after is 4 of 4 epochs/)).toBeVisible();
    await form.number('Epochs before it').fill('1');
    await form.number('Levels of signals').fill('4');
    await form.trainAFew();
    await expect(form.method.getByText('2 bits in a test, 96 while training')).toBeVisible();
    await form.expectAccessible();
    await form.expectNoSidewaysScroll();
  });
});
