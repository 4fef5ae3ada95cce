/** The page as a person with a keyboard, a mouse or a screen reader finds it: by its names. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';

/** Kernels that are given are not measured whenever a page stands idle: that is for the tests of it. */
export const GIVEN = '&kernels=quad';
/** A net that a software adapter trains quickly. */
export const SMALL = `#v=1&net=32&batch=50${GIVEN}`;

/** A task of seconds. */
export const TOY = `#v=1&data=moons&net=16&batch=50&epochs=3${GIVEN}`;

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

  /** Unfold a group of settings. */
  async unfold(group: 'Learning' | 'Weights and layers' | 'Data' | 'Schedule'): Promise<void> {
    const details = this.page.locator('.settings details', {
      has: this.page.locator('summary', { hasText: group }),
    });
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
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

  /** Wait until the run that was left is kept, and take it out of charts and tables. */
  async hideKeptRun(): Promise<void> {
    const shown = this.page.getByRole('checkbox', { name: /^Show /, checked: true });
    await shown.uncheck();
  }

  /** What axe has to say about the page as it stands. */
  async expectAccessible(): Promise<void> {
    // Where the page has moved, the pointer may lie on a control whose explanation is fading in.
    await this.page.mouse.move(0, 0);
    // There are no frames to look into; without that, and what passes, it takes a third of the time.
    const axe = new AxeBuilder({ page: this.page }).setLegacyMode();
    const { violations } = await axe.options({ resultTypes: ['violations'] }).analyze();
    const said = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html }) => html),
    }));
    expect(said).toEqual([]);
  }

  /** The same on a wide page and on a phone's, in some colour schemes, and nothing scrolls sideways. */
  async expectAccessibleAt(
    looks: readonly (readonly [width: number, colorScheme: 'light' | 'dark'])[],
  ): Promise<void> {
    const before = this.page.viewportSize();
    for (const [width, colorScheme] of looks) {
      await this.page.setViewportSize({ width, height: 800 });
      await this.page.emulateMedia({ colorScheme });
      await this.expectAccessible();
      await this.expectNoSidewaysScroll();
    }
    await this.page.emulateMedia({ colorScheme: null });
    if (before !== null) await this.page.setViewportSize(before);
  }

  /** Wide and light, then narrow and dark. */
  expectAccessibleInBoth(): Promise<void> {
    return this.expectAccessibleAt([
      [1280, 'light'],
      [360, 'dark'],
    ]);
  }

  /** Both widths in both colour schemes. */
  expectAccessibleInAll(): Promise<void> {
    return this.expectAccessibleAt([
      [1280, 'light'],
      [1280, 'dark'],
      [360, 'light'],
      [360, 'dark'],
    ]);
  }

  async expectNoSidewaysScroll(): Promise<void> {
    const overflow = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  }

  /** Unfold everything that unfolds, what comes to light by that too. */
  async unfoldAll(): Promise<void> {
    await expect
      .poll(() =>
        this.page.evaluate(() => {
          const folded = document.querySelectorAll<HTMLDetailsElement>('details:not([open])');
          for (const details of folded) details.open = true;
          return folded.length + (document.body.innerText.includes('Loading …') ? 1 : 0);
        }),
      )
      .toBe(0);
  }

  /** Every control in sight, or in the dialog that is open, has an explanation that keyboard and touch reach. */
  async expectExplained(): Promise<void> {
    const unexplained = await this.page.evaluate(() => {
      const controls =
        'button, input, select, textarea, summary, a[href], [tabindex="0"]:not([role=group], dl)';
      const textOf = (id: string) => document.getElementById(id)?.textContent.trim() ?? '';
      return [...(document.querySelector('dialog[open]') ?? document).querySelectorAll(controls)]
        .filter((control) => control.checkVisibility({ visibilityProperty: true }))
        .filter((control) => {
          const ids = control.getAttribute('aria-describedby')?.split(/\s+/) ?? [];
          return ids.map(textOf).join('') === '' && control.closest('.tip') === null;
        })
        .map((control) => control.outerHTML.slice(0, 200));
    });
    expect(unexplained).toEqual([]);
  }
}
