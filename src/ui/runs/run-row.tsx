import { type ReactNode, useId, useState } from 'react';
import { figures } from '../../experiment/digits.ts';
import { flipsText, percent, whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { Tip } from '../common/tip.tsx';
import { KEEP } from '../keep/text.ts';
import { keeper, playground, runs, useKeeper } from '../page.ts';
import { Differences } from './differences.tsx';
import { MAX_NAME, MAX_NOTE, ownError, type KeptRun } from './kept-run.ts';
import { RunKey } from './kept-legend.tsx';
import { RUNS, WEIGHTS_SAID } from './text.ts';

/** Columns of the table: what opens below a row is as wide as all of them. */
export const COLUMNS = 10;

type Opened = 'edit' | 'diff' | null;

/** One kept run: its figures, and what can be done with it. */
export function RunRow({ kept }: { readonly kept: KeptRun }) {
  const [opened, setOpened] = useState<Opened>(null);
  const { id, name, note, run, weights, epochs, step, stepsPerEpoch } = kept;
  const hasCheckpoint = useKeeper((state) => state.kept.has(id));
  const last = epochs.at(-1);
  const other = weights === 'binary' ? 'real' : 'binary';
  const toggle = (what: Exclude<Opened, null>) => {
    setOpened(opened === what ? null : what);
  };
  const button = (label: string, help: string, act: () => void, expanded?: boolean): ReactNode => (
    <TipButton
      help={help}
      side="end"
      className="quiet"
      aria-label={`${label} ${name}`}
      aria-expanded={expanded}
      onClick={act}
    >
      {label}
    </TipButton>
  );
  return (
    <>
      <tr>
        <td>
          <Tip text={RUNS.shown}>
            {(describedBy) => (
              <input
                type="checkbox"
                aria-describedby={describedBy}
                aria-label={`Show ${name}`}
                checked={kept.isShown}
                onChange={({ target }) => {
                  runs.tell(id, { isShown: target.checked });
                }}
              />
            )}
          </Tip>
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
        <td>{flipsText(kept.flips)}</td>
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
            <div>{opened === 'diff' ? <Differences kept={kept} /> : <Editing kept={kept} />}</div>
          </td>
        </tr>
      )}
    </>
  );
}

function Editing({ kept }: { readonly kept: KeptRun }) {
  const { id, name, note } = kept;
  const help = useId();
  return (
    <div className="runs-editing">
      <label>
        Name
        <input
          type="text"
          aria-describedby={help}
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
          aria-describedby={help}
          maxLength={MAX_NOTE}
          value={note}
          onChange={({ target }) => {
            runs.tell(id, { note: target.value });
          }}
        />
      </label>
      <p className="caption" id={help}>
        {RUNS.naming}
      </p>
    </div>
  );
}
