/** The page as a person with a keyboard, a mouse or a screen reader finds it: by its names. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** A net that a software adapter trains quickly. */
export const SMALL = '#v=1&net=32&batch=50';

export type ChartName =
  | 'Loss'
  | 'Error'
  | 'Sign flips'
  | 'Stored weights'
  | 'Saturation'
  | 'Learning rate'
  | 'Weight signs'
  | 'Feature maps'
  | 'Decision boundary';

export class PlaygroundPage {
  readonly page: Page;
  readonly status: Locator;

  constructor(page: Page) {
    this.page = page;
    this.status = page.getByRole('status');
  }

  /** Open a link and wait until its run stands at step 0. */
  async open(hash = SMALL): Promise<void> {
    await this.page.goto(`./${hash}`);
    await expect(this.status).toContainText('Paused', { timeout: 60_000 });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  weights(name: 'Real' | 'Deterministic' | 'Stochastic'): Locator {
    return this.page.getByRole('radiogroup', { name: 'Weights' }).getByRole('radio', { name });
  }

  region(name: ChartName): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** The step that the status line says. */
  async step(): Promise<number> {
    const text = await this.status.innerText();
    return Number(/step\s+([\d\u202f]+)/.exec(text)?.[1]?.replaceAll('\u202f', '') ?? NaN);
  }

  async reach(step: number, timeout = 60_000): Promise<void> {
    await expect.poll(() => this.step(), { timeout }).toBeGreaterThanOrEqual(step);
  }

  /** Take `count` single steps, each waited for. */
  async takeSteps(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const before = await this.step();
      await this.button('Step').click();
      await expect.poll(() => this.step()).toBe(before + 1);
    }
  }

  /** Open a region's table twin and give the cells of a table's body, row by row. */
  async table(name: ChartName, index = 0): Promise<string[][]> {
    const region = this.region(name);
    const details = region.locator('details');
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
    const rows = await region.getByRole('table').nth(index).locator('tbody tr').all();
    return Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  }

  /** What axe has to say about the page as it stands. */
  async expectAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    const said = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html }) => html),
    }));
    expect(said).toEqual([]);
  }
}
