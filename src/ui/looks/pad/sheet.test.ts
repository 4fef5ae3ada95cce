import { describe, expect, it } from 'vitest';
import { Sheet } from './sheet.ts';

const pen = { colour: '#ffffff', width: 0.07 };

describe('a sheet', () => {
  it('holds strokes, and takes the last one back', () => {
    const sheet = new Sheet();
    expect([sheet.isEmpty, sheet.canUndo]).toEqual([true, false]);
    sheet.begin(0.1, 0.2, pen);
    sheet.draw(0.3, 0.4);
    sheet.begin(0.5, 0.6, pen);
    expect(sheet.seen.map((mark) => mark.kind === 'stroke' && mark.points)).toEqual([
      [0.1, 0.2, 0.3, 0.4],
      [0.5, 0.6],
    ]);
    sheet.undo();
    expect(sheet.seen.length).toBe(1);
  });

  it('is empty once cleared, and clearing can be undone', () => {
    const sheet = new Sheet();
    sheet.begin(0, 0, pen);
    sheet.clear();
    expect(sheet.isEmpty).toBe(true);
    sheet.clear();
    sheet.undo();
    expect(sheet.isEmpty).toBe(false);
  });

  it('lets a picture cover what was drawn, and strokes lie on it', () => {
    const sheet = new Sheet();
    sheet.begin(0, 0, pen);
    sheet.bring({} as HTMLCanvasElement);
    sheet.begin(0, 0, pen);
    expect(sheet.seen.map(({ kind }) => kind)).toEqual(['picture', 'stroke']);
    sheet.undo();
    sheet.undo();
    expect(sheet.seen.map(({ kind }) => kind)).toEqual(['stroke']);
  });
});
