/** Kept runs: what is taken, kept, shown, brought back, compared and written. */
import { describe, expect, it } from 'vitest';
import { findMethods } from '../../experiment/methods.ts';
import { findRecipe, RECIPES } from '../../experiment/recipes.ts';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC, type ExperimentSpec, MODES } from '../../experiment/spec.ts';
import type { EpochRecord } from '../../session/protocol.ts';
import { axisOf } from '../charts/axis.ts';
import { MODE_STYLES } from '../charts/colours.ts';
import { trainLines } from '../charts/lines.ts';
import { publishedBeside } from '../charts/published.ts';
import { errorTables, lossTables } from '../charts/tables.ts';
import { bench, frameEvent, openedEvent, type Bench } from '../testing.ts';
import { Comparison } from './comparison.ts';
import { differences, results } from './diff.ts';
import { csvOf, jsonOf } from './files.ts';
import type { Keeping } from './keeping.ts';
import {
  bestEpoch,
  type ComparisonTag,
  nameOf,
  numberOf,
  ownError,
  readKept,
  testedWith,
  writeKept,
} from './kept-run.ts';
import { printColour } from '../print/colours.ts';
import { keptEnd, LOSS_OVERLAY, overlaid, overlayLines, styleOf } from './overlay.ts';
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

/** A spec with one of its leaves changed, for each of them. */
function* variants(value: unknown, path = ''): Generator<readonly [string, unknown]> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      // Another kind of layer or optimiser has other fields: no leaf that could be changed alone.
      if (['version', 'type', 'kind'].includes(key)) continue;
      for (const [deeper, changed] of variants(item, `${path}/${key}`)) {
        const copy: unknown = Array.isArray(value)
          ? value.map((old: unknown, k) => (String(k) === key ? changed : old))
          : { ...value, [key]: changed };
        yield [deeper, copy];
      }
    }
  } else if (typeof value === 'number') yield [path, value + 1];
  else if (typeof value === 'boolean') yield [path, !value];
  else yield [path, OTHERS[String(value)] ?? 'dense'];
}
/** Words of a spec that another may stand in place of. */
const OTHERS: Readonly<Record<string, string>> = {
  ...{ none: 'deterministic', deterministic: 'stochastic', stochastic: 'none' },
  ...{ one: 'glorot', glorot: 'one', bound: 'mean', mean: 'bound', auto: 'uniform-h' },
  ...{ max: 'average', average: 'max', backprop: 'expectation', expectation: 'backprop' },
};

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
      name: 'net 256-256 · Deterministic · seed 2',
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

  it('are there at the next visit, shown as they were; what cannot be read is left alone', async () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    made.keeping.held.set('x', { version: 2 });
    made.keeping.held.set('y', 'nonsense');
    const next = new Runs(made.keeping);
    await next.recall();
    const [known] = next.store.getState().runs;
    const [own] = made.runs.store.getState().runs;
    expect(known).toEqual(own);
    made.runs.tell(own?.id ?? '', { isShown: false });
    const after = new Runs(made.keeping);
    await after.recall();
    expect(after.store.getState().runs.map(({ isShown }) => isShown)).toEqual([false]);
    // One of a newer version is told; it is there for that version still.
    expect(next.store.getState()).toMatchObject({ isKept: true, newer: 1 });
    expect(next.store.getState().runs).toHaveLength(1);
    expect(made.keeping.held.size).toBe(3);
  });

  it('of older and newer builds of this version are read: fields may be missing, or be more', async () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const [[id, value] = ['', {}]] = made.keeping.held;
    const { clock, ...older } = value as Record<string, unknown>;
    expect(clock).toBeDefined();
    made.keeping.held.set(id, { ...older, laterField: [1] });
    const next = new Runs(made.keeping);
    await next.recall();
    expect(next.store.getState()).toMatchObject({ newer: 0, runs: [{ id, step: 1000 }] });
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
    // Each has a number of its own.
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
    // Those of an earlier version of the page know nothing of comparisons, nor whether data was whole.
    expect(readKept({ ...stored, isWhole: undefined })?.weights).toBe('binary');
    for (const bad of [
      ...[{ link: '#v=1&batch=many' }, { link: 5 }, { loss: [[1, 2]] }, { step: NaN }],
      ...[{ name: 'x'.repeat(81) }, { epochs: [{}] }, { slot: -1 }],
      { loss: Array.from({ length: 513 }, () => [1, 1, 1]) },
    ]) {
      expect(readKept({ ...stored, ...bad })).toBeNull();
    }
  });
});

