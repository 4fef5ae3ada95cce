import { useId, useMemo, useState } from 'react';
import { MISTAKES_SHOWN } from '../../../session/mistakes-shown.ts';
import type { DataSummary, MistakesLook, MistakesSubject } from '../../../session/protocol.ts';
import { useStreams } from '../../charts/use-streams.ts';
import { figures } from '../../../experiment/digits.ts';
import { percent, plural, whole } from '../../common/format.ts';
import { TableTwin } from '../../common/table-twin.tsx';
import { TipButton } from '../../common/tip-button.tsx';
import { Tip } from '../../common/tip.tsx';
import { LOOKS, OPTIONS } from '../../text.ts';
import { TilePager } from '../../weights/tile-pager.tsx';
import { Picture } from '../picture.tsx';
import { SeenWith } from '../seen-with.tsx';
import { useLookWeights, useWatched } from '../use-watched.ts';
import { type Cell, countAt, largestCells, MATRIX_CLASSES, mistakesTables } from './confusion.ts';
import { Matrix } from './matrix.tsx';

interface MistakesPanelProps {
  readonly data: DataSummary;
  /** Look at a test example. */
  readonly onPick: (index: number) => void;
}

/** Where the net goes wrong: what is taken for what, and the mistakes it is surest of. */
export default function MistakesPanel({ data, onPick }: MistakesPanelProps) {
  const { classNames, shape } = data;
  const [weights, setWeights] = useLookWeights();
  const help = useId();
  const [cell, setCell] = useState<Cell | null>(null);
  const [from, setFrom] = useState(0);
  const [isStopped, setStopped] = useState(false);
  const subject = useMemo(
    (): MistakesSubject | null => (isStopped ? null : { kind: 'mistakes', weights, cell, from }),
    [isStopped, weights, cell, from],
  );
  useWatched(subject);
  const { mistakes: look, testing } = useStreams(300, 100).streams;
  const tables = useMemo(() => mistakesTables(look, classNames), [look, classNames]);
  const choose = (chosen: Cell | null) => {
    setCell(chosen);
    setFrom(0);
  };
  const name = (k: number) => classNames[k] ?? String(k);
  return (
    <div className="mistakes">
      <div className="mistakes-head">
        <SeenWith weights={weights} onChange={setWeights} />
        {testing !== null && (
          <span className="mistakes-progress">
            <progress
              aria-label="Looking through the test examples"
              max={testing.of}
              value={testing.done}
            />
            <Tip text={LOOKS.stopTesting}>
              {(describedBy) => (
                <button
                  type="button"
                  aria-describedby={describedBy}
                  onClick={() => {
                    setStopped(true);
                  }}
                >
                  Stop looking
                </button>
              )}
            </Tip>
          </span>
        )}
        {isStopped && (
          <TipButton
            help={LOOKS.lookAgain}
            onClick={() => {
              setStopped(false);
            }}
          >
            Look again
          </TipButton>
        )}
      </div>
      {look === null ? (
        <p className="caption">{isStopped ? LOOKS.notTested : LOOKS.testing}</p>
      ) : (
        <>
          <p>
            <Summary look={look} />
          </p>
          {classNames.length <= MATRIX_CLASSES ? (
            <Matrix
              describedBy={help}
              confusion={look.confusion}
              names={classNames}
              chosen={cell}
              onChoose={choose}
            />
          ) : (
            <ul className="mistakes-pairs" aria-label="What is confused most">
              {largestCells(look.confusion, classNames.length, 20).map((pair) => (
                <li key={`${pair.label},${pair.predicted}`}>
                  <button
                    type="button"
                    aria-describedby={help}
                    onClick={() => {
                      choose(pair);
                    }}
                  >
                    {name(pair.label)}, taken for {name(pair.predicted)}:{' '}
                    {whole(countAt(look.confusion, classNames.length, pair))}
                  </button>
                </li>
              ))}
            </ul>
          )}
          <p className="caption" id={help}>
            {look.cell === null ? (
              LOOKS.worst
            ) : (
              <>
                {name(look.cell.label)}, taken for {name(look.cell.predicted)}: {whole(look.count)}.{' '}
                <TipButton
                  help={LOOKS.allMistakes}
                  onClick={() => {
                    choose(null);
                  }}
                >
                  All mistakes
                </TipButton>
              </>
            )}
          </p>
          <ol className="mistakes-list" aria-label="Mistakes, the most confident first">
            {look.shown.map(({ index, label, predicted, margin, picture }) => (
              <li key={index}>
                <button
                  type="button"
                  aria-describedby={`${help}-look`}
                  aria-label={`Test example ${index + 1}: ${name(label)}, taken for ${name(predicted)} by ${figures(margin, 3)}; look at it`}
                  onClick={() => {
                    onPick(index);
                  }}
                >
                  <Picture bytes={picture} shape={shape} />
                  <span>{name(label)}</span>
                  <b>{name(predicted)}</b>
                </button>
              </li>
            ))}
          </ol>
          <p className="caption" id={`${help}-look`}>
            {LOOKS.lookAt}
          </p>
          {look.count > MISTAKES_SHOWN && (
            <TilePager
              noun="mistake"
              units={look.count}
              from={look.from}
              page={MISTAKES_SHOWN}
              onTurn={setFrom}
            />
          )}
          <TableTwin of="mistakes" tables={tables} />
        </>
      )}
    </div>
  );
}

function Summary({ look }: { readonly look: MistakesLook }) {
  const { confusion, examples, weights, step } = look;
  const classes = Math.sqrt(confusion.length);
  const right = Array.from({ length: classes }, (_, k) => confusion[k * classes + k] ?? 0);
  const wrong = examples - right.reduce((sum, n) => sum + n, 0);
  return (
    <>
      <b>{plural(wrong, 'mistake')}</b> in {whole(examples)} test examples (
      {percent((100 * wrong) / examples)}), with {OPTIONS.seenWith[weights]}, step {whole(step)}.
    </>
  );
}
