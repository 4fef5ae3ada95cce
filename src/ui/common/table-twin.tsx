import { memo } from 'react';

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

interface TableTwinProps {
  readonly of: string;
  readonly tables: readonly Twin[];
}

/** The numbers of a picture as tables, for those who read rather than look. */
export const TableTwin = memo(function TableTwin({ of, tables }: TableTwinProps) {
  return (
    <details className="twin">
      <summary>
        Table<span className="visually-hidden"> of {of}</span>
      </summary>
      {/* Focusable, because a wide table scrolls sideways on a phone. */}
      <div className="twin-scroll" tabIndex={0} role="group" aria-label={`Numbers of ${of}`}>
        {tables.map(({ caption, columns, rows }) => (
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
