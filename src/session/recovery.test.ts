/** A device that fails at any moment: the run ends as if nothing had happened, and nothing is told twice. */
import { describe, expect, it } from 'vitest';
import { runOf, type Change } from '../experiment/run.ts';
import type { ExperimentSpec } from '../experiment/spec.ts';
import { expectToBeTold, frail } from '../testing/frail.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_SPEC } from '../testing/listener.ts';
import { heardAfter, Losses, NOTHING_HEARD } from './heard.ts';
import type { Resumable } from './progress.ts';
import type { Heard, SessionEvent } from './protocol.ts';

const spec: ExperimentSpec = { ...SMALL_SPEC, mode: 'stochastic', epochs: 12, evaluateEvery: 3 };
const changes: Change[] = [
  { step: 25, field: 'rate', value: 0.001 },
  { step: 50, field: 'mode', value: 'deterministic' },
];
const run = { ...runOf(spec), changes };

/** What a page has heard of a run, down to the bits of its weights at the end. */
const heardOf = (page: Listener) => ({
  losses: page.losses,
  firsts:
    page.of('frame').flatMap(({ steps }) => (steps.count > 0 ? [steps.first] : [])).length > 0,
  changed: page.of('changed').map(({ change }) => change),
  epochs: page.of('epoch').map(({ record: { stepsPerSecond, ...record } }) => {
    expect(stepsPerSecond).toBeGreaterThan(0);
    return record;
  }),
  bits: page
    .of('frame')
    .at(-1)
    ?.probes?.map(({ bits }) => [...bits]),
});

