import { useEffect } from 'react';
import { TipButton } from '../common/tip-button.tsx';
import { comparison, playground, runs as kept, useRuns } from '../page.ts';
import { ComparisonView } from './comparison-view.tsx';
import { csvOf, jsonOf } from './files.ts';
import { MethodChoice } from './method-choice.tsx';
import { RunRow } from './run-row.tsx';
import { save } from './save.ts';
import { newerRuns, RUNS } from './text.ts';

const HEADS = ['Run', 'Data', 'Epochs', 'Test error, last epoch', 'Other weights', 'Flips a step'];

/** All runs this browser keeps, and those being compared. */
export function RunsSection() {
  const runs = useRuns((state) => state.runs);
  const isKept = useRuns((state) => state.isKept);
  const newer = useRuns((state) => state.newer);
  const own = runs.filter(({ isClaimed }) => isClaimed !== true);
  useEffect(() => {
    void kept.recall().then(() => {
      comparison.recall(kept.store.getState().runs);
    });
  }, []);
  return (
    <section className="runs" aria-labelledby="runs-title">
      <h2 id="runs-title">Runs</h2>
      <ComparisonView />
      <p className="caption">{runs.length === 0 ? RUNS.none : RUNS.caption}</p>
      {newer > 0 && <p className="caption runs-lost">{newerRuns(newer)}</p>}
      {!isKept && <p className="caption runs-lost">{RUNS.lost}</p>}
      {runs.length > 0 && (
        <div className="twin-scroll" tabIndex={0} role="group" aria-label="Table of runs">
          <table className="runs-table">
            <thead>
              <tr>
                <th scope="col">
                  <span className="visually-hidden">Shown</span>
                </th>
                {HEADS.map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
                <th scope="col">Steps/s</th>
                <th scope="col">Seed</th>
                <th scope="col">
                  <span className="visually-hidden">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {runs.map((run) => (
                <RunRow key={run.id} kept={run} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="runs-buttons">
        <Undo />
        {own.length > 0 && (
          <>
            <TipButton
              help={RUNS.csv}
              onClick={() => {
                save('binaryconnect-runs.csv', 'text/csv', csvOf(own));
              }}
            >
              Export CSV
            </TipButton>
            <TipButton
              help={RUNS.json}
              onClick={() => {
                save('binaryconnect-runs.json', 'application/json', jsonOf(own));
              }}
            >
              Export JSON
            </TipButton>
          </>
        )}
      </div>
      <MethodChoice />
    </section>
  );
}

function Undo() {
  const deleted = useRuns((state) => state.deleted);
  if (deleted.length === 0) return null;
  const [first] = deleted;
  return (
    <TipButton
      help={RUNS.undelete}
      id="runs-undo"
      onClick={() => {
        kept.undelete();
        playground.announce('What was deleted is back.');
      }}
    >
      Undo: bring back {deleted.length === 1 ? first?.name : `${deleted.length} runs`}
    </TipButton>
  );
}
