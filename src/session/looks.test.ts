/** What the page watches beside the curves, and how long a step takes. */
import { describe, expect, vi } from 'vitest';
import { toyDataset } from '../data/toy.ts';
import { at } from '../experiment/at.ts';
import { usualRecipe } from '../experiment/recipes.ts';
import { runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { liveBuffers } from '../gpu/buffers.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_DATA, SMALL_SPEC as spec } from '../testing/listener.ts';
import { Looks } from './looks.ts';
import { PLANE, planeCoordinate } from './plane.ts';
import type { ExampleLook, PlaneLook, SessionEvent } from './protocol.ts';

const looked = ({ type }: SessionEvent) => type === 'look';

const examples = (page: Listener): ExampleLook[] =>
  page.of('look').flatMap(({ look }) => (look.kind === 'example' ? [look] : []));
const planes = (page: Listener): PlaneLook[] =>
  page.of('look').flatMap(({ look }) => (look.kind === 'plane' ? [look] : []));

describe('looks', () => {
  gpuTest('show an example at rest, in training, and after it, and no longer', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf({ ...spec, epochs: 1000, evaluateEvery: 100 }));
    page.send({ type: 'look', subject: { kind: 'example', of: 7, weights: 'binary' } });
    await page.untilEvent(looked);
    const first = at(examples(page), 0);
    expect(first).toMatchObject({
      index: 7,
      step: 0,
      isRaw: true,
      label: SMALL_DATA.test.labels[7],
    });
    expect([...first.picture]).toEqual([...SMALL_DATA.test.images.slice(7 * 25, 8 * 25)]);
    expect(first.maps.map(({ layer, channels }) => [layer, channels])).toEqual([
      ['dense1', 24],
      ['output', 4],
    ]);
    expect(first.scores.length).toBe(4);

    page.send({ type: 'train' });
    await page.untilEvent(
      (event) => looked(event) && at(examples(page), -1 + examples(page).length).step > 0,
    );
    page.send({ type: 'pause' });
    await page.until('paused');
    const trained = page.of('frame').at(-1)?.step ?? 0;
    // Where the last look came after the last step, there is nothing new to see.
    if (examples(page).at(-1)?.step !== trained) await page.untilEvent(looked);
    expect(examples(page).at(-1)?.step).toBe(trained);

    // There is no such example: nothing to see, and nothing breaks.
    const seen = page.of('look').length;
    page.send({ type: 'look', subject: { kind: 'example', of: 1e6, weights: 'real' } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    page.send({ type: 'look-away', kind: 'example' }, { type: 'step' });
    await page.until('paused');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(page.of('look').length).toBe(seen);
    await page.close();
    expect(liveBuffers()).toBe(0);
  });

  gpuTest('are not seldom because one of them was slow', async ({ device, adapter }) => {
    const profile = profileFor(adapter, 'auto', weightLayers(spec));
    const trainer = await Trainer.create(device, profile, spec, SMALL_DATA);
    const subjects = { trainer, dataset: SMALL_DATA };
    const looks = new Looks(() => undefined);
    looks.watch({ kind: 'example', of: 7, weights: 'binary' });
    const due = () => vi.waitUntil(() => looks.due(subjects).length > 0, { timeout: 5000 });
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const look = trainer.look.bind(trainer);
    // By its own 500 ms, each of the slow ones would keep the next away for ten seconds.
    for (const ms of [500, 0, 500]) {
      await due();
      vi.spyOn(trainer, 'look').mockImplementationOnce(async (request) => {
        await wait(ms);
        return look(request);
      });
      expect(await looks.look('example', subjects, () => 0)).not.toBeNull();
      expect(looks.due(subjects)).toEqual([]);
    }
    await due();
    trainer.destroy();
  });

  gpuTest('show how a trained net divides the plane', async (gpu) => {
    const data = toyDataset('xor');
    const page = new Listener(gpu, { data });
    const recipe = usualRecipe('xor').spec;
    await page.open(runOf({ ...recipe, data: 'xor', epochs: 4, evaluateEvery: 4 }));
    page.send({ type: 'look', subject: { kind: 'plane', weights: 'binary' } }, { type: 'train' });
    await page.until('finished');
    // Where the last look came after the last step, there is nothing new to see.
    if (planes(page).at(-1)?.step !== 400) await page.untilEvent(looked);
    const { scores, testError, step } = at(planes(page), planes(page).length - 1);
    expect(step).toBe(400);
    // A look measures batch norm on the first half of the training points only.
    const { testError: evaluated } = at(page.of('epoch'), 0).record;
    expect(Math.abs(testError - evaluated.binary)).toBeLessThan(2);
    expect(testError).toBeLessThan(8);
    // In the middle of the four quadrants: x right, y up.
    const nearest = (x: number) => Math.round(((x / PLANE.half + 1) * PLANE.side - 1) / 2);
    expect(planeCoordinate(nearest(0.5))).toBeCloseTo(0.5, 1);
    const classAt = (x: number, y: number) => {
      const point = nearest(-y) * PLANE.side + nearest(x);
      return at(scores, 2 * point + 1) > at(scores, 2 * point) ? 1 : 0;
    };
    expect([classAt(0.5, 0.5), classAt(-0.5, -0.5)]).toEqual([0, 0]);
    expect([classAt(-0.5, 0.5), classAt(0.5, -0.5)]).toEqual([1, 1]);
    await page.close();
  });
});

describe('the time of a step', () => {
  gpuTest('is told before the first one, and leaves no trace in the run', async (gpu) => {
    const page = new Listener(gpu, { tune: true });
    const run = runOf({
      ...spec,
      mode: 'stochastic',
      optimizer: { kind: 'nesterov', momentum: 0.9 },
    });
    await page.open(run);
    await page.untilEvent(({ type }) => type === 'timed');
    expect(page.of('timed').at(-1)?.milliseconds).toBeGreaterThan(0);
    page.send({ type: 'train' });
    await page.until('finished');
    const { losses } = page;
    await page.close();

    const plain = new Listener(gpu);
    await plain.open(run, true);
    await plain.until('finished');
    expect(losses).toEqual(plain.losses);
    expect(losses.length).toBe(30);
    await plain.close();
  });

  gpuTest('waits for whatever a person does', async (gpu) => {
    const page = new Listener(gpu, { tune: true });
    await page.open(runOf(spec));
    // Into the middle of the measuring.
    await new Promise((resolve) => setTimeout(resolve, 430));
    page.send({ type: 'step' });
    await page.until('paused');
    expect(page.losses.length).toBe(1);
    const plain = new Listener(gpu);
    await plain.open(runOf(spec));
    plain.send({ type: 'step' });
    await plain.until('paused');
    expect(page.losses).toEqual(plain.losses);
    await plain.close();
    await page.close();
  });
});
