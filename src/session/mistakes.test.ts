/** Mistakes on the test set, a unit, and a picture of one's own, as the page hears of them. */
import { describe, expect } from 'vitest';
import { at } from '../experiment/at.ts';
import { runOf } from '../experiment/run.ts';
import { weightLayers } from '../experiment/shapes.ts';
import { liveBuffers } from '../gpu/buffers.ts';
import { profileFor } from '../gpu/profile.ts';
import { Trainer } from '../gpu/trainer.ts';
import { ReferenceNetwork } from '../reference/network.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_DATA, SMALL_SPEC as spec } from '../testing/listener.ts';
import { dataShapeOf, examplesOf } from '../testing/synthetic.ts';
import type { AnyLook, MistakesLook, SessionEvent } from './protocol.ts';

const seen = <K extends AnyLook['kind']>(page: Listener, kind: K) =>
  page.of('look').flatMap(({ look }) => (look.kind === kind ? [look] : [])) as Extract<
    AnyLook,
    { kind: K }
  >[];
const looked = (kind: AnyLook['kind']) => (event: SessionEvent) =>
  event.type === 'look' && event.look.kind === kind;

const { test, inputs } = SMALL_DATA;
const ALL = { kind: 'mistakes', weights: 'binary', cell: null, from: 0 } as const;

const wrongIn = ({ confusion }: MistakesLook): number =>
  confusion.reduce((sum, n, k) => (k % 5 === 0 ? sum : sum + n), 0);

describe('mistakes', () => {
  gpuTest('are those of the reference at step 0, the most confident first', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf(spec));
    page.send({ type: 'look', subject: ALL });
    await page.untilEvent(looked('mistakes'));
    const found = at(seen(page, 'mistakes'), 0);
    // 2 weights kinds, four classes: the diagonal is every fifth place.
    const reference = new ReferenceNetwork(runOf(spec), dataShapeOf(SMALL_DATA), 4);
    const everyOne = Array.from({ length: SMALL_DATA.train.count }, (_, n) => n);
    const statistics = reference.calibrate(
      'binary',
      examplesOf(SMALL_DATA, SMALL_DATA.train, everyOne).x,
    );
    const { x } = examplesOf(
      SMALL_DATA,
      test,
      Array.from({ length: test.count }, (_, n) => n),
    );
    const scores = reference.scores('binary', statistics, x);
    let [close, differ] = [0, 0];
    const margins = Array.from({ length: test.count }, (_, n) => {
      const own = [...scores.slice(4 * n, 4 * n + 4)];
      const sorted = own.toSorted((a, b) => b - a);
      // Float32 may decide another way between scores this near to each other.
      if (at(sorted, 0) - at(sorted, 1) < 1e-4) close += 1;
      const predicted = own.indexOf(at(sorted, 0));
      return { n, predicted, margin: at(sorted, 0) - at(own, at(test.labels, n)) };
    });
    const wrong = margins
      .filter(({ n, predicted }) => predicted !== test.labels[n])
      .sort((a, b) => b.margin - a.margin);
    expect(Math.abs(found.count - wrong.length)).toBeLessThanOrEqual(close);
    expect(found.count).toBe(wrongIn(found));
    expect(found.examples).toBe(200);
    expect(found.shown.length).toBe(24);
    found.shown.forEach((mistake, k) => {
      const { margin } = at(wrong, k);
      if (Math.abs(mistake.margin - margin) > 1e-4) differ += 1;
      const own = at(margins, mistake.index);
      expect(Math.abs(own.margin - mistake.margin)).toBeLessThan(1e-4);
      expect(mistake.label).toBe(test.labels[mistake.index]);
      const picture = test.images.slice(mistake.index * inputs, (mistake.index + 1) * inputs);
      expect([...mistake.picture]).toEqual([...picture]);
    });
    expect(differ).toBeLessThanOrEqual(close);
    await page.close();
    expect(liveBuffers()).toBe(0);
  });

  gpuTest('come with every evaluation, agree with it, and change nothing', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf(spec));
    page.send({ type: 'look', subject: ALL }, { type: 'train' });
    await page.until('finished');
    const found = seen(page, 'mistakes').filter(({ step }) => step % 10 === 0 && step > 0);
    expect(found.map(({ step }) => step)).toEqual([10, 20, 30]);
    page.of('epoch').forEach(({ record }, k) => {
      const { count, examples } = at(found, k);
      expect((100 * count) / examples).toBeCloseTo(record.testError.binary, 6);
    });

    // A cell of the matrix, without another test.
    const last = at(found, 2);
    const cell = { label: at(last.shown, 0).label, predicted: at(last.shown, 0).predicted };
    page.send({ type: 'look', subject: { ...ALL, cell } });
    await page.untilEvent(looked('mistakes'));
    const some = at(seen(page, 'mistakes'), seen(page, 'mistakes').length - 1);
    expect(some.count).toBe(last.confusion[4 * cell.label + cell.predicted]);
    expect(some.shown.every((one) => one.label === cell.label)).toBe(true);
    expect(at(some.shown, 0).index).toBe(at(last.shown, 0).index);
    page.send({ type: 'look-away', kind: 'mistakes' });
    const { losses } = page;
    await page.close();

    const plain = new Listener(gpu);
    await plain.open(runOf(spec), true);
    await plain.until('finished');
    expect(losses).toEqual(plain.losses);
    expect(plain.of('epoch')).toEqual(
      page.of('epoch').map((event, k) => {
        const { stepsPerSecond } = at(plain.of('epoch'), k).record;
        return { ...event, record: { ...event.record, stepsPerSecond } };
      }),
    );
    await plain.close();
  });
});

