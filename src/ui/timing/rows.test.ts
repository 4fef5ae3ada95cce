import { describe, expect, it } from 'vitest';
import type { StepProfile } from '../../session/protocol.ts';
import { clockText, timingRows, workText } from './rows.ts';

const profile: StepProfile = {
  first: 4,
  steps: 12,
  mode: 'deterministic',
  dispatches: [],
  tick: 65.536,
  kernels: [
    { kernel: 'forward_tile', dispatches: 3, microseconds: 3000, flops: 12e6, bytes: 6e6 },
    { kernel: 'update', dispatches: 2, microseconds: 1000, flops: 0, bytes: 4e6 },
  ],
};

describe('where the time goes', () => {
  it('gives times, shares and rates of each kernel and of the step', () => {
    const { rows, whole } = timingRows(profile);
    expect(rows).toEqual([
      {
        ...{ name: 'forward_tile', dispatches: '3', ms: '3.000', share: 0.75 },
        ...{ gflops: '4.00', gigabytes: '2.00' },
      },
      {
        ...{ name: 'update', dispatches: '2', ms: '1.000', share: 0.25 },
        ...{ gflops: '–', gigabytes: '4.00' },
      },
    ]);
    expect(whole).toEqual({
      ...{ name: 'One step', dispatches: '5', ms: '4.000', share: 1 },
      ...{ gflops: '3.00', gigabytes: '2.50' },
    });
    expect(workText(profile)).toBe(
      'A step is 12.0 MFLOP of matrix products and moves 10.0 MB at least.',
    );
  });

  it('says what a coarse clock is worth, and nothing of a fine one', () => {
    expect(clockText(profile)).toContain('ticks every 0.066 ms');
    expect(clockText({ ...profile, tick: 0.001 })).not.toContain('ticks');
  });

  it('a clock that measured nothing gives no shares and no rates', () => {
    const kernels = profile.kernels.map((kernel) => ({ ...kernel, microseconds: 0 }));
    const { rows, whole } = timingRows({ ...profile, kernels });
    expect(
      [...rows, whole].map(({ share, gflops, gigabytes }) => [share, gflops, gigabytes]),
    ).toEqual(Array(3).fill([null, '–', '–']));
  });
});
