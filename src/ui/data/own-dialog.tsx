import { useEffect, useRef } from 'react';
import { TipButton } from '../common/tip-button.tsx';
import { usePage } from '../page.ts';
import { DropOverlay } from './drop-zone.tsx';
import { desk, useDesk } from './own.ts';
import { PreviewView } from './preview-view.tsx';
import { ReadingView } from './reading-view.tsx';
import { RefusedView } from './refused-view.tsx';
import { StartView } from './start-view.tsx';
import { OWN } from './text.ts';

/** The panel of a person's own data: bring it, look at it, use it, throw it away. */
export function OwnDialog() {
  const open = usePage((state) => state.ownOpen);
  const stage = useDesk((state) => state.stage);
  const said = useDesk((state) => state.said);
  const dialog = useRef<HTMLDialogElement>(null);
  const { kind } = stage;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  useEffect(() => {
    // What was in focus is gone with the stage before.
    if (open) dialog.current?.querySelector<HTMLElement>('[data-focus]')?.focus();
  }, [open, kind]);
  return (
    <dialog
      ref={dialog}
      className="own"
      aria-labelledby="own-title"
      onClose={() => {
        desk.close();
      }}
    >
      <div className="own-head">
        <h2 id="own-title">{OWN.title}</h2>
        <TipButton
          help="Closes this panel; Escape does the same."
          side="end"
          className="quiet"
          aria-label="Close"
          onClick={() => {
            desk.close();
          }}
        >
          ×
        </TipButton>
      </div>
      {stage.kind === 'start' && <StartView />}
      {stage.kind === 'reading' && <ReadingView stage={stage} />}
      {stage.kind === 'refused' && <RefusedView stage={stage} />}
      {stage.kind === 'preview' && <PreviewView stage={stage} />}
      {open && <DropOverlay />}
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
    </dialog>
  );
}
