/** The plane of the toy tasks as a picture sees it: a grid of points, row by row from the top left. */
import type { Maps } from '../experiment/datasets.ts';

/** Points along a side of the grid, and half the side's length. Points lie in the middle of their cells. */
export const PLANE = { side: 96, half: 1.5 } as const;

export const isPlane = ({ height, width, channels }: Maps): boolean =>
  height === 1 && width === 2 && channels === 1;

/** The coordinate of column `k` from the left; of row `k` from the top, its negative. */
export const planeCoordinate = (k: number): number => PLANE.half * ((2 * k + 1) / PLANE.side - 1);

/** [side * side, 2]: x and y of every point. */
export function planePoints(): Float32Array<ArrayBuffer> {
  const { side } = PLANE;
  const points = new Float32Array(2 * side * side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      points[2 * (row * side + column)] = planeCoordinate(column);
      points[2 * (row * side + column) + 1] = -planeCoordinate(row);
    }
  }
  return points;
}