describe('runs are told apart', () => {
  const trainSeeds = (made: Page, specs: readonly ExperimentSpec[]) => {
    for (const spec of specs) {
      made.playground.open(runOf(spec));
      train(made, { steps: 5 });
    }
    made.playground.open(runOf(two));
    return made.runs.store.getState().runs.toReversed();
  };

  it('by a number that no other has and a shade, while hue and dash are those of the mode', () => {
    const made = page();
    const kept = trainSeeds(made, [
      { ...two, seed: 2 },
      { ...two, seed: 3 },
      { ...two, seed: 2, mode: 'stochastic' },
    ]);
    expect(kept.map(numberOf)).toEqual(['1', '2', '3']);
    const styles = kept.map(styleOf);
    const { deterministic, stochastic } = MODE_STYLES;
    expect(styles.map(({ dash }) => dash)).toEqual([
      ...[deterministic.dash, deterministic.dash, stochastic.dash],
    ]);
    expect(new Set(styles.map(({ colour }) => colour)).size).toBe(3);
    expect(kept.map(({ shade }) => shade)).toEqual([0, 1, 0]);
    for (const [k, { colour }] of [deterministic, deterministic, stochastic].entries()) {
      expect(styles[k]?.colour).toContain(colour);
      // On paper too.
      expect(printColour(styles[k]?.colour ?? '')).toMatch(/^#(?!000000)[0-9a-f]{6}$/);
    }
    const lines = overlayLines(kept, LOSS_OVERLAY);
    expect(lines.find(({ label }) => label === '3')).toMatchObject(styles[2] ?? {});
    // The one at hand is drawn by the same table, unshaded.
    const [ownLine] = trainLines(made.playground.streams, 0);
    expect(ownLine).toMatchObject(stochastic);
    expect(lines.flatMap(({ label }) => label ?? [])).toEqual(['1', '2', '3']);
    // A number is free again once its run can be brought back no more.
    made.runs.delete([kept[0]?.id ?? '']);
    expect(trainSeeds(made, [{ ...two, seed: 4 }]).map(numberOf)).toEqual(['2', '3', '4']);
    made.runs.delete([]);
    expect(trainSeeds(made, [{ ...two, seed: 5 }]).map(numberOf)).toEqual(['2', '3', '4', '1']);
  });

  it('by their names: what was trained, how, the seed, and the number where all that is equal', () => {
    const made = page();
    const kept = trainSeeds(made, [
      { ...DEFAULT_SPEC, seed: 2 },
      { ...two, seed: 2 },
      { ...two, seed: 2, rate: { start: 0.01, end: 0.001 } },
    ]);
    expect(kept.map(({ name }) => name)).toEqual([
      'mlp-small · Deterministic · seed 2',
      'net 256-256 · Deterministic · seed 2',
      'net 256-256 · Deterministic · seed 2 · #3',
    ]);
    const long = {
      ...two,
      network: { ...two.network, hidden: Array(9).fill(two.network.hidden[0]) },
    };
    const changes = MODES.flatMap((value, k) => ({ step: k + 1, field: 'mode' as const, value }));
    const name = nameOf({ ...runOf(long), changes });
    expect(name.length).toBeLessThanOrEqual(64);
    expect(name).toMatch(/ · seed 1$/);
  });

  it('also where two tabs gave one number twice: the older run keeps it', async () => {
    const made = page();
    const [first, second] = trainSeeds(made, [
      { ...two, seed: 2 },
      { ...two, seed: 3 },
    ]);
    if (first === undefined || second === undefined) throw new Error('nothing kept');
    made.keeping.held.set(first.id, { ...writeKept(first), made: 1 });
    made.keeping.held.set(second.id, { ...writeKept(second), made: 2, slot: 0 });
    for (let visit = 0; visit < 2; visit++) {
      const next = new Runs(made.keeping);
      await next.recall();
      const { runs } = next.store.getState();
      expect(runs.map(({ id }) => id)).toEqual([second.id, first.id]);
      expect(runs.map(numberOf)).toEqual(['2', '1']);
    }
  });

  it('a kept line is cut where its mode changed, as that of the run at hand is', () => {
    const made = page();
    const [kept] = trainSeeds(made, [{ ...two, seed: 2 }]);
    if (kept === undefined) throw new Error('nothing kept');
    const change = { step: 2, field: 'mode', value: 'stochastic' } as const;
    const changed = { ...kept, run: { ...kept.run, changes: [change] } };
    const lines = overlayLines([changed], LOSS_OVERLAY);
    expect(lines.map(({ dash }) => dash)).toEqual([
      ...[MODE_STYLES.deterministic.dash, MODE_STYLES.stochastic.dash],
      MODE_STYLES.stochastic.dash,
    ]);
    const seen = { axis: axisOf('step', 500, []), smoothing: 0 };
    const rows = overlaid([], [changed], LOSS_OVERLAY, seen);
    const [before = '', after = ''] = lines.map(({ key }) => key);
    expect(rows.map((row) => [before in row, after in row])).toEqual([
      ...[1, 2].map(() => [true, false]),
      ...[3, 4, 5].map(() => [false, true]),
    ]);
  });
});

describe('a comparison', () => {
  const methods = (() => {
    const found = findMethods('none,dsn,det,stoch');
    if (!found.ok) throw new Error(found.error);
    return found.value;
  })();

  it('trains methods one after another from one seed, leaves out what does not fit, and keeps all', async () => {
    const made = page();
    const keep = (tag: ComparisonTag) =>
      made.runs.keep(made.playground.state, made.playground.streams, tag);
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
    // At the next visit its table is there again, as long as all of its runs are.
    const next = new Runs(made.keeping);
    await next.recall();
    const recalled = () => {
      const again = new Comparison(bench().playground, () => null);
      again.recall(next.store.getState().runs);
      return again.store.getState().jobs;
    };
    const done = jobs?.filter(({ state }) => state === 'done') ?? [];
    expect(recalled()?.map(({ kept }) => kept)).toEqual(done.map(({ kept }) => kept));
    expect(recalled()?.map(({ method }) => method.id)).toEqual(['none', 'det', 'stoch']);
    next.delete([done[1]?.kept ?? '']);
    expect(recalled()).toBeNull();
  });

  it('has a published figure beside a run of all of the data, and beside no other', () => {
    const recipe = findRecipe('mnist-paper');
    if (!recipe.ok) throw new Error(recipe.error);
    const run = runOf({ ...recipe.value.spec, seed: 9 });
    expect(publishedBeside(run, true)).toHaveLength(1);
    expect(publishedBeside(run, false)).toEqual([]);
    expect(publishedBeside(run, undefined)).toEqual([]);
    const change = { step: 5, field: 'rate', value: 0.1 } as const;
    expect(publishedBeside({ ...run, changes: [change] }, true)).toEqual([]);
    const made = page();
    made.playground.open(run);
    const opened = openedEvent(run);
    if (opened.type !== 'opened') throw new Error('not opened');
    const part = { ...opened, data: { ...opened.data, note: 'A tenth of it.' } };
    made.emit(part);
    made.emit(frameEvent(0, 5));
    const kept = made.runs.keep(made.playground.state, made.playground.streams);
    expect(kept?.isWhole).toBe(false);
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
      { field: 'Rate, at first', here: '0.003', there: '0.01' },
      { field: 'Rate, at the end', here: '0.0001', there: '0.001' },
      { field: 'Seed', here: '1', there: '2' },
      { field: 'Kernels', here: 'auto', there: 'quad' },
    ]);
  });

  it('differences in any field of a spec are told', () => {
    const specs = RECIPES.map(({ spec }) => spec);
    for (const spec of specs) {
      for (const [path, changed] of variants(spec)) {
        const rows = differences(runOf(spec), runOf(changed as ExperimentSpec));
        expect(rows.length, path).toBeGreaterThan(0);
        // In the form's words, and never as a path.
        for (const { field } of rows) expect(field).not.toMatch(/[[\].]/);
      }
    }
  });

  it('what came of two runs, with the weights that each is judged by', () => {
    const made = page();
    for (const mode of ['deterministic', 'stochastic'] as const) {
      made.playground.open(runOf({ ...two, mode }));
      train(made);
    }
    const [there, here] = made.runs.store.getState().runs;
    if (here === undefined || there === undefined) throw new Error('nothing kept');
    const rows = results(here, there);
    const row = (field: string) => rows.find((one) => one.field === field);
    expect(row('Test error, last epoch')).toMatchObject({
      here: '4.00 % binary',
      there: '6.00 % real',
    });
    expect(row('Test error, best epoch')).toMatchObject({
      here: '3.00 % binary',
      there: '5.00 % real',
    });
    expect(row('Epochs trained')?.here).toBe('2.00 of 2');
    expect(row('Steps/s')?.here).toBe('50');
    expect(results(null, there)[0]?.here).toBe('not trained yet');
  });

  it('tables: a column a run that is drawn, by step and by epoch, also behind the end of one’s own', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made, { loss: 0.25 });
    made.playground.open(runOf({ ...two, seed: 2 }));
    made.emit(openedEvent(made.playground.state.run));
    made.emit(frameEvent(0, 4));
    const { runs } = made.runs.store.getState();
    const [steps, epochs] = lossTables(made.playground.streams, runs);
    const name = runs[0]?.name ?? '';
    expect(steps?.columns).toEqual(['Step', 'Loss', 'Weights', name]);
    expect(steps?.rows[0]?.cells).toEqual(['1', '0.50000', 'Deterministic', '0.25000']);
    expect(steps?.rows.at(-1)?.cells.slice(1)).toEqual(['', '', '0.25000']);
    expect(steps?.caption).toMatch(/; 20 of \d+ places, evenly spaced$/);
    expect(epochs?.columns.at(-1)).toBe(`${name}, validation, binary`);
    expect(epochs?.rows.map(({ cells }) => cells.at(-1))).toEqual(['0.2000', '0.2000']);
    expect(errorTables(made.playground.streams, [], runs)[1]?.rows[1]?.cells.at(-1)).toBe('4.00 %');
  });

  it('the end of the axis: the longest of those drawn', () => {
    const made = page();
    made.playground.open(runOf(two));
    train(made);
    const { runs } = made.runs.store.getState();
    expect([keptEnd('step', runs), keptEnd('epoch', runs)]).toEqual([1000, 2]);
    expect(keptEnd('seconds', runs)).toBeCloseTo(10);
    expect(keptEnd('step', [])).toBe(0);
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
