/** Kept runs: what is taken, kept, shown, brought back, compared and written. */
import { describe, expect, it } from 'vitest';
import { findMethods } from '../../experiment/methods.ts';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC } from '../../experiment/spec.ts';
import type { EpochRecord } from '../../session/protocol.ts';
import { axisOf } from '../charts/axis.ts';
import { bench, frameEvent, openedEvent, type Bench } from '../testing.ts';
import { Comparison } from './comparison.ts';
import { differences } from './diff.ts';
import { csvOf, jsonOf } from './files.ts';
import type { Keeping } from './keeping.ts';
import { bestEpoch, ownError, readKept, testedWith, writeKept } from './kept-run.ts';
import { LOSS_OVERLAY, overlaid } from './overlay.ts';
import { MOST_RUNS, MOST_SHOWN, Runs } from './runs.ts';

/** Storage as a map. `isDenied`: it takes nothing and says so. */
function memory(isDenied = false): Keeping & { readonly held: Map<string, unknown> } {
  const held = new Map<string, unknown>();
  const answer = (act: () => void) => {
    if (!isDenied) act();
    return Promise.resolve(!isDenied);
  };
  return {
    held,
    all: () => Promise.resolve(isDenied ? null : [...held.values()]),
    put: (id, value) => answer(() => held.set(id, structuredClone(value))),
    drop: (id) => answer(() => held.delete(id)),
  };
}

const record = (epoch: number, binary: number, real: number): EpochRecord => ({
  ...{ epoch, step: 500 * epoch, trainLoss: 0.1 / epoch, trainError: 3 },
  validationLoss: { binary: 0.2, real: 0.3 },
  validationError: { binary, real },
  testError: { binary: binary + 1, real: real + 1 },
  flipRate: { dense1: 1e-3, dense2: 3e-3 },
  stepsPerSecond: 50,
});

const finished = { type: 'phase', phase: 'finished', failure: null } as const;

interface Page extends Bench {
  readonly runs: Runs;
  readonly keeping: ReturnType<typeof memory>;
}

function page(keeping = memory()): Page {
  const made = bench();
  const runs = new Runs(keeping);
  made.playground.archive = (state, streams) => runs.keep(state, streams);
  return { ...made, runs, keeping };
}

/** The worker trains what the page asked for last, to its end or for `steps`. */
function train({ playground, emit }: Bench, { steps = 0, loss = 0.5 } = {}): void {
  const { run } = playground.state;
  emit(openedEvent(run));
  emit({ type: 'phase', phase: 'training', failure: null });
  const total = steps === 0 ? 500 * run.spec.epochs : steps;
  emit(frameEvent(0, total, 3, loss));
  if (steps > 0) return;
  emit({ type: 'epoch', record: record(run.spec.epochs - 1, 2, 4) });
  emit({ type: 'epoch', record: record(run.spec.epochs, 3, 5) });
  emit(finished);
}

const two = { ...DEFAULT_SPEC, epochs: 2 };

