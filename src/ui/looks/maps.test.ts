import { describe, expect, it } from 'vitest';
import type { ExampleLook } from '../../session/protocol.ts';
import { exampleTables, extentOf, MAP_GAP, mapGrid, scoreRows } from './maps.ts';

describe('mapGrid', () => {
  it.each([
    [14, 14, 16],
    [32, 32, 128],
    [1, 1, 1024],
    [256, 256, 3],
    [2, 40, 5],
  ])('fits maps of %i x %i x %i', (height, width, channels) => {
    for (const [pixels, scale] of [
      [300, 1],
      [1100, 2],
    ] as const) {
      const { columns, rows, cell } = mapGrid(pixels, scale, { height, width, channels });
      expect(columns * (width * cell + MAP_GAP) - MAP_GAP).toBeLessThanOrEqual(pixels);
      expect(columns * (rows - 1)).toBeLessThan(channels);
      expect(rows).toBeGreaterThan(0);
    }
  });

  it('draws each number by whole pixels where there is room', () => {
    expect(mapGrid(540, 1, { height: 14, width: 14, channels: 16 })).toEqual({
      ...{ columns: 16, rows: 1, cell: 2 },
    });
  });
});

const look: ExampleLook = {
  ...{ kind: 'example', index: 3, weights: 'binary', step: 9, label: 0, isRaw: true },
  picture: new Uint8Array(4),
  scores: Float32Array.from([-1, 3, 1]),
  maps: [
    { layer: 'conv1', height: 1, width: 2, channels: 2, values: Float32Array.from([0, 0, 1, 3]) },
  ],
};

describe('what an example says', () => {
  it('marks the predicted and the true class', () => {
    expect(scoreRows(look, ['a', 'b', 'c'])).toEqual([
      { name: 'a', score: -1, share: 0, isPredicted: false, isLabel: true },
      { name: 'b', score: 3, share: 1, isPredicted: true, isLabel: false },
      { name: 'c', score: 1, share: 0.5, isPredicted: false, isLabel: false },
    ]);
  });

  it('shows the highest of many classes, and the true one', () => {
    const scores = Float32Array.from({ length: 200 }, (_, c) => c);
    const rows = scoreRows({ scores, label: 7 }, []);
    expect(rows.map(({ name }) => name)).toEqual([
      ...['199', '198', '197', '196', '195', '194', '193', '192', '191', '7'],
    ]);
  });

  it('has its numbers in tables', () => {
    const [scores, maps] = exampleTables(look, ['a', 'b', 'c']);
    expect(scores?.rows.map(({ cells }) => cells[2])).toEqual(['true class', 'predicted', '']);
    expect(maps?.rows[0]?.cells).toEqual([
      ...['Layer 1', '1 × 2 × 2', '0', '1.00', '3.00', '50.00 %'],
    ]);
    expect(extentOf(look.scores)).toMatchObject({ least: -1, greatest: 3, mean: 1 });
    expect(exampleTables(null, []).map(({ rows }) => rows.length)).toEqual([0, 0]);
  });
});
