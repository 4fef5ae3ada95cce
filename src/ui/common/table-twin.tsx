import { memo, useState } from 'react';
import { TABLE_HELP } from '../text.ts';
import { TipSummary } from './tip-summary.tsx';

export interface TwinRow {
  readonly key: string;
  /** The row's header cell first. */
  readonly cells: readonly string[];
}

export interface Twin {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly TwinRow[];
}

/** Tables, or what makes them once someone wants to read them. */
export type Twins = readonly Twin[] | (() => readonly Twin[]);

interface TableTwinProps {
  readonly of: string;
  readonly tables: Twins;
  /** Whether the eye reads what it is of, too: where there are two of them in one place. */
  readonly isNamed?: boolean;
}

/** The numbers of a picture as tables, for those who read rather than look. */
export const TableTwin = memo(function TableTwin({ of, tables, isNamed = false }: TableTwinProps) {
  const [open, setOpen] = useState(false);
  const made = typeof tables === 'function' ? (open ? tables() : []) : tables;
  return (
    <details className="twin" open={open}>
      <TipSummary
        help={TABLE_HELP}
        onClick={(event) => {
          // With the same paint, and not after it as the element itself would tell.
          event.preventDefault();
          setOpen(!open);
        }}
      >
        Table<span className={isNamed ? undefined : 'visually-hidden'}> of {of}</span>
      </TipSummary>
      {/* Focusable, because a wide table scrolls sideways on a phone. */}
      <div className="twin-scroll" tabIndex={0} role="group" aria-label={`Numbers of ${of}`}>
        {made.map(({ caption, columns, rows }) => (
          <table key={caption}>
            <caption>{caption}</caption>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, cells: [head, ...cells] }) => (
                <tr key={key}>
                  <th scope="row">{head}</th>
                  {cells.map((cell, i) => (
                    <td key={i}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </details>
  );
});