describe('kept runs', () => {
  it('are those finished, or left after a step', () => {
    const made = page();
    made.playground.open(runOf(two));
    made.emit(openedEvent(runOf(two)));
    made.playground.open(runOf({ ...two, seed: 2 }));
    expect(made.runs.store.getState().runs).toHaveLength(0);
    train(made, { steps: 20 });
    made.playground.open(runOf({ ...two, seed: 3 }));
    const [left] = made.runs.store.getState().runs;
    expect(left).toMatchObject({
      step: 20,
      run: { spec: { seed: 2 } },
      name: 'own net · Deterministic',
    });
    train(made);
    expect(made.runs.store.getState().runs.map(({ run }) => run.spec.seed)).toEqual([3, 2]);
    // What stands on the page is not drawn behind itself.
    const { current, runs } = made.runs.store.getState();
    expect(current).toBe(runs[0]?.id);
  });

  it('are not taken with the curves of another run while one is being opened', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made, { steps: 20 });
    made.playground.open(runOf({ ...two, seed: 2 }));
    // A frame of the run before may still be on its way.
    made.emit(frameEvent(20, 5));
    made.playground.open(runOf({ ...two, seed: 3 }));
    expect(made.runs.store.getState().runs.map(({ run }) => run.spec.seed)).toEqual([1]);
  });

  it('take their own place when trained again, further or less far', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made, { steps: 20 });
    made.playground.rewind();
    train(made, { steps: 30 });
    made.playground.rewind();
    train(made, { steps: 10 });
    made.playground.open(runOf({ ...two, seed: 2 }));
    const { runs } = made.runs.store.getState();
    expect(runs.map(({ step }) => step)).toEqual([30]);
    expect(made.keeping.held.size).toBe(1);
  });

  it('are there at the next visit, hidden; what cannot be read is left alone', async () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    made.keeping.held.set('x', { version: 2 });
    made.keeping.held.set('y', 'nonsense');
    const next = new Runs(made.keeping);
    await next.recall();
    const [known] = next.store.getState().runs;
    const [own] = made.runs.store.getState().runs;
    expect(known).toEqual({ ...own, isShown: false });
    expect(next.store.getState()).toMatchObject({ isKept: true });
    expect(next.store.getState().runs).toHaveLength(1);
    expect(made.keeping.held.size).toBe(3);
  });

  it('say so where storage is denied, and live as long as the page', async () => {
    const made = page(memory(true));
    await made.runs.recall();
    expect(made.runs.store.getState().isKept).toBe(false);
    made.playground.open(runOf(two));
    train(made);
    expect(made.runs.store.getState().runs).toHaveLength(1);
  });

  it('come back when deleted by mistake', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [kept] = made.runs.store.getState().runs;
    if (kept === undefined) throw new Error('nothing kept');
    made.runs.tell(kept.id, { name: 'mine', note: 'the good one' });
    made.runs.delete([kept.id]);
    expect(made.runs.store.getState().runs).toHaveLength(0);
    expect(made.keeping.held.size).toBe(0);
    made.runs.undelete();
    const [again] = made.runs.store.getState().runs;
    expect(again).toMatchObject({ name: 'mine', note: 'the good one' });
    expect(made.keeping.held.size).toBe(1);
  });

  it('are a bounded number, and fewer are shown; those a person wrote on stay longest', () => {
    const made = page();
    for (let seed = 1; seed <= MOST_RUNS + 1; seed++) {
      made.playground.open(runOf({ ...two, seed }));
      train(made, { steps: 3 });
      if (seed !== 2) continue;
      made.playground.open(runOf(two));
      const second = made.runs.store.getState().runs.find(({ run }) => run.spec.seed === 2);
      made.runs.tell(second?.id ?? '', { note: 'stays' });
    }
    made.playground.open(runOf(two));
    const { runs } = made.runs.store.getState();
    expect(runs).toHaveLength(MOST_RUNS);
    expect(runs.filter(({ isShown }) => isShown)).toHaveLength(MOST_SHOWN);
    const seeds = runs.map(({ run }) => run.spec.seed);
    expect(seeds).toContain(2);
    expect(seeds).not.toContain(1);
    // Runs of one mode keep dash patterns of their own.
    expect(new Set(runs.map(({ slot }) => slot)).size).toBe(MOST_RUNS);
  });

  it('are judged by their own weights, at the epoch of lowest validation error', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [kept] = made.runs.store.getState().runs;
    if (kept === undefined) throw new Error('nothing kept');
    expect(testedWith(kept.run)).toBe('binary');
    expect(bestEpoch(kept)).toMatchObject({ epoch: 1, testError: { binary: 3 } });
    const real = { ...kept.run, changes: [{ step: 5, field: 'mode', value: 'none' } as const] };
    expect(testedWith(real)).toBe('real');
    expect(ownError({ binary: 1, real: 2 }, 'ternary')).toBe(2);
  });

  it('are refused by what reads them where anything is out of bounds', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [kept] = made.runs.store.getState().runs;
    if (kept === undefined) throw new Error('nothing kept');
    const stored = writeKept(kept);
    expect(readKept(structuredClone(stored))).toEqual(kept);
    for (const bad of [
      ...[{ link: '#v=1&batch=many' }, { link: 5 }, { loss: [[1, 2]] }, { step: NaN }],
      ...[{ name: 'x'.repeat(81) }, { epochs: [{}] }, { slot: -1 }],
      { loss: Array.from({ length: 513 }, () => [1, 1, 1]) },
    ]) {
      expect(readKept({ ...stored, ...bad })).toBeNull();
    }
  });
});

