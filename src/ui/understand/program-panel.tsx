import { useEffect, useId, useState } from 'react';
import { ActionButton } from '../common/action-button.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { Tip } from '../common/tip.tsx';
import { playground, usePage } from '../page.ts';
import { MODE_NAMES, NO_CLOCK, NO_KERNELS_HERE, NOT_BUILT } from '../text.ts';
import type { DispatchTiming, ProgramDispatch, StepProgram } from '../../session/protocol.ts';
import { roleOf } from './roles.ts';
import '../styles/understand.css';

const microseconds = (timing: DispatchTiming | undefined): string =>
  timing === undefined ? '–' : timing.microseconds.toFixed(1);

const constantsText = ({ constants }: ProgramDispatch): string =>
  Object.entries(constants)
    .map(([name, value]) => `${name} = ${String(value)}`)
    .join(', ');

interface ListProps {
  readonly program: StepProgram;
  readonly chosen: number;
  /** By dispatch; empty where this program was not timed. */
  readonly times: readonly DispatchTiming[];
  readonly onChoose: (dispatch: number) => void;
}

function DispatchTable({ program, chosen, times, onChoose }: ListProps) {
  return (
    // Focusable, because a wide table scrolls sideways on a phone.
    <div className="twin-scroll" tabIndex={0} role="group" aria-label="Dispatches of a step">
      <table className="program-table">
        <caption>
          {program.dispatches.length} dispatches of a step, {MODE_NAMES[program.mode].toLowerCase()}{' '}
          weights
        </caption>
        <thead>
          <tr>
            {['#', 'Kernel', 'What it does', 'Workgroups', 'GPU µs'].map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {program.dispatches.map(({ label, kernel, groups }, k) => (
            <tr key={k} data-chosen={k === chosen}>
              <td>{k + 1}</td>
              <th scope="row">
                <TipButton
                  help="Shows this dispatch’s WGSL below."
                  className="quiet"
                  aria-pressed={k === chosen}
                  onClick={() => {
                    onChoose(k);
                  }}
                >
                  <code>{kernel}</code>
                </TipButton>
              </th>
              <td>{roleOf(label, kernel)}</td>
              <td>{groups[1] === 1 ? groups[0] : `${groups[0]} × ${groups[1]}`}</td>
              <td>{microseconds(times[k])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Comments apart from code: the comments are where the equations stand. */
function Wgsl({ text }: { readonly text: string }) {
  return text.split('\n').map((line, k) => {
    const at = line.indexOf('//');
    return (
      <span key={k}>
        {at < 0 ? line : line.slice(0, at)}
        {at >= 0 && <i>{line.slice(at)}</i>}
        {'\n'}
      </span>
    );
  });
}

/** What the GPU is told in a training step: each dispatch, its part, and its program's text. */
export default function ProgramPanel() {
  const id = useId();
  const opened = usePage((state) => state.opened);
  const program = usePage((state) => state.program);
  const profile = usePage((state) => state.profile);
  const isStale = opened !== null && program === null;
  const [chosen, setChosen] = useState(0);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (isStale) playground.askProgram();
  }, [isStale]);
  if (opened?.adapter.cpu) return <p className="caption">{NO_KERNELS_HERE}</p>;
  if (opened === null || program === null) {
    return <p className="caption">{NOT_BUILT}</p>;
  }
  const index = Math.min(chosen, program.dispatches.length - 1);
  const dispatch = program.dispatches[index];
  const shader = dispatch && program.shaders[dispatch.shader];
  if (dispatch === undefined || shader === undefined) return null;
  const isTimed =
    profile?.dispatches.length === program.dispatches.length &&
    profile.dispatches.every(({ label }, k) => label === program.dispatches[k]?.label);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(shader.text);
      setSaid('Copied.');
    } catch {
      setSaid('The clipboard is not allowed here; select the text.');
    }
  };
  return (
    <div className="program">
      {opened.adapter.clock ? (
        <p className="happening-button">
          <ActionButton name="profile" />
          {!isTimed && <span className="caption">Not timed yet in this run.</span>}
        </p>
      ) : (
        <p className="caption">{NO_CLOCK}</p>
      )}
      <DispatchTable
        program={program}
        chosen={index}
        times={isTimed ? profile.dispatches : []}
        onChoose={(k) => {
          setChosen(k);
          setSaid('');
        }}
      />
      <section aria-labelledby={id}>
        <h3 id={id}>
          {index + 1}. <code>{dispatch.kernel}</code>
        </h3>
        <p className="caption">
          {roleOf(dispatch.label, dispatch.kernel)}. Joined of {shader.files.join(', ')}. Set for
          this dispatch: {constantsText(dispatch) || 'nothing'}.
        </p>
        <p className="happening-button">
          <Tip text="Copies the program’s text as it is compiled.">
            {(describedBy) => (
              <button type="button" aria-describedby={describedBy} onClick={() => void copy()}>
                Copy WGSL
              </button>
            )}
          </Tip>
          <span aria-live="polite" className="caption">
            {said}
          </span>
        </p>
        <pre className="wgsl" tabIndex={0} role="group" aria-label={`WGSL of ${dispatch.kernel}`}>
          <code>
            <Wgsl text={shader.text} />
          </code>
        </pre>
      </section>
    </div>
  );
}
