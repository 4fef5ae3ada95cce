/** What a session hands over, and a run that goes on from it: as if it had never stopped, to the bit. */
import { describe, expect } from 'vitest';
import { runOf } from '../experiment/run.ts';
import { gpuTest } from '../testing/gpu.ts';
import { Listener, SMALL_SPEC } from '../testing/listener.ts';
import type { Handed } from './handed.ts';
import type { Resumable } from './progress.ts';
import type { SessionEvent } from './protocol.ts';

const handedIn = (listener: Listener): (Handed | null)[] =>
  listener.events.flatMap((event) => (event.type === 'handed' ? [event.handed] : []));
const recordsIn = (events: readonly SessionEvent[]) =>
  events.flatMap((event) => {
    if (event.type !== 'epoch') return [];
    // Speed is the one figure that is no part of the run.
    const { stepsPerSecond, ...record } = event.record;
    expect(stepsPerSecond).toBeGreaterThan(0);
    return [record];
  });
const stateOf = (handed: Handed | null | undefined): Resumable => {
  if (handed?.kind !== 'state') throw new Error('no state was handed over');
  return handed.state;
};

const ask = async (listener: Listener, id: number): Promise<void> => {
  listener.send({ type: 'hand-over', id, wanted: 'state' });
  await listener.untilEvent((event) => event.type === 'handed' && event.id === id);
};

describe('a run handed over', () => {
  gpuTest(
    'goes on in another session to the bit, with its records and a change to come',
    async (gpu) => {
      const spec = { ...SMALL_SPEC, mode: 'stochastic' as const };
      const change = { step: 17, field: 'mode', value: 'deterministic' } as const;
      const run = { ...runOf(spec), changes: [change] };
      const whole = new Listener(gpu);
      await whole.open(run);
      for (let k = 0; k < 13; k++) {
        whole.send({ type: 'step' });
        await whole.until('paused');
      }
      whole.send({ type: 'hand-over', id: 1, wanted: 'state' });
      whole.send({ type: 'hand-over', id: 2, wanted: 'binary' }, { type: 'train' });
      await whole.until('finished');
      await ask(whole, 3);
      const [first, net, last] = handedIn(whole);
      const state = stateOf(first);
      expect(state.checkpoint.step).toBe(13);
      expect(state.loop.pending).toEqual([change]);
      expect(net).toMatchObject({ kind: 'frozen', step: 13, data: { bytes: true } });

      const other = new Listener(gpu);
      const heard = { step: 13, changes: 0, epoch: -1, quantised: -1 };
      other.send({
        ...{
          type: 'open' as const,
          run: { ...state.checkpoint.run, changes: [change] },
          base: 'data/',
        },
        ...{ autoplay: false, tune: false, resume: { state, heard, train: false, known: false } },
      });
      await other.until('paused');
      other.send({ type: 'train' });
      await other.until('finished');
      await ask(other, 1);
      const [end] = handedIn(other);
      expect(stateOf(end).checkpoint).toEqual(stateOf(last).checkpoint);
      expect(recordsIn(other.events)).toEqual(recordsIn(whole.events).slice(-2));
      await whole.close();
      await other.close();
    },
  );

  gpuTest('nothing where nothing stands', async (gpu) => {
    const listener = new Listener(gpu);
    await ask(listener, 1);
    expect(handedIn(listener)).toEqual([null]);
    await listener.close();
  });
});