describe('a session whose device fails', () => {
  gpuTest('ends with the same losses, errors and bits as undisturbed', async (gpu) => {
    const calm = new Listener(gpu);
    await calm.open(run);
    calm.send({ type: 'train' });
    await calm.until('finished');
    const expected = heardOf(calm);
    expect(expected.losses.length).toBe(120);
    await calm.close();

    // Replayed from step 0, and from states on the way.
    for (const every of [Infinity, 0]) {
      const { page, devices, lose } = frail(gpu, every);
      await page.open(run);
      if (every === 0) {
        // Standing, twice in a row.
        lose();
        await page.untilEvent(({ type }) => type === 'resumed' || type === 'opened');
        lose();
        await page.until('paused');
      }
      page.send({ type: 'train' });
      await page.untilEvent((event) => event.type === 'frame' && event.steps.first > 20);
      if (every === 0) {
        lose();
        await page.untilEvent(({ type }) => type === 'resumed');
      }
      lose();
      await page.untilEvent((event) => event.type === 'phase' && event.phase === 'evaluating');
      lose();
      await page.until('finished');
      lose();
      await page.until('finished');
      expect(heardOf(page)).toEqual(expected);
      expect(devices.length).toBeGreaterThanOrEqual(every === 0 ? 5 : 3);
      expect(page.of('phase').some(({ phase }) => phase === 'failed')).toBe(false);
      if (every === 0) expect(page.of('good').length).toBeGreaterThan(2);
      expectToBeTold(page);
      const states = page.of('resumed').map(({ step }) => step);
      expect(states.every((step) => (every === 0 ? true : step === 0))).toBe(true);

      // In another worker, from the last state before step 100 that this one told of.
      const isBefore = ({ state }: { state: Resumable }) => state.checkpoint.step <= 100;
      const state = page.of('good').findLast(isBefore)?.state ?? null;
      const heard = page.events.reduce<Heard>(heardAfter, NOTHING_HEARD);
      expect(heard.step).toBe(120);
      const other = new Listener(gpu);
      other.send({
        ...{ type: 'open', run, base: 'data/', autoplay: false, tune: false },
        resume: { state, heard: { ...heard, step: 100, epoch: 90 }, train: true, known: true },
      });
      await other.until('finished');
      expect(other.losses).toEqual(expected.losses.slice(100));
      expect(heardOf(other).bits).toEqual(expected.bits);
      expect(other.of('epoch').map(({ record }) => record.epoch)).toEqual([12]);
      await other.close();
      await page.close();
    }
  });

  gpuTest('hands over what was asked for meanwhile, of the step that was shown', async (gpu) => {
    const { page, lose } = frail(gpu);
    await page.open(run);
    for (let k = 0; k < 3; k++) {
      page.send({ type: 'step' });
      await page.until('paused');
    }
    page.send({ type: 'hand-over', id: 1, wanted: 'state' });
    lose();
    page.send({ type: 'hand-over', id: 2, wanted: 'state' });
    await page.untilEvent((event) => event.type === 'handed' && event.id === 2);
    const steps = page.of('handed').map(({ id, handed }) => {
      expect(handed?.kind).toBe('state');
      return [id, handed?.kind === 'state' ? handed.state.checkpoint.step : NaN];
    });
    expect(steps).toEqual([
      [1, 3],
      [2, 3],
    ]);
    await page.close();
  });

  gpuTest('does what waited for its turn when the device failed', async (gpu) => {
    const { page, lose } = frail(gpu);
    await page.open(run);
    for (const [command, step] of [
      ['step', 1],
      ['trace', 2],
      ['train', 120],
    ] as const) {
      const place = { layer: 0, row: 0, column: 0 };
      page.send({ type: 'hand-over', id: step, wanted: 'state' });
      page.send(command === 'trace' ? { type: command, place } : { type: command });
      // The state is being read; what was asked for last has not begun.
      await Promise.resolve();
      lose();
      const end = command === 'train' ? 'finished' : 'paused';
      await page.untilEvent(
        (event) =>
          event.type === 'phase' && event.phase === end && page.of('frame').at(-1)?.step === step,
      );
    }
    expect(page.of('resumed').length).toBe(3);
    expect(page.of('trace').length).toBe(1);
    expectToBeTold(page);
    await page.close();
  });

  gpuTest('answers for a run that was left, and trains it no more', async (gpu) => {
    const { page, lose } = frail(gpu);
    await page.open(run);
    page.send({ type: 'train' });
    await page.until('finished');
    const another = runOf({ ...spec, epochs: 1 });
    for (const isAsked of [true, false]) {
      const before = page.events.length;
      // The second time there is nothing to answer: whatever the device holds is not needed any more.
      lose();
      if (isAsked) page.send({ type: 'hand-over', id: 1, wanted: 'state' });
      page.sendOpen(another, true);
      await page.until('finished');
      if (isAsked) await page.until('finished');
      const told = page.events.slice(before).map(({ type }) => type);
      const next = told.indexOf('opening');
      const of = (what: SessionEvent['type'], events: typeof told) =>
        events.filter((type) => type === what).length;
      const counts = (['resumed', 'handed', 'opened', 'epoch'] as const).map((type) => [
        of(type, told.slice(0, next)),
        of(type, told.slice(next)),
      ]);
      const old = isAsked ? 1 : 0;
      expect(counts).toEqual([
        [old, 0],
        [old, 0],
        [0, 1],
        [0, 1],
      ]);
    }
    const [answer] = page.of('handed');
    expect(answer?.handed?.kind === 'state' && answer.handed.state.checkpoint.step).toBe(120);
    await page.close();
  });

  gpuTest('goes on with a new one also where an error left the old one alive', async (gpu) => {
    const short = { ...run, spec: { ...spec, epochs: 6 } };
    const calm = new Listener(gpu);
    await calm.open(short);
    calm.send({ type: 'train' });
    await calm.until('finished');
    const expected = heardOf(calm);
    await calm.close();

    const { page, devices } = frail(gpu);
    await page.open(short);
    page.send({ type: 'train' });
    await page.untilEvent((event) => event.type === 'frame' && event.steps.first > 20);
    // What is kept on the way changes nothing of where the run is going.
    page.send({ type: 'hand-over', id: 1, wanted: 'state' });
    await page.untilEvent(({ type }) => type === 'handed');
    const error = new GPUOutOfMemoryError('no room');
    devices.at(-1)?.dispatchEvent(Object.assign(new Event('uncapturederror'), { error }));
    await page.until('finished');
    expect(page.of('resumed').map(({ reason }) => reason)).toEqual(['no room']);
    expect(devices.length).toBe(2);
    expect(heardOf(page)).toEqual(expected);
    await page.close();
  });

  gpuTest(
    'says that memory is short where a network is built, and opens a smaller one',
    async (gpu) => {
      const { page, devices } = frail(gpu);
      await page.open(run);
      const [device] = devices;
      if (device === undefined) throw new Error('no device');
      const popped = device.popErrorScope.bind(device);
      let scopes = 0;
      Object.defineProperty(device, 'popErrorScope', {
        configurable: true,
        value: async () => {
          const own = await popped();
          return ++scopes === 1 ? new GPUOutOfMemoryError('no room') : own;
        },
      });
      page.sendOpen(run);
      await page.until('failed');
      expect(page.of('phase').at(-1)?.failure).toEqual({
        kind: 'memory',
        message: 'The graphics adapter has too little free memory for this network.',
      });
      await page.open(run);
      expect(page.of('phase').at(-1)?.phase).toBe('paused');
      await page.close();
    },
  );

  gpuTest('says which numbers left first, and returns to where they were good', async (gpu) => {
    const page = new Listener(gpu, { keeping: { every: 0, tell: Infinity } });
    const wild: ExperimentSpec = {
      ...SMALL_SPEC,
      network: { ...SMALL_SPEC.network, batchNorm: 'none' },
      mode: 'none',
      optimizer: { kind: 'sgd' },
      epochs: 100,
    };
    await page.open({ ...runOf(wild), changes: [{ step: 40, field: 'rate', value: 1000 }] });
    page.send({ type: 'train' });
    await page.until('failed');
    const failure = page.of('phase').at(-1)?.failure;
    expect(failure?.kind).toBe('not-finite');
    expect(failure?.message).toMatch(/since step 4\d: .*(dense1|output)/);
    const good = failure?.good ?? 0;
    expect(good).toBeGreaterThan(0);
    expect(good).toBeLessThan(50);
    page.send({ type: 'return' });
    await page.until('paused');
    expect(page.of('returned').at(-1)?.step).toBe(good);
    page.send({ type: 'change', change: { field: 'rate', value: 0.0001 } }, { type: 'step' });
    await page.until('paused');
    expect(page.of('frame').at(-1)?.step).toBe(good + 1);
    expectToBeTold(page);
    expect(page.losses.length).toBeGreaterThan(good);
    await page.close();
  });
});

describe('failures in a row', () => {
  it('are mended a few times, and again once the run has come further', () => {
    const losses = new Losses();
    const at = (step: number) => losses.allows('lost', { ...NOTHING_HEARD, step });
    expect([at(5), at(5), at(5), at(5), at(5)]).toEqual([true, true, true, true, false]);
    expect(at(6)).toBe(true);
    expect(losses.allows('other', { ...NOTHING_HEARD, step: 6 })).toBe(false);
  });

  it('count what a page has heard once', () => {
    const epoch = { type: 'returned', step: 5, changes: 0 } satisfies SessionEvent;
    expect(heardAfter({ step: 9, changes: 2, epoch: 8, quantised: -1 }, epoch)).toEqual({
      ...{ step: 5, changes: 0, epoch: 5, quantised: -1 },
    });
  });
});
