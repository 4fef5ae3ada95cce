/** How a network divides the plane, as a picture and as a table. Knows no canvas. */
import { PLANE, planeCoordinate } from '../../session/plane.ts';
import type { Twin } from '../common/table-twin.tsx';

/** By how much the second class outdoes the first at each point of the grid; its sign decides. */
export function marginsOf(scores: Float32Array): Float32Array {
  return Float32Array.from(
    { length: scores.length / 2 },
    (_, point) => (scores[2 * point + 1] ?? 0) - (scores[2 * point] ?? 0),
  );
}

/** Squared hinge wants scores of 1 and -1: a margin of 2 is as sure as it asks for. */
const SURE = 2;

/** How sure a margin is, 0..1. */
export const surenessOf = (margin: number): number => Math.min(1, Math.abs(margin) / SURE);

/** Ties go to the first class, as they do where errors are counted. */
export const classOf = (margin: number): 0 | 1 => (margin > 0 ? 1 : 0);

/** Where between two values of unlike sign, 0..1 from `a`, zero lies. */
const crossing = (a: number, b: number): number => a / (a - b);

/**
 * The line on which the margin is zero, by marching squares: segments x1, y1, x2, y2 in units of the
 * grid, whose first point is 0, 0. Where opposite corners agree, the mean decides which are joined.
 * @param margins [side, side], row by row.
 */
export function contourOf(margins: Float32Array, side: number): number[] {
  const segments: number[] = [];
  const value = (column: number, row: number) => margins[row * side + column] ?? 0;
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const a = value(column, row);
      const b = value(column + 1, row);
      const c = value(column + 1, row + 1);
      const d = value(column, row + 1);
      const crossings: number[] = [];
      const cross = (p: number, q: number, x: number, y: number, dx: number, dy: number) => {
        if (classOf(p) === classOf(q)) return;
        const share = crossing(p, q);
        crossings.push(column + x + dx * share, row + y + dy * share);
      };
      // Around the square: top, right, bottom, left.
      cross(a, b, 0, 0, 1, 0);
      cross(b, c, 1, 0, 0, 1);
      cross(d, c, 0, 1, 1, 0);
      cross(a, d, 0, 0, 0, 1);
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3, y3, x4, y4] = crossings;
      if (crossings.length === 4) segments.push(x1, y1, x2, y2);
      if (x3 === undefined || y3 === undefined || x4 === undefined || y4 === undefined) continue;
      const isJoined = classOf((a + b + c + d) / 4) === classOf(a);
      // Joined: a and c are one piece, so the line cuts off b and d. Else it cuts off a and c.
      if (isJoined) segments.push(x1, y1, x2, y2, x3, y3, x4, y4);
      else segments.push(x1, y1, x4, y4, x2, y2, x3, y3);
    }
  }
  return segments;
}

/** A point of the plane in a square picture, 0..1 from its top left corner. */
export const placeOf = (x: number, y: number): readonly [number, number] => [
  (x / PLANE.half + 1) / 2,
  (1 - y / PLANE.half) / 2,
];

/** Points a side of the table has: few enough to be read. */
const TABLE = 9;

/** Columns of the grid that the table shows, from edge to edge. */
const tablePlaces = (side: number): readonly number[] =>
  Array.from({ length: TABLE }, (_, k) => Math.round((k * (side - 1)) / (TABLE - 1)));

const coordinateText = (k: number): string => planeCoordinate(k).toFixed(1).replace('-', '−');

/** The predicted class at points all over the plane. */
export function planeTable(margins: Float32Array | null, names: readonly string[]): Twin {
  const { side } = PLANE;
  const places = tablePlaces(side);
  return {
    caption: 'Predicted class by place; x to the right, y upwards',
    columns: ['y \\ x', ...places.map(coordinateText)],
    rows:
      margins === null
        ? []
        : places.map((row) => ({
            key: String(row),
            cells: [
              coordinateText(side - 1 - row),
              ...places.map((column) => names[classOf(margins[row * side + column] ?? 0)] ?? ''),
            ],
          })),
  };
}
