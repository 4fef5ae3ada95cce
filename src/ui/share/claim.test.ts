/** What a link claims, set against what came of the run here. */
import { describe, expect, it } from 'vitest';
import type { CarriedResult } from '../../experiment/link-result.ts';
import { runOf } from '../../experiment/run.ts';
import { DEFAULT_SPEC } from '../../experiment/spec.ts';
import { claimedRun, claimRows, signRow, verdict } from './claim.ts';
import { MOST_QR, qrOf } from './qr.ts';

const run = runOf({
  ...DEFAULT_SPEC,
  network: { ...DEFAULT_SPEC.network, hidden: [{ type: 'dense', units: 32 }] },
});
const errors = { b: 11.25, r: 10.5 };
const carried: CarriedResult = {
  result: {
    ...{ step: 500, perEpoch: 500, adapter: 'test adapter', flips: 0.001 },
    loss: [[1, 500, 0.5]],
    error: [[1, 500, 30.5]],
    epochs: [{ at: 1, step: 500, loss: 0.1235, vLoss: errors, vErr: errors, tErr: errors }],
  },
  signs: null,
};

describe('a claimed run', () => {
  const claimed = claimedRun(run, carried);

  it('agrees with a fresh one to the four digits a link carries', () => {
    const ours = claimed.epochs.map((epoch) => ({ ...epoch, trainLoss: 0.12348 }));
    const rows = claimRows(claimed, ours);
    expect(rows.map(({ agrees }) => agrees)).toEqual([true, true, true, true]);
    expect(verdict(rows, true)).toMatch(/^Reproduced/);
  });

  it('says how many figures differ, and nothing before all are there', () => {
    const ours = claimed.epochs.map((epoch) => ({ ...epoch, trainLoss: 0.125 }));
    expect(verdict(claimRows(claimed, ours), false)).toMatch(/^2 of 4 figures differ/);
    expect(verdict(claimRows(claimed, []), false)).toBeNull();
  });

  it('counts the signs that are the same', () => {
    const zeros = [new Uint32Array(784), new Uint32Array(32)];
    const ours = zeros.map((words) => words.slice());
    ours[0]?.set([0b111]);
    const row = signRow(zeros, ours, run);
    expect(row.agrees).toBe(false);
    expect(row.ours).toContain('25\u202f405');
    expect(signRow(zeros, zeros, run).agrees).toBe(true);
  });
});

describe('a QR code', () => {
  it('has the size its version has, and none is made of what fits into none', () => {
    // Version 1 is 21 modules wide; four of white stand on each side.
    expect(qrOf('HELLO')?.size).toBe(29);
    expect(qrOf('x'.repeat(MOST_QR))?.size).toBe(177 + 8);
    expect(qrOf('x'.repeat(MOST_QR + 1))).toBeNull();
  });
});
