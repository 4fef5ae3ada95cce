import { describe, expect, it } from 'vitest';
import { accountingOf } from '../../experiment/energy.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { factsOf } from '../../experiment/facts.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import { DEFAULT_SPEC, type Mode } from '../../experiment/spec.ts';
import {
  accountCells,
  accountTitle,
  comparisonsOf,
  joules,
  LAYER_COLUMNS,
  savedText,
} from './rows.ts';

const totalOf = (mode: Mode) => {
  const spec = { ...DEFAULT_SPEC, mode };
  return accountingOf(factsOf(spec, layerShapes(spec, shapeOf(spec.data))), 'fp32').total;
};

it('energies in the unit that suits them', () => {
  expect([0, 0.9, 999, 12_000, 4.6e6, 2e12].map(joules)).toEqual([
    ...['0 pJ', '0.900 pJ', '999 pJ', '12.0 nJ', '4.60 µJ', '2.00 J'],
  ]);
});

it('saved: a share, none, or how much more', () => {
  expect(savedText(1, 4)).toBe('75.00 %');
  expect(savedText(3, 3)).toBe('none');
  expect(savedText(0, 3)).toBe('100.00 %');
  expect(savedText(4, 3)).toBe('33.33 % more');
});

describe('the whole net', () => {
  const savings = (mode: Mode) =>
    comparisonsOf(totalOf(mode)).map(({ name, saved }) => [name, saved]);

  it('deterministic: bits and no multiplication in a test', () => {
    expect(savings('deterministic')).toEqual([
      ['Weights, training', 'none'],
      ['Weights, test', '96.88 %'],
      ['Multiplications, training', '55.62 %'],
      ['Multiplications, test', '100.00 %'],
      ['Energy, training', '44.74 %'],
      ['Energy, test', '80.43 %'],
    ]);
  });

  it('stochastic: a test with real weights saves nothing', () => {
    const tests = savings('stochastic').filter(([name]) => name?.endsWith('test'));
    expect(tests.map(([, saved]) => saved)).toEqual(['none', 'none', 'none']);
  });

  it('the longer bar is full', () => {
    for (const { bars } of comparisonsOf(totalOf('deterministic'))) {
      expect(Math.max(bars.real, bars.own)).toBe(1);
      expect(Math.min(bars.real, bars.own)).toBeGreaterThanOrEqual(0);
    }
  });
});

it('a cell below each column', () => {
  expect(accountCells(totalOf('none'), 'Total')).toHaveLength(LAYER_COLUMNS.length);
  expect(accountTitle('dense2')).toBe('Layer 2');
  expect(accountTitle('conv1.companion')).toBe('Layer 1, companion');
});
