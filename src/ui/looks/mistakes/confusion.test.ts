import { describe, expect, it } from 'vitest';
import type { MistakesLook } from '../../../session/protocol.ts';
import { classRows, largestCells, mistakesTables } from './confusion.ts';

// Rows are true classes: a has 8 right, 2 taken for c; b is never right; c has no examples.
const confusion = Uint32Array.from([8, 0, 2, 3, 0, 1, 0, 0, 0]);
const names = ['a', 'b', 'c'];

describe('a confusion matrix', () => {
  it('gives the error of each class, and what it is taken for', () => {
    expect(classRows(confusion, names)).toMatchObject([
      { examples: 10, wrong: 2, error: 20, takenFor: 2 },
      { examples: 4, wrong: 4, error: 100, takenFor: 0 },
      { examples: 0, wrong: 0, takenFor: null },
    ]);
  });

  it('lists what is confused most', () => {
    expect(largestCells(confusion, 3, 2)).toEqual([
      { label: 1, predicted: 0 },
      { label: 0, predicted: 2 },
    ]);
  });

  it('has its numbers in tables', () => {
    const look: MistakesLook = {
      ...{ kind: 'mistakes', weights: 'binary', step: 3, examples: 14, confusion, cell: null },
      ...{ from: 0, count: 6 },
      shown: [{ index: 4, label: 1, predicted: 0, margin: 1.5, picture: new Uint8Array(1) }],
    };
    const [byClass, matrix, shown] = mistakesTables(look, names);
    expect(byClass?.rows.map(({ cells }) => cells.slice(3))).toEqual([
      ['20.00 %', 'c'],
      ['100.00 %', 'a'],
      ['–', '–'],
    ]);
    expect(matrix?.rows[1]?.cells).toEqual(['b', '3', '0', '1']);
    expect(shown?.rows[0]?.cells).toEqual(['5', 'b', 'a', '1.50']);
    expect(mistakesTables(null, names)).toEqual([]);
  });
});
