import { useRef, useState } from 'react';
import { whole } from '../../common/format.ts';
import { type Cell, classRows, countAt, isSame } from './confusion.ts';

interface MatrixProps {
  /** What a press of a cell does stands there. */
  readonly describedBy: string;
  readonly confusion: Uint32Array;
  readonly names: readonly string[];
  readonly chosen: Cell | null;
  readonly onChoose: (cell: Cell | null) => void;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** Percent of the colour of a mistake in a cell: numbers are read on all of them, in both themes. */
const STRONGEST = 48;

/** True classes by rows, predicted ones by columns; the stronger a cell, the larger its share of the row. */
export function Matrix({ describedBy, confusion, names, chosen, onChoose }: MatrixProps) {
  const table = useRef<HTMLTableElement>(null);
  // One cell at a time takes the focus by Tab; arrow keys go on from there.
  const [focused, setFocused] = useState<Cell>({ label: 0, predicted: 0 });
  const classes = names.length;
  const rows = classRows(confusion, names);
  const move = (event: React.KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    if (arrow === undefined) return;
    event.preventDefault();
    const label = Math.min(classes - 1, Math.max(0, focused.label + arrow[0]));
    const predicted = Math.min(classes - 1, Math.max(0, focused.predicted + arrow[1]));
    setFocused({ label, predicted });
    table.current?.querySelector<HTMLElement>(`[data-cell="${label},${predicted}"]`)?.focus();
  };
  return (
    <div className="matrix-scroll">
      <table className="matrix" role="grid" aria-label="Confusion" ref={table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">True class</span>
            </th>
            {names.map((name) => (
              <th key={name} scope="col" className="matrix-column">
                <span>{name}</span>
              </th>
            ))}
            <th scope="col" className="matrix-error">
              Error
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, examples, error }, label) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {names.map((other, predicted) => {
                const cell = { label, predicted };
                const count = countAt(confusion, classes, cell);
                const isRight = label === predicted;
                const share = examples === 0 ? 0 : count / examples;
                const isFocus = isSame(focused, cell);
                return (
                  <td key={other}>
                    <button
                      type="button"
                      data-cell={`${label},${predicted}`}
                      data-right={isRight}
                      data-none={count === 0}
                      aria-pressed={isSame(chosen, cell)}
                      aria-describedby={describedBy}
                      aria-disabled={isRight}
                      tabIndex={isFocus ? 0 : -1}
                      aria-label={
                        isRight
                          ? `${name}: ${whole(count)} right`
                          : `${name}, taken for ${other}: ${whole(count)}`
                      }
                      style={{
                        background: `color-mix(in srgb, var(${isRight ? '--raised' : '--alarm'}) ${isRight ? 100 : Math.round(STRONGEST * Math.sqrt(share))}%, var(--paper))`,
                      }}
                      onKeyDown={move}
                      onFocus={() => {
                        setFocused(cell);
                      }}
                      onClick={() => {
                        if (!isRight) onChoose(isSame(chosen, cell) ? null : cell);
                      }}
                    >
                      {count === 0 ? '' : whole(count)}
                    </button>
                  </td>
                );
              })}
              <td className="matrix-error number">
                {examples === 0 ? '–' : `${error.toFixed(1)} %`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
