import { useEffect, useRef } from 'react';
import { part } from '../common/part.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';
import { KEEP } from './text.ts';

const Panel = part(() => import('./keep-panel.tsx'));

const close = () => {
  playground.set({ keepOpen: false });
};

/** Checkpoints and exports in one place; its code comes when it is opened. */
export function KeepDialog() {
  const open = usePage((state) => state.keepOpen);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="own keep" aria-labelledby="keep-title" onClose={close}>
      <div className="own-head">
        <h2 id="keep-title">{KEEP.title}</h2>
        <TipButton
          help="Closes this panel; Escape does the same."
          side="end"
          className="quiet"
          aria-label="Close"
          onClick={close}
        >
          ×
        </TipButton>
      </div>
      {open && <Panel />}
    </dialog>
  );
}
