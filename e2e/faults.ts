/** Faults of a browser, made on purpose in a real one; and a run that goes through them. */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { randomOf } from '../src/testing/fuzz-links.ts';
import { PlaygroundPage, TOY } from './playground.ts';

/** When a device is destroyed: with a submission of work, or a moment after something began. */
export type Plan =
  | { readonly at: 'submit'; readonly count: number }
  | {
      readonly at: 'evaluating' | 'saving' | 'building';
      /** The how manieth time it begins. */
      readonly nth: number;
      readonly ms: number;
    };

/** What the worker noted: work submitted, the phases it told of, and the phase in which each plan was carried out. */
export interface Noted {
  readonly submits: number;
  readonly phases: readonly string[];
  readonly fired: readonly string[];
}

/** Runs in the worker before anything of its own: destroys its devices as planned, one plan after another. */
const prelude = (plans: readonly Plan[]): string => `{
  const plans = ${JSON.stringify(plans)};
  const noted = (globalThis.noted = { submits: 0, phases: [], fired: [] });
  let device = null;
  const fire = () => {
    plans.shift();
    noted.fired.push(noted.phases.at(-1) ?? '');
    device?.destroy();
  };
  const begins = (what) => {
    const plan = plans[0];
    if (plan?.at !== what || --plan.nth !== 0) return;
    setTimeout(fire, plan.ms);
  };
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    device = await request.apply(this, args);
    return device;
  };
  const submit = GPUQueue.prototype.submit;
  GPUQueue.prototype.submit = function (...args) {
    submit.apply(this, args);
    noted.submits += 1;
    const plan = plans[0];
    if (plan?.at === 'submit' && --plan.count === 0) fire();
  };
  const post = self.postMessage;
  self.postMessage = (event, ...rest) => {
    if (event?.type === 'phase') {
      noted.phases.push(event.phase);
      begins(event.phase);
    }
    post.call(self, event, ...rest);
  };
  self.addEventListener('message', ({ data }) => {
    if (data?.type === 'hand-over') begins('saving');
  });
}
`;

const SCRIPT = /\/worker-[\w-]+\.js$/;

/** The page's next workers begin with these scripts, one each; those after them with the last. */
export async function preface(page: Page, scripts: readonly string[]): Promise<void> {
  let next = 0;
  await page.route(SCRIPT, async (route) => {
    const response = await route.fetch();
    const body = (scripts[next] ?? '') + (await response.text());
    next = Math.min(next + 1, scripts.length - 1);
    await route.fulfill({ response, body });
  });
}

/** The page's next worker is harmed so; those after it are left alone. */
export const harm = (page: Page, plans: readonly Plan[]): Promise<void> =>
  preface(page, [prelude(plans), prelude([])]);

/** Its device is destroyed so, and no other is given. */
export const noWayBack = (plan: Plan): string => `${prelude([plan])}{
  const request = GPU.prototype.requestAdapter;
  GPU.prototype.requestAdapter = function (...args) {
    return noted.fired.length === 0 ? request.apply(this, args) : Promise.resolve(null);
  };
}
`;

/** The program of one kernel has text in it that is no WGSL. */
export const brokenShader = (kernel: string): string => `{
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const broken = descriptor.label === ${JSON.stringify(kernel)};
    return create.call(this, broken ? { ...descriptor, code: descriptor.code + ' no wgsl' } : descriptor);
  };
}
`;

/** Devices say that a limit of theirs is this low. */
export const lowLimit = (limit: keyof GPUSupportedLimits, most: number): string => `{
  const { get } = Object.getOwnPropertyDescriptor(GPUDevice.prototype, 'limits');
  Object.defineProperty(GPUDevice.prototype, 'limits', {
    get() {
      return new Proxy(get.call(this), {
        get: (limits, name) => (name === ${JSON.stringify(limit)} ? ${most} : limits[name]),
      });
    },
  });
}
`;

const workerOf = (page: Page) => page.workers().find((worker) => SCRIPT.test(worker.url()));

export async function noted(page: Page): Promise<Noted> {
  const told = await workerOf(page)?.evaluate(
    () => (globalThis as unknown as { noted: Noted }).noted,
  );
  if (told === undefined) throw new Error('no worker runs');
  return told;
}

