/** What one unit's weights say in words and in tables. Pure. */
import { type Examples, halfToNumber } from '../../data/dataset.ts';
import type { UnitLook } from '../../session/protocol.ts';
import { figures } from '../../experiment/digits.ts';
import { share, whole } from '../common/format.ts';
import type { Twin } from '../common/table-twin.tsx';
import { levelOf } from './paint-unit.ts';

/** `(0.42, −0.13)`: where the point `index` of a toy task lies. */
export function pointText({ images }: Pick<Examples, 'images'>, index: number): string {
  const text = (at: number) =>
    halfToNumber(images[at] ?? 0)
      .toFixed(2)
      .replace('-', '−');
  return `(${text(2 * index)}, ${text(2 * index + 1)})`;
}

export interface UnitFigures {
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
  /** Shares, 0..1. */
  readonly positive: number;
  readonly zero: number;
  readonly saturated: number;
}

/** @param H what stored weights are clipped to; null: they are not. */
export function unitFigures(
  stored: Float32Array,
  H: number | null,
  delta: number | null,
): UnitFigures {
  let [least, greatest, sum, positive, zero, saturated] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (const w of stored) {
    least = Math.min(least, w);
    greatest = Math.max(greatest, w);
    sum += w;
    const level = levelOf(w, delta);
    if (level === 1) positive += 1;
    if (level === 0) zero += 1;
    if (H !== null && Math.abs(w) >= 0.999 * H) saturated += 1;
  }
  const { length } = stored;
  return {
    ...{ least, greatest, mean: sum / length, positive: positive / length },
    ...{ zero: zero / length, saturated: saturated / length },
  };
}

export function unitTables(
  look: UnitLook,
  names: readonly string[],
  H: number | null,
  delta: number | null,
): Twin[] {
  const { least, greatest, mean, positive, zero, saturated } = unitFigures(look.stored, H, delta);
  const rows: (readonly [string, string])[] = [
    ['Weights', whole(look.stored.length)],
    ['Least stored', figures(least, 3)],
    ['Mean stored', figures(mean, 3)],
    ['Greatest stored', figures(greatest, 3)],
    ['Positive', share(positive)],
    ...(delta === null ? [] : [['Zero', share(zero)] as const]),
    ...(H === null ? [] : [['At ±H', share(saturated)] as const]),
  ];
  return [
    {
      caption: 'Weights of the unit',
      columns: ['What', 'Figure'],
      rows: rows.map((cells) => ({ key: cells[0], cells })),
    },
    {
      caption: 'What excites it most',
      columns: ['Test example', 'Class', 'Activation'],
      rows: look.excited.map(({ index, label, activation }) => ({
        key: String(index),
        cells: [whole(index + 1), names[label] ?? String(label), figures(activation, 3)],
      })),
    },
  ];
}
