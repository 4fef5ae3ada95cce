import { describe, expect, it } from 'vitest';
import { usualRecipe } from '../../experiment/recipes.ts';
import { retrained } from '../../experiment/retraining.ts';
import { runOf, type Change } from '../../experiment/run.ts';
import { DEFAULT_SPEC } from '../../experiment/spec.ts';
import { obstacle } from './drafts.ts';
import { bench, frameEvent, openedEvent, phaseEvent, type Bench } from '../testing.ts';

/** A page whose default run stands at step 0. */
function ready(): Bench {
  const made = bench();
  made.playground.openLink('');
  made.emit(openedEvent(runOf(DEFAULT_SPEC)));
  made.emit(phaseEvent('paused'));
  made.sent.length = 0;
  return made;
}

const change: Change = { step: 10, field: 'mode', value: 'stochastic' };

describe('opening', () => {
  it('opens the default experiment where there is no link', () => {
    const { playground, sent } = bench();
    playground.openLink('');
    expect(sent.at(-1)).toMatchObject({
      type: 'open',
      run: { spec: DEFAULT_SPEC },
      autoplay: false,
    });
  });

  it('tells a fresh worker the chosen speed first', () => {
    const { playground, sent } = bench();
    playground.openLink('');
    expect(sent[0]).toEqual({ type: 'speed', stepsPerSecond: 'max' });
  });

  it('keeps the text of a link it cannot read, and starts nothing', () => {
    const { playground, sent } = bench();
    playground.openLink('#v=1&batch=many');
    expect(playground.state.brokenLink?.text).toBe('#v=1&batch=many');
    expect(playground.state.brokenLink?.sentence).toContain('batch');
    expect(sent).toEqual([]);
  });

  it('says so at once where the browser has no WebGPU', () => {
    const { playground, sent } = bench(false);
    playground.openLink('');
    expect(playground.state.failure?.kind).toBe('no-api');
    expect(sent).toEqual([]);
  });

  it('turns a crashed worker into a failure, and opens the same run in a new one', () => {
    const { playground, sent, crash } = ready();
    crash('out of luck');
    expect(playground.state).toMatchObject({ phase: 'failed', failure: { kind: 'internal' } });
    playground.restart();
    expect(sent.at(-1)).toMatchObject({ type: 'open', run: { spec: DEFAULT_SPEC } });
  });
});

describe('kernels', () => {
  it('are measured for a page of its own, not for one inside another', () => {
    const { playground, sent } = bench();
    playground.openLink('#v=1');
    expect(sent.at(-1)).toMatchObject({ type: 'open', tune: true });
    playground.openLink('#v=1&embed=1');
    expect(sent.at(-1)).toMatchObject({ type: 'open', tune: false });
  });

  it('are chosen anew for another mode, unless the run brought its own', () => {
    const { playground, sent, emit } = ready();
    emit(openedEvent({ ...runOf(DEFAULT_SPEC), kernels: 'tile' }));
    playground.setMode('none');
    expect(sent.at(-1)).toMatchObject({ type: 'open', run: { kernels: 'auto' } });
    const event = openedEvent({ ...runOf(DEFAULT_SPEC), kernels: 'tile' });
    if (event.type !== 'opened') throw new Error(event.type);
    emit({ ...event, adapter: { ...event.adapter, origin: 'given', asked: 'tile' } });
    playground.setMode('stochastic');
    expect(sent.at(-1)).toMatchObject({ type: 'open', run: { kernels: 'tile' } });
  });

  it('that do not run here leave a remark', () => {
    const { playground, emit } = ready();
    const event = openedEvent(runOf(DEFAULT_SPEC));
    if (event.type !== 'opened') throw new Error(event.type);
    emit({ ...event, adapter: { ...event.adapter, origin: 'replaced', asked: 'quad' } });
    expect(playground.state.remark).toContain('"quad", which this adapter does not run');
    emit(event);
    expect(playground.state.remark).toBeNull();
  });
});

describe('the Weights switch', () => {
  it('is part of the spec before the first step', () => {
    const { playground, sent } = ready();
    playground.setMode('none');
    expect(sent).toMatchObject([{ type: 'open', run: { spec: { mode: 'none' }, changes: [] } }]);
  });

  it('goes with retraining only where weights are real', () => {
    const { playground, sent } = ready();
    const spec = retrained({ ...DEFAULT_SPEC, mode: 'none', epochs: 4 });
    playground.take(spec);
    expect(sent.at(-1)).toMatchObject({ type: 'open', run: { spec } });
    playground.open(runOf(spec));
    playground.setMode('stochastic');
    expect(sent.at(-1)).toEqual({
      ...sent.at(-2),
      ...{ type: 'open', run: runOf({ ...DEFAULT_SPEC, mode: 'stochastic', epochs: 4 }) },
    });
  });

  it('begins with real weights where a recipe with retraining is applied in the middle of a binary run', () => {
    const { playground, sent, emit } = ready();
    emit(frameEvent(0, 10));
    const spec = retrained({ ...DEFAULT_SPEC, mode: 'none', epochs: 4 });
    playground.take(spec);
    expect(sent).toEqual([]);
    playground.apply();
    expect(sent).toMatchObject([{ type: 'open', run: { spec } }]);
  });

  it('is a change in the middle of a run', () => {
    const { playground, sent, emit } = ready();
    emit(frameEvent(0, 10));
    playground.setMode('stochastic');
    expect(sent).toEqual([{ type: 'change', change: { field: 'mode', value: 'stochastic' } }]);
    emit({ type: 'changed', change, spec: DEFAULT_SPEC });
    expect(playground.state.run).toMatchObject({
      spec: { mode: 'deterministic' },
      changes: [change],
    });
    expect(playground.streams.modeAt(10)).toBe('deterministic');
    expect(playground.streams.modeAt(11)).toBe('stochastic');
  });
});

