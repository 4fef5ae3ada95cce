import { useId, useMemo, useState } from 'react';
import { useStreams } from '../charts/use-streams.ts';
import { playground, usePage, useRuns } from '../page.ts';
import { type Difference, differences, results } from './diff.ts';
import { type KeptRun, numberOf, takeRun } from './kept-run.ts';
import { RUNS } from './text.ts';

const AT_HAND = '';

/** A kept run against the one that stands on the page, or against any other kept one. */
export function Differences({ kept }: { readonly kept: KeptRun }) {
  const id = useId();
  const runs = useRuns((state) => state.runs);
  const current = useRuns((state) => state.current);
  const others = runs.filter((run) => run.id !== kept.id);
  // The run at hand itself has another beside it to be told from: the one before.
  const [chosen, setChosen] = useState(() => {
    const before = others.find(({ made }) => made < kept.made) ?? others[0];
    return current === kept.id ? (before?.id ?? AT_HAND) : AT_HAND;
  });
  const other = others.find((run) => run.id === chosen) ?? null;
  return (
    <>
      <p className="runs-against">
        <label htmlFor={id}>Against</label>
        <select
          id={id}
          title={RUNS.against}
          value={other === null ? AT_HAND : chosen}
          onChange={({ target }) => {
            setChosen(target.value);
          }}
        >
          <option value={AT_HAND}>the run at hand</option>
          {others.map((run) => (
            <option key={run.id} value={run.id}>
              {numberOf(run)}: {run.name}
            </option>
          ))}
        </select>
      </p>
      {other === null ? (
        <AgainstHand kept={kept} />
      ) : (
        <Tables
          name={other.name}
          kept={kept}
          fields={differences(other.run, kept.run)}
          figures={results(other, kept)}
        />
      )}
    </>
  );
}

/** As far as it has come. */
function AgainstHand({ kept }: { readonly kept: KeptRun }) {
  const here = usePage((state) => state.run);
  const view = useStreams(2000);
  const own = useMemo(
    () => takeRun(playground.state, view.streams, { id: '', made: 0, slot: 0 }),
    [view],
  );
  return (
    <Tables
      name="the run at hand"
      kept={kept}
      fields={differences(here, kept.run)}
      figures={results(own, kept)}
    />
  );
}

interface TablesProps {
  /** Of what it is set against. */
  readonly name: string;
  readonly kept: KeptRun;
  readonly fields: readonly Difference[];
  readonly figures: readonly Difference[];
}

function Tables({ name, kept, fields, figures }: TablesProps) {
  return (
    <>
      {fields.length === 0 ? (
        <p className="caption">{RUNS.same}</p>
      ) : (
        <Table
          caption={`In what ${kept.name} differs from ${name}`}
          columns={['Field', name, kept.name]}
          rows={fields}
        />
      )}
      <Table caption="What came of both" columns={['Result', name, kept.name]} rows={figures} />
    </>
  );
}

interface TableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly Difference[];
}

const Table = ({ caption, columns, rows }: TableProps) => (
  <table className="runs-diff">
    <caption>{caption}</caption>
    <thead>
      <tr>
        {columns.map((column, k) => (
          <th key={k} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.field}>
          <th scope="row">{row.field}</th>
          <td>{row.here}</td>
          <td>{row.there}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
