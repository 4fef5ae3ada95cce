import { TipButton } from '../common/tip-button.tsx';
import type { Stage } from './desk-state.ts';
import { desk } from './own.ts';
import { ReadingForm } from './reading-form.tsx';

/** What is wrong, and where something can be chosen that may help, that. */
export function RefusedView({ stage }: { readonly stage: Extract<Stage, { kind: 'refused' }> }) {
  const { error, questions, choices } = stage;
  return (
    <div className="own-refused">
      <div role="alert" className="notice">
        <h3>This cannot be read as it is</h3>
        <p>{error}</p>
        <TipButton
          help="Goes back to choose other files."
          className="primary"
          data-focus
          onClick={() => {
            desk.again();
          }}
        >
          Choose others
        </TipButton>
      </div>
      <ReadingForm questions={questions} choices={choices} />
    </div>
  );
}
