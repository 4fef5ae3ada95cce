import { whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { ClassCounts } from './class-counts.tsx';
import type { Stage } from './desk-state.ts';
import { desk } from './own.ts';
import { ReadingForm } from './reading-form.tsx';
import { Samples } from './samples.tsx';
import { SplitChoice } from './split-choice.tsx';
import { OWN, sizeText } from './text.ts';

/** What was read, before anything is trained. */
export function PreviewView({ stage }: { readonly stage: Extract<Stage, { kind: 'preview' }> }) {
  const { preview, questions, choices, name, split } = stage;
  const { official, count, shape, classNames, source, notes } = preview;
  return (
    <>
      <div className="own-preview">
        <section aria-labelledby="own-look">
          <h3 id="own-look" tabIndex={-1} data-focus>
            {OWN.look}
          </h3>
          <Samples preview={preview} />
          <p className="caption">
            {preview.samples.length} of {whole(count)} examples, from all over the data.
          </p>
        </section>
        <div className="own-facts">
          {official === null ? (
            <label className="own-name">
              Name
              <input
                value={name}
                aria-describedby="own-name-help"
                maxLength={60}
                onChange={({ target }) => {
                  desk.setName(target.value);
                }}
              />
              <small id="own-name-help">What it is called on this page.</small>
            </label>
          ) : (
            <p className="own-official">
              These are the official files of <b>{official.title}</b>, all of them: they are used as{' '}
              {official.title} itself, with its own split.
            </p>
          )}
          <dl className="own-numbers">
            <div>
              <dt>Examples</dt>
              <dd>{whole(count)}</dd>
            </div>
            <div>
              <dt>Size</dt>
              <dd>{sizeText(shape)}</dd>
            </div>
            <div>
              <dt>Classes</dt>
              <dd>{classNames.length}</dd>
            </div>
          </dl>
          <ClassCounts preview={preview} />
          {official === null && <SplitChoice preview={preview} split={split} />}
          <p className="caption">{source}.</p>
          {notes.map((note) => (
            <p key={note} className="caption">
              {note}
            </p>
          ))}
        </div>
      </div>
      {official === null && <ReadingForm questions={questions} choices={choices} />}
      <div className="own-end">
        <TipButton
          help="Keeps it in this browser and opens a run on it."
          className="primary"
          onClick={() => {
            desk.use();
          }}
        >
          {official === null ? 'Use this data' : `Use ${official.title}`}
        </TipButton>
        <TipButton
          help="Goes back to choose other files; these are forgotten."
          onClick={() => {
            desk.again();
          }}
        >
          Choose others
        </TipButton>
      </div>
    </>
  );
}
