/** Toy tasks without a graphics device: the same events, from the reference itself. */
import { describe, expect, it, vi } from 'vitest';
import { toyDataset } from '../../data/toy.ts';
import { at } from '../../experiment/at.ts';
import { usualRecipe } from '../../experiment/recipes.ts';
import { runOf, type Run } from '../../experiment/run.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { minibatchOf } from '../../reference/minibatch.ts';
import { ReferenceNetwork } from '../../reference/network.ts';
import { MemoryCache } from '../../testing/listener.ts';
import { dataShapeOf } from '../../testing/synthetic.ts';
import { EitherSession } from '../either-session.ts';
import { PLANE } from '../plane.ts';
import type { Command, Phase, SessionEvent } from '../protocol.ts';
import { NO_TRACE_HERE } from './cpu-session.ts';
import { trainsOnCpu } from './trains-on-cpu.ts';

const MOONS = toyDataset('moons');
const SPEC: ExperimentSpec = { ...usualRecipe('moons').spec, epochs: 2 };

/** A page without an adapter, and what it was told. */
class Page {
  readonly events: SessionEvent[] = [];
  readonly #session = new EitherSession(
    {
      post: (event) => this.events.push(event),
      requestDevice: () =>
        Promise.resolve({ ok: false, kind: 'no-adapter', message: 'There is none.' }),
      load: () => Promise.resolve({ ok: true, value: MOONS }),
      idleness: { after: 50, cache: new MemoryCache() },
    },
    () => Promise.resolve(false),
  );

  send(command: Command): void {
    this.#session.handle(command);
  }

  open(run: Run): Promise<void> {
    this.send({ type: 'open', run, base: '', autoplay: false, tune: false });
    return this.until('paused');
  }

  /** Sends a command and waits for the next time a phase is entered. */
  async after(command: Command, phase: Phase): Promise<void> {
    const from = this.events.length;
    this.send(command);
    await this.until(phase, from);
  }

  async until(phase: Phase, from = 0): Promise<void> {
    await vi.waitFor(
      () => {
        const phases = this.events.slice(from).filter((event) => event.type === 'phase');
        expect(phases.map((event) => event.phase)).toContain(phase);
      },
      { timeout: 60_000 },
    );
  }

  of<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[] {
    return this.events.filter(
      (event): event is Extract<SessionEvent, { type: T }> => event.type === type,
    );
  }

  get losses(): number[] {
    return this.of('frame').flatMap(({ steps }) => [...steps.loss]);
  }
}

/** What the reference itself makes of a run's first steps, as float32. */
function referenceLosses(run: Run, steps: number): number[] {
  const perEpoch = Math.floor(MOONS.train.count / run.spec.batch);
  const network = new ReferenceNetwork(run, dataShapeOf(MOONS), perEpoch);
  return Array.from({ length: steps }, (_, step) => {
    const { x, labels } = minibatchOf(run.spec, MOONS, step);
    return Math.fround(network.step(x, labels).loss);
  });
}

