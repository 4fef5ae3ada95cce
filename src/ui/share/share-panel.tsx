import { useId, useState } from 'react';
import { LESSON_PARTS, type LessonPart } from '../../experiment/lesson.ts';
import { encodeLink } from '../../experiment/link.ts';
import { plural, whole } from '../common/format.ts';
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
    <button
      type="button"
      title={SHARE.file}
      onClick={() => {
        const about = { id: 'run', made: Date.now(), slot: 0 };
        const kept = takeRun(playground.state, playground.streams, about);
        if (kept !== null) save('binaryconnect-run.json', 'application/json', jsonOf([kept]));
      }}
    >
      Save the run as a file
    </button>
    <button
      type="button"
      title={SHARE.checkpoint}
      onClick={() => {
        playground.set({ shareOpen: false, keepOpen: true });
      }}
    >
      Save a checkpoint …
    </button>
  </p>
);

interface LessonProps {
  readonly hide: readonly LessonPart[];
  readonly setHide: (hide: readonly LessonPart[]) => void;
}

function Lesson({ hide, setHide }: LessonProps) {
  return (
    <details className="share-lesson">
      <summary>
        Lesson: leave controls out{hide.length > 0 && ` (${plural(hide.length, 'part')})`}
      </summary>
      <p className="caption">{SHARE.parts}</p>
      <ul>
        {LESSON_PARTS.map((part) => (
          <li key={part}>
            <label>
              <input
                type="checkbox"
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
      <button
        type="button"
        aria-label={`Copy ${name}`}
        onClick={() => {
          void copy(text).then((copied) => {
            setSaid(copied ? SHARE.copied : SHARE.denied);
          });
        }}
      >
        Copy
      </button>
      <p className="caption" id={`${id}-note`}>
        {note} <span aria-live="polite">{said}</span>
      </p>
    </div>
  );
}

/** Where the device has apps that take links. */
function WebShare({ url }: { readonly url: string }) {
  const id = useId();
  // Many browsers have none, whatever the types say.
  if (!('share' in navigator)) return null;
  return (
    <p className="share-web">
      <button
        type="button"
        aria-describedby={id}
        onClick={() => {
          // It rejects where the person thinks better of it.
          navigator.share({ title: 'BinaryConnect playground', url }).catch(() => undefined);
        }}
      >
        Hand to an app …
      </button>{' '}
      <span className="caption" id={id}>
        {SHARE.web}
      </span>
    </p>
  );
}