describe('changes', () => {
  it('are refused when the run is finished, by the page or by the worker', () => {
    const { playground, sent, emit } = ready();
    emit(frameEvent(0, 10));
    playground.setMode('stochastic');
    expect(playground.state.mode).toBe('stochastic');
    emit({ type: 'refused', reason: 'finished', mode: 'deterministic', momentum: 0 });
    expect(playground.state).toMatchObject({
      mode: 'deterministic',
      remark: expect.stringContaining('This run is finished') as string,
      refusedMode: 'stochastic',
    });
    playground.set({ remark: null });
    sent.length = 0;
    emit(frameEvent(500 * DEFAULT_SPEC.epochs - 1, 1));
    playground.setMode('stochastic');
    expect(sent).toEqual([]);
    expect(playground.state.mode).toBe('deterministic');
    expect(playground.state.remark).toContain('This run is finished');
    // What helps is a run of its own, with the same seed.
    expect(playground.state.refusedMode).toBe('stochastic');
    playground.trainAnew();
    expect(sent.at(-1)).toMatchObject({
      ...{ type: 'open', autoplay: true },
      run: { spec: { ...DEFAULT_SPEC, mode: 'stochastic' }, changes: [] },
    });
    emit(openedEvent(runOf({ ...DEFAULT_SPEC, mode: 'stochastic' })));
    expect(playground.state.refusedMode).toBeNull();
  });

  it('keeps those that a replay has still to reach', () => {
    const { playground, emit } = ready();
    const later: Change = { step: 20, field: 'rate', value: 0.001 };
    emit(openedEvent({ ...runOf(DEFAULT_SPEC), changes: [change, later] }));
    emit({ type: 'changed', change, spec: DEFAULT_SPEC });
    expect(playground.state.run.changes).toEqual([change, later]);
    expect(playground.state.applied).toEqual([change]);
  });

  it('drops them when the person makes another one before', () => {
    const { playground, emit } = ready();
    emit(openedEvent({ ...runOf(DEFAULT_SPEC), changes: [change] }));
    const sooner: Change = { step: 5, field: 'rate', value: 0.001 };
    emit({ type: 'changed', change: sooner, spec: DEFAULT_SPEC });
    expect(playground.state.run.changes).toEqual([sooner]);
  });
});

describe('real weights that go on as binary ones', () => {
  const binary: Change = { step: 10, field: 'mode', value: 'deterministic' };
  const real: Change = { step: 20, field: 'mode', value: 'none' };
  const spec = { ...DEFAULT_SPEC, mode: 'none' } as const;

  it('get a sentence, seen and heard, where they were trained', () => {
    const { playground, emit } = ready();
    emit(openedEvent(runOf(spec)));
    emit({ type: 'changed', change: binary, spec });
    const { remark, announcement } = playground.state;
    expect(remark).toMatch(/fine-tuning after binarisation: .* divided by 2c/);
    expect(announcement).toContain('From step 11 on');
    expect(announcement).toContain(remark);
  });

  it('get none where they were not, or where binary ones become real', () => {
    const { playground, emit } = ready();
    emit(openedEvent(runOf(spec)));
    emit({ type: 'changed', change: { ...binary, step: 0 }, spec });
    expect(playground.state.remark).toBeNull();
    emit({ type: 'changed', change: { ...binary, step: 5, value: 'stochastic' }, spec });
    emit({ type: 'changed', change: real, spec });
    expect(playground.state.remark).toBeNull();
  });
});

