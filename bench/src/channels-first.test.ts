import { expect, test } from 'vitest';
import { at } from '../../src/experiment/at.ts';
import { layerShapes } from '../../src/experiment/shapes.ts';
import { channelsFirst, denseChannelsFirst, kernelsFirst } from './channels-first.ts';
import { workloadOf } from './workloads.ts';

/** 0, 1, 2, ...: each number says where it stood. */
const counting = (length: number) => Float32Array.from({ length }, (_, e) => e);
const shapes = layerShapes(workloadOf('W3').spec, {
  height: 32,
  width: 32,
  channels: 3,
  classes: 10,
});

test('maps: every number of two examples stands where its channel, row and column say', () => {
  const maps = { height: 2, width: 3, channels: 4 };
  const x = channelsFirst(counting(48), maps);
  for (let b = 0; b < 2; b++) {
    for (let c = 0; c < 4; c++) {
      for (let y = 0; y < 2; y++) {
        for (let col = 0; col < 3; col++) {
          expect(at(x, ((b * 4 + c) * 2 + y) * 3 + col)).toBe(((b * 2 + y) * 3 + col) * 4 + c);
        }
      }
    }
  }
});

test('kernels: [O, C, row, column] of [row, column, C, O]', () => {
  const layer = at(shapes, 1);
  const w = kernelsFirst(counting(layer.I * layer.O), layer);
  for (const [o, c, row, column] of [
    [0, 0, 0, 0],
    [5, 7, 2, 1],
    [31, 31, 2, 2],
  ] as const) {
    const theirs = ((o * 32 + c) * 3 + row) * 3 + column;
    expect(at(w, theirs)).toBe(((row * 3 + column) * 32 + c) * 32 + o);
  }
});

test('dense weights behind maps: rows [C, row, column] of [row, column, C]', () => {
  const layer = at(shapes, 4);
  expect(layer.from).toEqual({ height: 8, width: 8, channels: 64 });
  const w = denseChannelsFirst(counting(layer.I * layer.O), layer);
  for (const [c, row, column, o] of [
    [0, 0, 0, 0],
    [3, 1, 2, 9],
    [63, 7, 7, 127],
  ] as const) {
    const theirs = ((c * 8 + row) * 8 + column) * 128 + o;
    expect(at(w, theirs)).toBe(((row * 8 + column) * 64 + c) * 128 + o);
  }
});
