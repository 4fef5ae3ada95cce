import type { PublishedFigure } from '../../experiment/recipe.ts';
import { publishedBeside } from '../charts/published.ts';
import { figures } from '../../experiment/digits.ts';
import { flipsText, percent, share, whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { comparison, useComparison, usePage, useRuns } from '../page.ts';
import type { Job } from './comparison.ts';
import { bestEpoch, ownError, type KeptRun } from './kept-run.ts';
import { RunKey } from './kept-legend.tsx';
import { oneExample, RUNS, WEIGHTS_SAID } from './text.ts';

const STATES: Readonly<Record<Job['state'], string>> = {
  waiting: 'waiting',
  training: 'training',
  done: 'done',
  failed: 'failed',
  unfit: 'does not fit',
};

/** The methods of a comparison, as the paper's tables have them: while it runs, and when it is over. */
export function ComparisonView() {
  const jobs = useComparison((state) => state.jobs);
  const current = useComparison((state) => state.current);
  const stopped = useComparison((state) => state.stopped);
  const runs = useRuns((state) => state.runs);
  const data = usePage((state) => state.opened?.data);
  if (jobs === null) return null;
  const tested = data !== undefined && jobs[0]?.spec?.data === data.id ? data.test : 0;
  const rows = jobs.map((job) => ({
    job,
    kept: runs.find(({ id }) => id === job.kept) ?? null,
  }));
  const isPublished = rows.some(({ kept }) => kept !== null && publishedOf(kept) !== undefined);
  const isOver = current < 0 && jobs.every(({ state }) => state === 'done' || state === 'unfit');
  return (
    <section className="comparison" aria-labelledby="comparison-title">
      <div className="region-head">
        <h3 id="comparison-title">Comparison</h3>
        <p className="caption">{RUNS.comparison}</p>
      </div>
      <div className="twin-scroll" tabIndex={0} role="group" aria-label="Table of the comparison">
        <table className="runs-table">
          <thead>
            <tr>
              {[
                'Method',
                'Test error, best epoch',
                'with',
                'Train loss, best epoch',
                'Flips a step',
                'Best epoch',
              ].map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
              {isPublished && <th scope="col">Published</th>}
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, k) => (
              <Row
                key={row.job.method.id}
                {...row}
                isCurrent={k === current}
                isPublished={isPublished}
              />
            ))}
          </tbody>
        </table>
      </div>
      {isOver && tested > 0 && (
        <p className="caption">{oneExample(whole(tested), share(1 / tested))}</p>
      )}
      {stopped !== null && (
        <p className="caption">{stopped === 'by hand' ? RUNS.byHand : RUNS.byAnother}</p>
      )}
      {current >= 0 && (
        <p className="runs-buttons">
          <TipButton
            help={RUNS.stop}
            onClick={() => {
              comparison.stop();
            }}
          >
            Stop comparing
          </TipButton>
        </p>
      )}
    </section>
  );
}

/** Measured with the run's own weights. */
const publishedOf = ({ run, isWhole, weights }: KeptRun): PublishedFigure | undefined =>
  publishedBeside(run, isWhole).find((figure) => figure.weights === weights);

interface RowProps {
  readonly job: Job;
  readonly isCurrent: boolean;
  readonly kept: KeptRun | null;
  /** True where a run of the table has a published figure beside it. */
  readonly isPublished: boolean;
}

function Row({ job, isCurrent, kept, isPublished }: RowProps) {
  const { method, state, reason } = job;
  const best = kept && bestEpoch(kept);
  const weights = kept && kept.weights;
  const published = kept && publishedOf(kept);
  return (
    <tr data-state={state}>
      <th scope="row">
        {kept && <RunKey kept={kept} />} {method.title}
      </th>
      <td>{best && weights ? <b>{percent(ownError(best.testError, weights))}</b> : ''}</td>
      <td>{weights ? WEIGHTS_SAID[weights] : ''}</td>
      <td>{best ? figures(best.trainLoss, 3) : ''}</td>
      <td>{kept ? flipsText(kept.flips) : ''}</td>
      <td>{best ? best.epoch : ''}</td>
      {isPublished && <td>{published ? percent(published.testError) : ''}</td>}
      <td>
        {isCurrent ? <Progress /> : STATES[state]}
        {reason !== null && <small>{reason}</small>}
      </td>
    </tr>
  );
}

/** Of the run at hand, in whole percent: it changes a hundred times, not with every frame. */
function Progress() {
  const done = usePage(({ step, opened }) =>
    opened === null
      ? 0
      : Math.floor((100 * step) / (opened.stepsPerEpoch * opened.run.spec.epochs)),
  );
  return (
    <>
      <progress max={100} value={done} aria-label="Share of this run that is done" /> {done} %
    </>
  );
}