describe('edits', () => {
  it('train nothing until they are applied', () => {
    const { playground, sent, emit } = ready();
    emit(frameEvent(0, 10));
    playground.edit({ batch: 50 });
    expect(sent).toEqual([]);
    expect(playground.state.run.spec.batch).toBe(100);
    playground.apply();
    expect(sent).toMatchObject([{ type: 'open', run: { spec: { batch: 50 } } }]);
    expect(playground.state.draft).toBeNull();
  });

  it('go when they say what the run says', () => {
    const { playground } = ready();
    playground.edit({ batch: 50 });
    playground.edit({ batch: 100 });
    expect(playground.state.draft).toBeNull();
  });

  it('are applied by Train at step 0', () => {
    const { playground, sent } = ready();
    playground.edit({ batch: 50 });
    playground.train();
    expect(sent).toMatchObject([{ type: 'open', run: { spec: { batch: 50 } }, autoplay: true }]);
  });

  it('outlive a rewind and take over a new seed', () => {
    const { playground, emit } = ready();
    playground.edit({ batch: 50 });
    emit(openedEvent(runOf({ ...DEFAULT_SPEC, seed: 9 })));
    expect(playground.state.draft).toMatchObject({ batch: 50, seed: 9 });
  });

  it('of a whole spec take away what it lacks', () => {
    const { playground, emit } = ready();
    playground.replace({ ...DEFAULT_SPEC, biasRate: 2, seed: 4 });
    emit(frameEvent(0, 5));
    playground.take(DEFAULT_SPEC);
    expect(playground.state.draft).toBeNull();
  });

  it('without a layer can be taken back, until something else is edited', () => {
    const { playground } = ready();
    const { network } = DEFAULT_SPEC;
    playground.edit({ batch: 50 });
    playground.removeLayer({ ...network, hidden: [] }, 'Layer 1');
    expect(playground.state.draft?.network.hidden).toEqual([]);
    expect(playground.state.undo?.what).toBe('layer 1');
    playground.undo();
    expect(playground.state.draft).toEqual({ ...DEFAULT_SPEC, batch: 50 });
    playground.removeLayer({ ...network, hidden: [] }, 'Layer 1');
    playground.edit({ batch: 20 });
    playground.undo();
    expect(playground.state.draft).toMatchObject({ batch: 20, network: { hidden: [] } });
  });

  it('are not applied while a field holds no allowed value', () => {
    const { playground, sent } = ready();
    playground.edit({ batch: 50 });
    playground.setInvalid('epochs', true);
    playground.apply();
    expect(sent).toEqual([]);
  });

  it('keep the mode in force', () => {
    const { playground, sent, emit } = ready();
    emit(frameEvent(0, 10));
    emit({ type: 'changed', change, spec: DEFAULT_SPEC });
    playground.edit({ batch: 50 });
    playground.apply();
    expect(sent).toMatchObject([{ run: { spec: { batch: 50, mode: 'stochastic' } } }]);
  });
});

describe('choosing data', () => {
  it('takes the recipe for data of another shape, and keeps it for data of the same', () => {
    const { playground, sent } = ready();
    playground.chooseData('spiral');
    const toy = usualRecipe('spiral').spec;
    expect(sent.at(-1)).toMatchObject({
      type: 'open',
      run: { spec: { data: 'spiral', network: toy.network, batch: toy.batch } },
    });
    playground.chooseData('xor');
    expect(sent.at(-1)).toMatchObject({ run: { spec: { data: 'xor', network: toy.network } } });
    playground.chooseData('mnist');
    expect(sent.at(-1)).toMatchObject({ run: { spec: { ...DEFAULT_SPEC, data: 'mnist' } } });
  });

  it('keeps what a person composed, and says what does not fit', () => {
    const { playground, sent } = ready();
    playground.editLayers({
      ...DEFAULT_SPEC.network,
      hidden: [
        { type: 'conv', channels: 4, kernel: 5, stride: 1, padding: 0 },
        { type: 'dense', units: 16 },
      ],
    });
    playground.chooseData('moons');
    expect(sent).toEqual([]);
    const { draft, invalid } = playground.state;
    expect(draft).toMatchObject({ data: 'moons', network: { hidden: [{ kernel: 5 }, {}] } });
    expect(draft && obstacle(draft, invalid)).toMatch(/network\.hidden\[0\] does not fit/);
  });

  it('makes no batch larger than all there is', () => {
    const { playground, sent } = ready();
    expect(playground.chooseData('own-28x28x1-3-0123456789abcdef', 40)).toBe('smaller-batch');
    expect(sent.at(-1)).toMatchObject({ run: { spec: { batch: 40 } } });
    expect(playground.chooseData('own-28x28x1-3-0123456789abcdef', 400)).toBe('same-batch');
  });
});

describe('watching', () => {
  it('is told to the worker, and to the one after it', () => {
    const { playground, sent, emit } = ready();
    const subject = { kind: 'example', of: 3, weights: 'real' } as const;
    playground.look(subject);
    playground.look({ kind: 'plane', weights: 'binary' });
    playground.lookAway('plane');
    expect(sent.map(({ type }) => type)).toEqual(['look', 'look', 'look-away']);
    sent.length = 0;
    playground.restart();
    expect(sent.map(({ type }) => type)).toEqual(['speed', 'look', 'open']);
    expect(sent[1]).toEqual({ type: 'look', subject });
    emit({ type: 'timed', milliseconds: 3 });
    expect(playground.state.stepTime).toBe(3);
    emit(openedEvent(runOf(DEFAULT_SPEC)));
    expect(playground.state.stepTime).toBeNull();
  });
});