describe('a toy task without a graphics device', () => {
  it('trains to its end, learns, and is replayed to the bit', async () => {
    const page = new Page();
    const run = runOf({ ...SPEC, epochs: 12, evaluateEvery: 1 });
    await page.open(run);
    const [opened] = page.of('opened');
    expect(opened?.adapter).toMatchObject({ cpu: true, kernels: 'auto' });
    await page.after({ type: 'train' }, 'finished');
    const losses = page.losses;
    expect(losses.length).toBe(12 * (opened?.stepsPerEpoch ?? NaN));
    expect(losses.slice(0, 10)).toEqual(referenceLosses(run, 10));
    const epochs = page.of('epoch').map(({ record }) => record);
    expect(epochs.length).toBe(12);
    expect(epochs.at(-1)?.testError.binary).toBeLessThan(8);

    page.events.length = 0;
    await page.after({ type: 'rewind' }, 'paused');
    await page.after({ type: 'train' }, 'finished');
    expect(page.losses).toEqual(losses);
    expect(page.of('epoch').map(({ record: { testError } }) => testError)).toEqual(
      epochs.map(({ testError }) => testError),
    );
  });

  it('takes single steps, and a change of mode that a rewind replays', async () => {
    const page = new Page();
    await page.open(runOf(SPEC));
    for (let k = 0; k < 3; k++) await page.after({ type: 'step' }, 'paused');
    page.send({ type: 'change', change: { field: 'mode', value: 'stochastic' } });
    await vi.waitFor(() => {
      expect(page.of('changed').length).toBe(1);
    });
    for (let k = 0; k < 3; k++) await page.after({ type: 'step' }, 'paused');
    const change = { step: 3, field: 'mode', value: 'stochastic' } as const;
    expect(page.of('changed')).toMatchObject([{ change }]);
    const first = page.losses;
    expect(first).toEqual(referenceLosses({ ...runOf(SPEC), changes: [change] }, 6));
    page.events.length = 0;
    await page.after({ type: 'rewind' }, 'paused');
    expect(page.of('opened')[0]?.run.changes).toEqual([change]);
    for (let k = 0; k < 6; k++) await page.after({ type: 'step' }, 'paused');
    expect(page.losses).toEqual(first);
    await page.after({ type: 'reseed', seed: 7 }, 'paused');
    expect(page.of('opened').at(-1)?.run).toMatchObject({ spec: { seed: 7 }, changes: [] });
  });

  it('shows signs, stored weights, the plane, a unit, and ensembles', async () => {
    const page = new Page();
    page.send({ type: 'look', subject: { kind: 'plane', weights: 'binary' } });
    await page.open(runOf(SPEC));
    await page.after({ type: 'step' }, 'paused');
    const plane = page.of('look').at(-1)?.look;
    expect(plane).toMatchObject({ kind: 'plane', step: 1 });
    expect(plane?.kind === 'plane' && plane.scores.length).toBe(2 * PLANE.side ** 2);

    const probes = page.of('frame').at(-1)?.probes ?? [];
    const layers = page.of('opened')[0]?.layers ?? [];
    expect(probes.length).toBe(layers.length);
    for (const [l, { histogram, bits, range }] of probes.entries()) {
      const { I, O, H } = at(layers, l);
      expect(histogram.reduce((sum, count) => sum + count, 0)).toBe(I * O);
      expect(bits.length).toBe(I * Math.ceil(O / 32));
      expect(range).toBe(H);
    }

    page.send({ type: 'look', subject: { kind: 'unit', layer: 1, unit: 0, weights: 'real' } });
    await vi.waitFor(() => {
      const unit = page.of('look').at(-1)?.look;
      expect(unit).toMatchObject({ kind: 'unit', layer: 1, unit: 0, examples: MOONS.test.count });
      expect(unit?.kind === 'unit' && unit.stored.length).toBe(at(layers, 1).I);
    });

    await page.after({ type: 'ensemble' }, 'paused');
    const sizes = page.of('ensemble')[0]?.record.sizes ?? [];
    expect(sizes.map(({ members }) => members)).toEqual([1, 2, 4, 8, 16]);
    for (const { test } of sizes) expect(test).toBeGreaterThanOrEqual(0);
  });

  it('says what it does without', async () => {
    const page = new Page();
    await page.open(runOf(SPEC));
    page.send({ type: 'trace', place: { layer: 0, row: 0, column: 0 } });
    page.send({ type: 'hand-over', id: 5, wanted: 'state' });
    await vi.waitFor(() => {
      expect(page.of('untraced')).toEqual([{ type: 'untraced', reason: NO_TRACE_HERE }]);
      expect(page.of('handed')).toEqual([{ type: 'handed', id: 5, handed: null }]);
    });
  });

  it('a loss that leaves the numbers stops the run, and a rewind helps', async () => {
    const page = new Page();
    const network = { ...SPEC.network, batchNorm: 'none' } as const;
    const rate = { start: 1000, end: 1000 };
    const wild = { ...SPEC, network, mode: 'none', optimizer: { kind: 'sgd' }, rate } as const;
    await page.open(runOf(wild));
    await page.after({ type: 'train' }, 'failed');
    const failed = page.of('phase').at(-1);
    expect(failed?.failure?.kind).toBe('not-finite');
    await page.after({ type: 'rewind' }, 'paused');
    expect(page.of('frame').at(-1)?.step).toBe(0);
  });

  it('what needs a device says so, and gives way to what does not', async () => {
    const page = new Page();
    const wide = { type: 'dense', units: 4096 } as const;
    const spec: ExperimentSpec = { ...SPEC, network: { ...SPEC.network, hidden: [wide, wide] } };
    expect(trainsOnCpu(spec)).toBe(false);
    expect(trainsOnCpu({ ...SPEC, data: 'fashion-mnist' })).toBe(false);
    page.send({ type: 'open', run: runOf(spec), base: '', autoplay: false, tune: false });
    await page.until('failed');
    expect(page.of('phase').at(-1)?.failure?.kind).toBe('no-adapter');
    await page.open(runOf(SPEC));
    expect(page.of('opened').length).toBe(1);
  });

  it('goes on in a fresh worker where it stood, and tells nothing twice', async () => {
    const first = new Page();
    await first.open(runOf(SPEC));
    for (let k = 0; k < 5; k++) await first.after({ type: 'step' }, 'paused');
    const second = new Page();
    const heard = { step: 5, changes: 0, epoch: -1, quantised: -1 };
    const resume = { state: null, heard, train: false, known: true };
    second.send({ type: 'open', run: runOf(SPEC), base: '', autoplay: false, tune: false, resume });
    await second.until('paused');
    expect(second.of('opened')).toEqual([]);
    expect(second.of('resumed').length).toBe(1);
    expect(second.losses).toEqual([]);
    await first.after({ type: 'step' }, 'paused');
    await second.after({ type: 'step' }, 'paused');
    expect(second.losses).toEqual(first.losses.slice(5));
  });
});