describe('a unit', () => {
  gpuTest('shows what it stores and what excites it', async (gpu) => {
    const { device, adapter } = gpu;
    const profile = profileFor(adapter, 'auto', weightLayers(spec));
    const trainer = await Trainer.create(device, profile, spec, SMALL_DATA);
    const { w } = await trainer.readLayer(0);
    const fed = examplesOf(
      SMALL_DATA,
      test,
      Array.from({ length: test.count }, (_, n) => n),
    ).x;
    const single = await trainer.look({
      ...{ weights: 'real', withMaps: true },
      inputs: Float32Array.from(fed.slice(0, inputs)),
    });
    trainer.destroy();

    const page = new Listener(gpu);
    await page.open(runOf(spec));
    page.send({
      type: 'look',
      subject: { kind: 'unit', layer: 0, unit: 17, weights: 'real' },
    });
    await page.untilEvent(looked('unit'));
    const look = at(seen(page, 'unit'), 0);
    expect([...look.stored]).toEqual(Array.from({ length: inputs }, (_, i) => at(w, i * 24 + 17)));
    expect(look.examples).toBe(200);
    const activations = look.excited.map(({ activation }) => activation);
    expect(activations).toEqual(activations.toSorted((a, b) => b - a));
    expect(activations.length).toBeGreaterThan(0);
    // What the unit makes of the first example is no more than of the one it answers to most.
    const own = at(at(single.maps, 0).values, 17);
    expect(own).toBeLessThanOrEqual(at(activations, 0) + 1e-5);
    const first = look.excited.find(({ index }) => index === 0);
    if (first) expect(first.activation).toBeCloseTo(own, 4);
    await page.close();
  });
});

describe('a picture of one’s own', () => {
  gpuTest('scores as the test example of the same bytes does', async (gpu) => {
    const page = new Listener(gpu);
    await page.open(runOf(spec));
    page.send({ type: 'look', subject: { kind: 'example', of: 5, weights: 'binary' } });
    await page.untilEvent(looked('example'));
    const picture = test.images.slice(5 * inputs, 6 * inputs);
    if (!(picture instanceof Uint8Array)) throw new Error('no bytes');
    page.send({ type: 'look', subject: { kind: 'example', of: picture, weights: 'binary' } });
    await page.untilEvent(looked('example'));
    const [theirs, own] = seen(page, 'example');
    expect(own).toMatchObject({ index: null, label: null, isRaw: true });
    expect([...(own?.scores ?? [])]).toEqual([...(theirs?.scores ?? [])]);
    expect([...(own?.picture ?? [])]).toEqual([...picture]);
    await page.close();
  });
});
