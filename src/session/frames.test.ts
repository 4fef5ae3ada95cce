import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Frames } from './frames.ts';
import type { Runner, RunTrainer } from './runner.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Frames of a net without layers whose probes take as long as `took` says. */
async function probed(frames: Frames, took: number): Promise<void> {
  const probe = () => {
    vi.advanceTimersByTime(took);
    return Promise.resolve([]);
  };
  const trainer = { step: 0, rate: 0, probe };
  await frames.make({ trainer, lastDone: 0 } as unknown as Runner<RunTrainer>, true);
}

describe('how often the layers are looked into', () => {
  it('is not decided by one slow probe, the first or a later one', async () => {
    const frames = new Frames([], 1);
    await probed(frames, 800);
    expect(frames.probeDue).toBe(true);
    await probed(frames, 20);
    vi.advanceTimersByTime(400);
    await probed(frames, 800);
    vi.advanceTimersByTime(399);
    expect(frames.probeDue).toBe(false);
    vi.advanceTimersByTime(1);
    expect(frames.probeDue).toBe(true);
  });

  it('falls where every probe is slow', async () => {
    const frames = new Frames([], 1);
    await probed(frames, 800);
    await probed(frames, 800);
    vi.advanceTimersByTime(15_999);
    expect(frames.probeDue).toBe(false);
    vi.advanceTimersByTime(1);
    expect(frames.probeDue).toBe(true);
  });
});