describe('a comparison', () => {
  const methods = (() => {
    const found = findMethods('none,dsn,det,stoch');
    if (!found.ok) throw new Error(found.error);
    return found.value;
  })();

  it('trains methods one after another from one seed, leaves out what does not fit, and keeps all', () => {
    const made = page();
    const keep = () => made.runs.keep(made.playground.state, made.playground.streams);
    const comparison = new Comparison(made.playground, keep);
    made.playground.open(runOf({ ...two, seed: 7 }));
    made.emit(openedEvent(made.playground.state.run));
    comparison.start(methods);
    const modes: string[] = [];
    for (let k = 0; k < 3; k++) {
      expect(comparison.isRunning).toBe(true);
      const { run } = made.playground.state;
      modes.push(run.spec.mode);
      expect(run.spec.seed).toBe(7);
      expect(made.sent.at(-1)).toMatchObject({ type: 'open', autoplay: true });
      train(made, { loss: 0.1 * (k + 1) });
    }
    expect(comparison.isRunning).toBe(false);
    expect(modes).toEqual(['none', 'deterministic', 'stochastic']);
    const { jobs, stopped } = comparison.store.getState();
    expect(stopped).toBeNull();
    expect(jobs?.map(({ state }) => state)).toEqual(['done', 'unfit', 'done', 'done']);
    expect(jobs?.[1]?.reason).toMatch(/^The experiment's network/);
    const { runs } = made.runs.store.getState();
    expect(runs).toHaveLength(3);
    // Each kept run has the curve that was its own.
    for (const [k, job] of (jobs?.filter(({ kept }) => kept !== null) ?? []).entries()) {
      const kept = runs.find(({ id }) => id === job.kept);
      expect(kept?.loss[0]?.[2]).toBeCloseTo(0.1 * (k + 1));
    }
  });

  it('ends where another run is opened, or by hand; a loss that leaves the numbers ends its method only', () => {
    const made = page();
    const comparison = new Comparison(made.playground, () => null);
    made.playground.open(runOf(two));
    comparison.start(methods);
    made.playground.open(runOf({ ...two, seed: 9 }));
    expect(comparison.store.getState()).toMatchObject({ current: -1, stopped: 'by another run' });
    comparison.start(methods);
    comparison.stop();
    expect(comparison.store.getState()).toMatchObject({ current: -1, stopped: 'by hand' });
    comparison.start(methods);
    made.emit(openedEvent(made.playground.state.run));
    const failure = { kind: 'not-finite', message: 'The loss is not a finite number.' } as const;
    made.emit({ type: 'phase', phase: 'failed', failure });
    const { jobs, current } = comparison.store.getState();
    expect(jobs?.[0]).toMatchObject({ state: 'failed', reason: failure.message });
    expect(current).toBe(2);
  });
});

describe('what is made of kept runs', () => {
  it('rows of a chart: the bucket of each step, and the rest of longer runs', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [kept] = made.runs.store.getState().runs;
    if (kept === undefined) throw new Error('nothing kept');
    const seen = { axis: axisOf('step', 500, []), smoothing: 0.6 };
    const rows = [
      { x: 2, from: 1, step: 2, own: 1 },
      { x: 600, from: 3, step: 600, own: 2 },
    ];
    const made2 = overlaid(rows, [kept], LOSS_OVERLAY, seen);
    expect(made2.slice(0, 2)).toMatchObject([
      { step: 2, own: 1, [`kept-${kept.id}`]: 0.5 },
      { step: 600, own: 2, [`kept-${kept.id}`]: 0.5, [`kept-epoch-${kept.id}`]: 0.2 },
    ]);
    expect(made2.at(-1)).toMatchObject({ step: 1000, [`kept-epoch-${kept.id}`]: 0.2 });
    expect(made2.map(({ step }) => step)).toEqual(
      made2.map(({ step }) => step).toSorted((a, b) => a - b),
    );
    expect(overlaid(rows, [], LOSS_OVERLAY, seen)).toEqual(rows);
  });

  it('rows across time: a kept run has its own clock, or none', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [kept] = made.runs.store.getState().runs;
    if (kept === undefined) throw new Error('nothing kept');
    // A hundred steps a second: a thousand steps took ten seconds.
    const seconds = { axis: axisOf('seconds', 500, [[0, 0]]), smoothing: 0 };
    const rows = [{ x: 4, from: 1, step: 80, own: 1 }];
    const timed = overlaid(rows, [kept], LOSS_OVERLAY, seconds);
    expect(timed[0]).toEqual({ x: 4, from: 1, step: 80, own: 1, [`kept-${kept.id}`]: 0.5 });
    expect(timed.at(-1)).toMatchObject({ x: 10, step: 0, [`kept-epoch-${kept.id}`]: 0.2 });
    const { clock, ...other } = kept;
    expect(clock?.length).toBeLessThanOrEqual(64);
    const unknown = { ...other, stepsPerSecond: 0 };
    expect(overlaid(rows, [unknown], LOSS_OVERLAY, seconds)).toEqual(rows);
  });

  it('differences between two runs', () => {
    const other = { ...two, seed: 2, rate: { start: 0.01, end: 0.001 } };
    expect(differences(runOf(two), runOf(two))).toEqual([]);
    expect(differences(runOf(two), { ...runOf(other), kernels: 'quad' })).toEqual([
      { field: 'rate.start', here: '0.003', there: '0.01' },
      { field: 'rate.end', here: '0.0001', there: '0.001' },
      { field: 'seed', here: '1', there: '2' },
      { field: 'kernels', here: 'auto', there: 'quad' },
    ]);
  });

  it('files: names that a spreadsheet would take for formulas are not', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [kept] = made.runs.store.getState().runs;
    if (kept === undefined) throw new Error('nothing kept');
    made.runs.tell(kept.id, { name: '=1+1, "x"' });
    const { runs } = made.runs.store.getState();
    const [head, row] = csvOf(runs).split('\r\n');
    expect(row).toMatch(/^"'=1\+1, ""x""",,20/);
    expect(head?.split(',')).toHaveLength(18);
    const parsed = JSON.parse(jsonOf(runs)) as { spec: unknown; epochs: unknown[] }[];
    expect(parsed[0]?.spec).toEqual(two);
    expect(parsed[0]?.epochs).toHaveLength(2);
  });
});
