/** A layer's maps as tiles, one a channel, and what they and the scores say. Knows no canvas. */
import { at } from '../../experiment/at.ts';
import type { Maps } from '../../experiment/datasets.ts';
import type { ExampleLook } from '../../session/protocol.ts';
import { figures } from '../../experiment/digits.ts';
import { share } from '../common/format.ts';
import type { Twin } from '../common/table-twin.tsx';
import { layerTitle } from '../text.ts';
import { mapsText } from '../network/plan.ts';
import { balanced } from '../weights/tiles.ts';

export interface MapGrid {
  readonly columns: number;
  readonly rows: number;
  /** Screen pixels a number of a map takes; below 1 where a map is wider than the screen. */
  readonly cell: number;
}

/** About how wide a map is, and a single number, in pixels of the style sheet. */
const MAP = 40;
const NUMBER = 9;
const MAP_ROWS = 3;
const NUMBER_ROWS = 4;
/** Screen pixels between two maps. */
export const MAP_GAP = 2;

/** Maps of `height` x `width` in a picture of `pixels` screen pixels, `scale` of them a pixel of the style sheet. */
export function mapGrid(pixels: number, scale: number, maps: Maps): MapGrid {
  const { height, width, channels } = maps;
  const isNumber = height * width === 1;
  const wanted = Math.floor(((isNumber ? NUMBER : MAP) * scale) / Math.max(height, width));
  const cell = width > pixels ? pixels / width : Math.max(1, Math.min(wanted, pixels / width));
  const pitch = cell * width + MAP_GAP;
  const columns = Math.max(1, Math.min(channels, Math.floor((pixels + MAP_GAP) / pitch)));
  return { ...balanced(channels, columns, isNumber ? NUMBER_ROWS : MAP_ROWS), cell };
}

export interface Extent {
  readonly least: number;
  readonly greatest: number;
  readonly mean: number;
  /** Share of zeros: what the activation let nothing through. */
  readonly zeros: number;
}

export function extentOf(values: Float32Array): Extent {
  let [least, greatest, sum, zeros] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    sum += value;
    if (value === 0) zeros += 1;
  }
  const { length } = values;
  return { least, greatest, mean: sum / length, zeros: zeros / length };
}

/** A class's score; `share` is the length of its bar, 0..1. */
export interface ScoreRow {
  readonly name: string;
  readonly score: number;
  readonly share: number;
  readonly isPredicted: boolean;
  readonly isLabel: boolean;
}

/** Classes shown at most. */
const CLASSES = 10;

/** Index of the greatest score; of equal ones the first. */
export const predictedOf = (scores: Float32Array): number => scores.indexOf(Math.max(...scores));

/** The classes in their order; where there are many, the highest scores and the true class. */
export function scoreRows(
  { scores, label }: Pick<ExampleLook, 'scores' | 'label'>,
  names: readonly string[],
): ScoreRow[] {
  const predicted = predictedOf(scores);
  const { least, greatest } = extentOf(scores);
  const classes = Array.from(scores.keys());
  const highest = classes.toSorted((a, b) => at(scores, b) - at(scores, a));
  const few = new Set([...(label === null ? [] : [label]), ...highest].slice(0, CLASSES));
  return (classes.length > CLASSES ? highest.filter((c) => few.has(c)) : classes).map((c) => ({
    name: names[c] ?? String(c),
    score: at(scores, c),
    share: greatest > least ? (at(scores, c) - least) / (greatest - least) : 0,
    isPredicted: c === predicted,
    isLabel: c === label,
  }));
}

/** The numbers of an example's scores and maps. */
export function exampleTables(look: ExampleLook | null, names: readonly string[]): Twin[] {
  const marks = ({ isPredicted, isLabel }: ScoreRow): string =>
    [isPredicted ? 'predicted' : '', isLabel ? 'true class' : ''].filter(Boolean).join(', ');
  return [
    {
      caption: 'Score by class',
      columns: ['Class', 'Score', 'Which is'],
      rows: (look === null ? [] : scoreRows(look, names)).map((row) => ({
        key: row.name,
        cells: [row.name, figures(row.score, 3), marks(row)],
      })),
    },
    {
      caption: 'Maps by layer',
      columns: ['Layer', 'Size', 'Least', 'Mean', 'Greatest', 'Zeros'],
      rows: (look?.maps ?? []).map((maps) => {
        const { least, greatest, mean, zeros } = extentOf(maps.values);
        return {
          key: maps.layer,
          cells: [
            layerTitle(maps.layer),
            mapsText(maps),
            figures(least, 3),
            figures(mean, 3),
            figures(greatest, 3),
            share(zeros),
          ],
        };
      }),
    },
  ];
}
