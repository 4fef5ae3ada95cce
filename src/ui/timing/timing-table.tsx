import { whole } from '../common/format.ts';
import type { StepProfile } from '../../session/protocol.ts';
import { MODE_NAMES } from '../text.ts';
import { timingRows, type TimingRow } from './rows.ts';

const percent = (share: number | null): string =>
  share === null ? '–' : `${(100 * share).toFixed(1)} %`;

function Cells({ row }: { readonly row: TimingRow }) {
  return (
    <>
      <td>{row.dispatches}</td>
      <td>{row.ms}</td>
      <td className="timing-share">
        <i aria-hidden="true" style={{ inlineSize: `${4 * (row.share ?? 0)}rem` }} />
        <span>{percent(row.share)}</span>
      </td>
      <td>{row.gflops}</td>
      <td>{row.gigabytes}</td>
    </>
  );
}

/** Kernels of a step, slowest first, with what they compute and move a second. */
export function TimingTable({ profile }: { readonly profile: StepProfile }) {
  const { rows, whole: step } = timingRows(profile);
  const { first, steps, mode } = profile;
  return (
    // Focusable, because a wide table scrolls sideways on a phone.
    <div className="twin-scroll" tabIndex={0} role="group" aria-label="Times of the kernels">
      <table>
        <caption>
          Mean of {whole(steps)} {steps === 1 ? 'step' : 'steps'} from step {whole(first + 1)} on,{' '}
          {MODE_NAMES[mode].toLowerCase()} weights
        </caption>
        <thead>
          <tr>
            {['Kernel', 'Dispatches', 'ms', 'Share', 'GFLOP/s', 'GB/s'].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                <code>{row.name}</code>
              </th>
              <Cells row={row} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{step.name}</th>
            <Cells row={step} />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
