/** A recording in a worker's place: what the page is told, forwards and backwards. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../../session/recording.ts';
import { bench } from '../testing.ts';
import { Player } from './player.ts';

const read = readRecording(new Uint8Array(readFileSync('public/recorded.bin')));
if (!read.ok) throw new Error(read.error);
const recording = read.value;
const last = recording.frames.length - 1;

/** A page that plays it, and what it would keep of it. */
function playing() {
  const { playground, sent } = bench();
  const archived: number[] = [];
  playground.archive = ({ step }) => archived.push(step);
  const made: Player[] = [];
  playground.play(recording.opened.run, (post) => {
    const player = new Player(recording, post, (events) => {
      playground.wind(events);
    });
    made.push(player);
    return player;
  });
  const [player] = made;
  if (player === undefined) throw new Error('no player');
  player.seek(0);
  return { playground, player, archived, sent };
}

describe('a recorded run', () => {
  it('is wound to its end and back: curves, epochs and signs are those of that moment', () => {
    const { playground, player } = playing();
    const { streams } = playground;
    player.seek(last);
    expect(playground.state.phase).toBe('finished');
    expect(playground.state.step).toBe(recording.frames[last]?.step);
    expect(streams.epochs).toEqual(recording.epochs);
    expect(streams.probes).toBe(recording.frames[last]?.probes);
    player.seek(3);
    expect(playground.state.phase).toBe('paused');
    expect(streams.loss.points().at(-1)?.to).toBe(recording.frames[3]?.step);
    expect(streams.epochs).toEqual([]);
    expect(streams.strip.moments().length).toBe(4);
  });

  it('goes on moment by moment, takes no change, and hands nothing over', async () => {
    const { playground } = playing();
    playground.step();
    expect(playground.state.step).toBe(recording.frames[1]?.step);
    playground.setMode('none');
    expect(playground.state.remark).toMatch(/played, not trained/);
    expect(playground.state.mode).toBe('deterministic');
    expect(await playground.ask('state')).toBeNull();
  });

  it('is kept by nobody, and leaves for a run that is trained', () => {
    const { playground, player, archived } = playing();
    player.seek(last);
    const before = playground.state.recorded?.before;
    if (before === undefined) throw new Error('not recorded');
    playground.open(before);
    expect(playground.state.recorded).toBeNull();
    expect(playground.state.run).toEqual(before);
    expect(archived).toEqual([]);
    expect(playground.state.step).toBe(0);
    expect(playground.streams.epochs).toEqual([]);
  });
});
