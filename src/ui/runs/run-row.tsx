import { type ReactNode, useState } from 'react';
import { figures, percent, whole } from '../common/format.ts';
import { KEEP } from '../keep/text.ts';
import { keeper, playground, runs, useKeeper, usePage } from '../page.ts';
import { differences } from './diff.ts';
import { MAX_NAME, MAX_NOTE, ownError, testedWith, type KeptRun } from './kept-run.ts';
import { RunKey } from './kept-legend.tsx';
import { RUNS, WEIGHTS_SAID } from './text.ts';

/** Columns of the table: what opens below a row is as wide as all of them. */
export const COLUMNS = 10;

type Opened = 'edit' | 'diff' | null;

/** One kept run: its figures, and what can be done with it. */
export function RunRow({ kept }: { readonly kept: KeptRun }) {
  const [opened, setOpened] = useState<Opened>(null);
  const { id, name, note, run, epochs, step, stepsPerEpoch } = kept;
  const hasCheckpoint = useKeeper((state) => state.kept.has(id));
  const last = epochs.at(-1);
  const weights = testedWith(run);
  const other = weights === 'binary' ? 'real' : 'binary';
  const toggle = (what: Exclude<Opened, null>) => {
    setOpened(opened === what ? null : what);
  };
  const button = (label: string, help: string, act: () => void, expanded?: boolean): ReactNode => (
    <button
      type="button"
      className="quiet"
      title={help}
      aria-label={`${label} ${name}`}
      aria-expanded={expanded}
      onClick={act}
    >
      {label}
    </button>
  );
  return (
    <>
      <tr>
        <td>
          <input
            type="checkbox"
            title={RUNS.shown}
            aria-label={`Show ${name}`}
            checked={kept.isShown}
            onChange={({ target }) => {
              runs.tell(id, { isShown: target.checked });
            }}
          />
        </td>
        <th scope="row">
          <RunKey kept={kept} /> {name}
          {kept.isClaimed && <small>{RUNS.claimed}</small>}
          {note !== '' && <small>{note}</small>}
        </th>
        <td>{kept.data}</td>
        <td>
          {figures(step / stepsPerEpoch, 3)} of {run.spec.epochs}
        </td>
        <td>
          {last ? (
            <>
              <b>{percent(ownError(last.testError, weights))}</b> {WEIGHTS_SAID[weights]}
            </>
          ) : (
            'not measured'
          )}
        </td>
        <td>{last ? `${percent(last.testError[other])} ${WEIGHTS_SAID[other]}` : ''}</td>
        <td>{figures(kept.flips, 2)}</td>
        <td>{kept.stepsPerSecond > 0 ? whole(kept.stepsPerSecond) : ''}</td>
        <td>{run.spec.seed}</td>
        <td className="runs-actions">
          {button('Restore', RUNS.restore, () => {
            playground.open(run);
          })}
          {hasCheckpoint &&
            button('Continue', KEEP.restore, () => {
              void keeper.resume(id);
            })}
          {button(
            'Diff',
            RUNS.diff,
            () => {
              toggle('diff');
            },
            opened === 'diff',
          )}
          {!kept.isClaimed &&
            button(
              'Edit',
              RUNS.edit,
              () => {
                toggle('edit');
              },
              opened === 'edit',
            )}
          {button('Delete', RUNS.drop, () => {
            runs.delete([id]);
            playground.announce(`${name} is deleted; Undo brings it back.`);
            document.querySelector<HTMLElement>('#runs-undo')?.focus();
          })}
        </td>
      </tr>
      {opened !== null && (
        <tr className="runs-below">
          <td colSpan={COLUMNS}>
            {opened === 'diff' ? <Differences kept={kept} /> : <Editing kept={kept} />}
          </td>
        </tr>
      )}
    </>
  );
}

/** Against the run that stands on the page, as far as it has come. */
function Differences({ kept }: { readonly kept: KeptRun }) {
  const here = usePage((state) => state.run);
  const rows = differences(here, kept.run);
  if (rows.length === 0) return <p className="caption">{RUNS.same}</p>;
  return (
    <table className="runs-diff">
      <caption>In what {kept.name} differs from the run at hand</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">At hand</th>
          <th scope="col">{kept.name}</th>
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
}

function Editing({ kept }: { readonly kept: KeptRun }) {
  const { id, name, note } = kept;
  return (
    <div className="runs-editing">
      <label>
        Name
        <input
          type="text"
          maxLength={MAX_NAME}
          value={name}
          onChange={({ target }) => {
            runs.tell(id, { name: target.value });
          }}
        />
      </label>
      <label>
        Note
        <input
          type="text"
          maxLength={MAX_NOTE}
          value={note}
          onChange={({ target }) => {
            runs.tell(id, { note: target.value });
          }}
        />
      </label>
    </div>
  );
}
