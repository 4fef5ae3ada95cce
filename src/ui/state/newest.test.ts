/** Of two runs that were asked for, one worker tells: a page hears the last one. */
import { expect, it } from 'vitest';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC } from '../../experiment/spec.ts';
import type { Command, SessionEvent } from '../../session/protocol.ts';
import { Newest } from './newest.ts';

const open: Command = {
  ...{ type: 'open', run: runOf(DEFAULT_SPEC), base: 'data/', autoplay: true, tune: false },
};
const finished: SessionEvent = { type: 'phase', phase: 'finished', failure: null };
const handed: SessionEvent = { type: 'handed', id: 1, handed: null };

it('hears nothing of a run that was left but what it hands over, until the next one has its turn', () => {
  const newest = new Newest();
  const hears = (...events: SessionEvent[]) => events.map((event) => newest.hears(event));
  newest.sent(open);
  expect(hears({ type: 'opening' }, finished)).toEqual([true, true]);
  newest.sent({ type: 'train' });
  expect(hears(finished)).toEqual([true]);
  newest.sent(open);
  newest.sent(open);
  expect(hears(finished, handed, { type: 'opening' }, finished, handed)).toEqual([
    ...[false, true, false, false, true],
  ]);
  expect(hears({ type: 'opening' }, finished)).toEqual([true, true]);
});
