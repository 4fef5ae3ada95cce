import { describe, expect, it } from 'vitest';
import { levelOf } from './paint-unit.ts';
import { unitFigures, unitTables } from './unit-text.ts';

const stored = Float32Array.from([-1, -0.2, 0.2, 1]);

describe('one unit', () => {
  it('propagates signs, or three levels where there is a step', () => {
    expect([-0.2, 0, 0.2].map((w) => levelOf(w, null))).toEqual([-1, 1, 1]);
    expect([-0.6, -0.2, 0.49, 0.5].map((w) => levelOf(w, 1))).toEqual([-1, 0, 0, 1]);
  });

  it('has figures of its weights', () => {
    expect(unitFigures(stored, 1, null)).toMatchObject({ positive: 0.5, zero: 0, saturated: 0.5 });
    expect(unitFigures(stored, null, 1)).toMatchObject({ positive: 0.25, zero: 0.5, saturated: 0 });
  });

  it('has tables of them and of what excites it', () => {
    const [weights, excited] = unitTables(
      {
        ...{ kind: 'unit', layer: 0, unit: 2, weights: 'binary', step: 1, stored, examples: 9 },
        excited: [{ index: 3, label: 1, activation: 2.5, picture: new Uint8Array(1) }],
      },
      ['a', 'b'],
      1,
      null,
    );
    expect(weights?.rows.map(({ key }) => key)).toContain('At ±H');
    expect(excited?.rows[0]?.cells).toEqual(['4', 'b', '2.50']);
  });
});
