import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, placeTip } from './place-tip.ts';

const VIEW = { width: 1000, height: 800 };
const TIP = { width: 200, height: 40 };
const control = { left: 300, top: 300, width: 80, height: 30 };

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

describe('placeTip', () => {
  it('stands below its control where nothing is there', () => {
    expect(placeTip(control, TIP, [], VIEW, 'start')).toEqual({ left: 300, top: 334 });
    expect(placeTip(control, TIP, [], VIEW, 'end')).toEqual({ left: 180, top: 334 });
  });

  it('goes above a control that has another one beneath', () => {
    const beneath = { ...control, top: 335 };
    expect(placeTip(control, TIP, [beneath], VIEW, 'start')).toEqual({ left: 300, top: 256 });
  });

  it('stays near where all around are controls, and hides the least of them', () => {
    const around = { left: 60, top: 200, width: 500, height: 250 };
    // Below and above it would be hidden behind 200 pixels in a line, on the right behind 176.
    expect(placeTip(control, TIP, [around], VIEW, 'start')).toEqual({ left: 384, top: 300 });
  });

  it('never hides its own control, and stays in the window', () => {
    const box = fc.record({
      left: fc.integer({ min: 0, max: 280 }),
      top: fc.integer({ min: 0, max: 560 }),
      width: fc.integer({ min: 10, max: 80 }),
      height: fc.integer({ min: 10, max: 60 }),
    });
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 30 }), (own, others) => {
        const view = { width: 360, height: 640 };
        const tip = { ...TIP, ...placeTip(own, TIP, others, view, 'start') };
        expect(overlaps(tip, own)).toBe(false);
        expect(tip.left).toBeGreaterThanOrEqual(0);
        expect(tip.left + tip.width).toBeLessThanOrEqual(view.width);
        expect(tip.top).toBeGreaterThanOrEqual(0);
        expect(tip.top + tip.height).toBeLessThanOrEqual(view.height);
      }),
    );
  });
});