/** The worker ends without a word. */
export async function killWorker(page: Page): Promise<void> {
  // It may be gone before it answers.
  await workerOf(page)
    ?.evaluate(() => {
      self.close();
    })
    .catch(() => undefined);
}

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Keep and export' });

/** Save the run at hand as a file; where it cannot be made at this moment, the page says so, and again. */
export async function checkpoint(page: Page): Promise<Buffer> {
  if (!(await dialog(page).isVisible())) await page.keyboard.press('e');
  for (let attempt = 0; attempt < 4; attempt++) {
    const coming = page.waitForEvent('download', { timeout: 15_000 }).catch(() => null);
    await dialog(page).getByRole('button', { name: 'Save Checkpoint', exact: true }).click();
    const download = await coming;
    if (download === null) continue;
    const bytes = await readFile(await download.path());
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toBeHidden();
    return bytes;
  }
  throw new Error('no checkpoint was saved');
}

/** Behind the header, which carries speeds and curves, lie the tensors. */
export const tensorsOf = (file: Buffer): Buffer =>
  file.subarray(8 + Number(file.readBigUInt64LE()));

/** From where a run stands to its end; its tensors then. */
export async function finish(playground: PlaygroundPage): Promise<Buffer> {
  await playground.button('Train').click();
  await expect(playground.status).toContainText('Finished', { timeout: 90_000 });
  return tensorsOf(await checkpoint(playground.page));
}

/** Two steps, kept as a file and opened from it, and on to the end; its tensors then. */
export async function runThrough(page: Page): Promise<Buffer> {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await playground.takeSteps(2);
  const buffer = await checkpoint(page);
  await page.keyboard.press('e');
  await dialog(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'two.safetensors', mimeType: 'application/octet-stream', buffer });
  await expect(dialog(page)).toBeHidden();
  await expect.poll(() => playground.step(), { timeout: 60_000 }).toBe(2);
  await expect(playground.status).toContainText('Paused', { timeout: 60_000 });
  return finish(playground);
}

/** Compare all; the table's rows then. */
export async function compareAll(page: Page): Promise<string[]> {
  const playground = new PlaygroundPage(page);
  await playground.open(TOY);
  await page.keyboard.press('c');
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison.getByRole('cell', { name: 'done' })).toHaveCount(3, { timeout: 120_000 });
  return comparison.getByRole('row').allInnerTexts();
}

export interface Moment {
  readonly kind: 'training' | 'evaluating' | 'saving' | 'loading' | 'comparing' | 'leaving';
  readonly plans: readonly Plan[];
}

const KINDS = ['comparing', 'leaving', 'loading', 'evaluating', 'saving', 'training'] as const;

/**
 * `count` moments, of each kind in turn, the same for the same seed; every fourth time the next device goes
 * too. `submits`: those of an undisturbed run and an undisturbed comparison.
 */
export function momentsOf(
  count: number,
  seed: number,
  submits: { readonly run: number; readonly comparison: number },
): readonly Moment[] {
  const random = randomOf(seed);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const submit = (most: number): Plan => ({ at: 'submit', count: upTo(0.9 * most) });
  const planOf = (kind: Moment['kind']): Plan => {
    switch (kind) {
      case 'training':
        return submit(submits.run);
      case 'comparing':
        return submit(submits.comparison);
      case 'evaluating':
        return { at: 'evaluating', nth: upTo(3), ms: Math.floor(4 * random()) };
      // A run of the comparison is finished and kept, and the next one begins.
      case 'leaving':
        return { at: 'saving', nth: upTo(4), ms: Math.floor(4 * random()) };
      case 'saving':
        return { at: 'saving', nth: upTo(3), ms: Math.floor(4 * random()) };
      case 'loading':
        return { at: 'building', nth: 2, ms: Math.floor(40 * random()) };
    }
  };
  return Array.from({ length: count }, (_, k) => {
    const kind = KINDS[k % KINDS.length] ?? 'training';
    const first = planOf(kind);
    return { kind, plans: k % 4 === 1 ? [first, { at: 'submit', count: upTo(20) }] : [first] };
  });
}
