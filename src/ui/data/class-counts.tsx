import { whole } from '../common/format.ts';
import type { Preview } from './import-protocol.ts';

/** How many examples each class has: a table, its bars for the eye. */
export function ClassCounts({ preview }: { readonly preview: Preview }) {
  const { classNames, counts } = preview;
  const most = Math.max(...counts);
  return (
    // Focusable, because many classes scroll.
    <div className="own-counts" tabIndex={0} role="group" aria-label="Examples a class">
      <table>
        <caption className="visually-hidden">Examples a class</caption>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Class</th>
            <th scope="col">Examples</th>
          </tr>
        </thead>
        <tbody>
          {classNames.map((name, i) => {
            const count = counts[i] ?? 0;
            return (
              <tr key={i}>
                <th scope="row">{name}</th>
                <td>{whole(count)}</td>
                <td aria-hidden="true">
                  <span className="own-bar" style={{ width: `${(100 * count) / most}%` }} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
