import { useId, useState } from 'react';
import { LESSON_PARTS, type LessonPart } from '../../experiment/lesson.ts';
import { encodeLink } from '../../experiment/link.ts';
import { plural, whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { TipSummary } from '../common/tip-summary.tsx';
import { playground, usePage } from '../page.ts';
import { jsonOf } from '../runs/files.ts';
import { takeRun } from '../runs/kept-run.ts';
import { save } from '../runs/save.ts';
import { copy, sharedRun } from '../state/share.ts';
import { QrView } from './qr-view.tsx';
import { PART_NAMES, SHARE } from './text.ts';
import { useResultText } from './use-result-text.ts';
import '../styles/share.css';

const urlOf = (hash: string): string => new URL(hash, location.href).href;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** The link, what goes into it, and the ways it can be passed on. */
export default function SharePanel() {
  usePage((state) => state.run);
  const phase = usePage((state) => state.phase);
  const hidden = usePage((state) => state.hide);
  const [withResult, setWithResult] = useState(false);
  const [autoplay, setAutoplay] = useState(false);
  const [hide, setHide] = useState(hidden);
  const made = useResultText(phase === 'finished');
  const isFinished = phase === 'finished';
  const result = withResult && isFinished && made !== 'making' ? (made?.text ?? null) : null;
  const shown = { autoplay, hide, result };
  const run = sharedRun(playground.state);
  const link = urlOf(encodeLink(run, shown));
  const frame = urlOf(encodeLink(run, { ...shown, embed: true }));
  return (
    <>
      <p className="own-lead">{SHARE.lead}</p>
      <Check name="With the result" help={SHARE.result} checked={withResult} set={setWithResult} />
      {withResult && <ResultLine made={made} isFinished={isFinished} />}
      <Check name="Train at once" help={SHARE.autoplay} checked={autoplay} set={setAutoplay} />
      <Lesson hide={hide} setHide={setHide} />
      <Copied name="Link" text={link} note={plural(link.length, 'character')} />
      <WebShare url={link} />
      <Copied
        name="Embed code"
        text={`<iframe src="${escaped(frame)}" title="BinaryConnect playground" width="100%" height="720" style="border:0"></iframe>`}
        note={SHARE.embed}
      />
      <QrView link={link} hasResult={result !== null} />
    </>
  );
}

interface CheckProps {
  readonly name: string;
  readonly help: string;
  readonly checked: boolean;
  readonly set: (checked: boolean) => void;
}

function Check({ name, help, checked, set }: CheckProps) {
  const id = useId();
  return (
    <div className="share-check">
      <label>
        <input
          type="checkbox"
          aria-describedby={id}
          checked={checked}
          onChange={({ target }) => {
            set(target.checked);
          }}
        />
        {name}
      </label>
      <p className="caption" id={id}>
        {help}
      </p>
    </div>
  );
}

interface ResultLineProps {
  readonly made: ReturnType<typeof useResultText>;
  readonly isFinished: boolean;
}

/** What the result takes up; or why there is none, and what there is instead. */
function ResultLine({ made, isFinished }: ResultLineProps) {
  if (isFinished && made === 'making') return <p className="caption">Packing …</p>;
  if (isFinished && made !== null && made !== 'making') {
    const signs =
      made.signs > 0
        ? `and ${whole(made.signs)} signs of weights`
        : 'without the signs of the weights, which are too many for a link';
    return (
      <>
        <p aria-live="polite">
          It adds {whole(made.text.length)} characters: curves, errors, {signs}.
        </p>
        {made.signs === 0 && <Files />}
      </>
    );
  }
  return (
    <>
      <p aria-live="polite">{isFinished ? SHARE.tooLong : SHARE.unfinished}</p>
      {isFinished && <Files />}
    </>
  );
}

/** What holds what a link does not. */
const Files = () => (
  <p className="runs-buttons">
    <TipButton
      help={SHARE.file}
      onClick={() => {
        const about = { id: 'run', made: Date.now(), slot: 0 };
        const kept = takeRun(playground.state, playground.streams, about);
        if (kept !== null) save('binaryconnect-run.json', 'application/json', jsonOf([kept]));
      }}
    >
      Save the run as a file
    </TipButton>
    <TipButton
      help={SHARE.checkpoint}
      onClick={() => {
        playground.set({ shareOpen: false, keepOpen: true });
      }}
    >
      Save a checkpoint …
    </TipButton>
  </p>
);

interface LessonProps {
  readonly hide: readonly LessonPart[];
  readonly setHide: (hide: readonly LessonPart[]) => void;
}

function Lesson({ hide, setHide }: LessonProps) {
  const help = useId();
  return (
    <details className="share-lesson">
      <TipSummary help={SHARE.parts}>
        Lesson: leave controls out{hide.length > 0 && ` (${plural(hide.length, 'part')})`}
      </TipSummary>
      <p className="caption" id={help}>
        {SHARE.parts}
      </p>
      <ul>
        {LESSON_PARTS.map((part) => (
          <li key={part}>
            <label>
              <input
                type="checkbox"
                aria-describedby={help}
                checked={hide.includes(part)}
                onChange={({ target }) => {
                  const others = hide.filter((known) => known !== part);
                  setHide(target.checked ? [...others, part] : others);
                }}
              />
              {PART_NAMES[part]}
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}

interface CopiedProps {
  readonly name: string;
  readonly text: string;
  readonly note: string;
}

/** A text to be taken elsewhere: shown, and copied by a button. */
function Copied({ name, text, note }: CopiedProps) {
  const id = useId();
  const [said, setSaid] = useState('');
  return (
    <div className="share-text">
      <label htmlFor={id}>{name}</label>
      <input
        id={id}
        type="text"
        readOnly
        value={text}
        aria-describedby={`${id}-note`}
        onFocus={({ target }) => {
          target.select();
        }}
      />
      <TipButton
        help={SHARE.copy}
        aria-label={`Copy ${name}`}
        onClick={() => {
          void copy(text).then((copied) => {
            setSaid(copied ? SHARE.copied : SHARE.denied);
          });
        }}
      >
        Copy
      </TipButton>
      <p className="caption" id={`${id}-note`}>
        {note} <span aria-live="polite">{said}</span>
      </p>
    </div>
  );
}

/** Where the device has apps that take links. */
function WebShare({ url }: { readonly url: string }) {
  const id = useId();
  const [said, setSaid] = useState('');
  // Many browsers have none, whatever the types say.
  if (!('share' in navigator)) return null;
  return (
    <p className="share-web">
      <button
        type="button"
        aria-describedby={id}
        onClick={() => {
          setSaid('');
          navigator.share({ title: 'BinaryConnect playground', url }).catch((error: unknown) => {
            // A person who thinks better of it needs no sentence.
            const isOff = error instanceof DOMException && error.name === 'AbortError';
            if (!isOff) setSaid(SHARE.unshared);
          });
        }}
      >
        Hand to an app …
      </button>{' '}
      <span className="caption" id={id}>
        {SHARE.web}
      </span>{' '}
      <span className="caption" aria-live="polite">
        {said}
      </span>
    </p>
  );
}
