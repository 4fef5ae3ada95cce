import { TipButton } from '../common/tip-button.tsx';
import type { Stage } from './desk-state.ts';
import { desk } from './own.ts';

/** How far reading has come; it can be given up at any moment. */
export function ReadingView({ stage }: { readonly stage: Extract<Stage, { kind: 'reading' }> }) {
  const { what, share } = stage;
  return (
    <div className="own-reading">
      <p>{what}</p>
      <progress
        aria-label="Reading"
        {...(share !== null && { value: Math.min(1, share) })}
        max={1}
      />
      <TipButton
        help="Gives up reading; nothing was kept of it."
        data-focus
        onClick={() => {
          desk.again();
        }}
      >
        Cancel
      </TipButton>
    </div>
  );
}
