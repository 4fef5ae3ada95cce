/** What a net takes for what, as numbers and in tables. Pure. */
import type { MistakesLook } from '../../../session/protocol.ts';
import { figures } from '../../../experiment/digits.ts';
import { percent, whole } from '../../common/format.ts';
import type { Twin } from '../../common/table-twin.tsx';

/** One class of the test examples. */
export interface ClassRow {
  readonly name: string;
  readonly examples: number;
  readonly wrong: number;
  /** In percent; not a number where there are no examples. */
  readonly error: number;
  /** The class that it is taken for most often; null: for none other. */
  readonly takenFor: number | null;
}

export type Cell = NonNullable<MistakesLook['cell']>;

/** More classes than this are no matrix that anybody reads: the largest confusions are listed instead. */
export const MATRIX_CLASSES = 24;

export const isSame = (a: Cell | null, b: Cell | null): boolean =>
  a?.label === b?.label && a?.predicted === b?.predicted;

export const countAt = (confusion: Uint32Array, classes: number, cell: Cell): number =>
  confusion[cell.label * classes + cell.predicted] ?? 0;

export function classRows(confusion: Uint32Array, names: readonly string[]): ClassRow[] {
  const classes = names.length;
  return names.map((name, label) => {
    const row = confusion.subarray(label * classes, (label + 1) * classes);
    const examples = row.reduce((sum, n) => sum + n, 0);
    const wrong = examples - (row[label] ?? 0);
    let takenFor: number | null = null;
    row.forEach((n, k) => {
      if (k !== label && n > (takenFor === null ? 0 : (row[takenFor] ?? 0))) takenFor = k;
    });
    return { name, examples, wrong, error: (100 * wrong) / examples, takenFor };
  });
}

/** The pairs of classes that are confused most often, the most frequent first. */
export function largestCells(confusion: Uint32Array, classes: number, most: number): Cell[] {
  return Array.from(confusion.keys())
    .map((k) => ({ label: Math.floor(k / classes), predicted: k % classes }))
    .filter((cell) => cell.label !== cell.predicted && countAt(confusion, classes, cell) > 0)
    .sort((a, b) => countAt(confusion, classes, b) - countAt(confusion, classes, a))
    .slice(0, most);
}

export function mistakesTables(look: MistakesLook | null, names: readonly string[]): Twin[] {
  if (look === null) return [];
  const name = (k: number) => names[k] ?? String(k);
  const rows = classRows(look.confusion, names);
  return [
    {
      caption: 'Error by class',
      columns: ['Class', 'Examples', 'Wrong', 'Error', 'Most often taken for'],
      rows: rows.map(({ name: own, examples, wrong, error, takenFor }) => ({
        key: own,
        cells: [
          own,
          whole(examples),
          whole(wrong),
          examples === 0 ? '–' : percent(error),
          takenFor === null ? '–' : name(takenFor),
        ],
      })),
    },
    ...(names.length <= MATRIX_CLASSES
      ? [
          {
            caption: 'Test examples by true class (rows) and predicted class (columns)',
            columns: ['True class', ...names],
            rows: names.map((own, label) => ({
              key: own,
              cells: [
                own,
                ...names.map((_, predicted) =>
                  whole(countAt(look.confusion, names.length, { label, predicted })),
                ),
              ],
            })),
          },
        ]
      : []),
    {
      caption: 'Mistakes shown, the most confident first',
      columns: ['Test example', 'True class', 'Predicted', 'Margin'],
      rows: look.shown.map(({ index, label, predicted, margin }) => ({
        key: String(index),
        cells: [whole(index + 1), name(label), name(predicted), figures(margin, 3)],
      })),
    },
  ];
}
