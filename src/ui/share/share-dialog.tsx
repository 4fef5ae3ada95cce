import { useEffect, useRef } from 'react';
import { part } from '../common/part.tsx';
import { TipButton } from '../common/tip-button.tsx';
import { playground, usePage } from '../page.ts';

const Panel = part(() => import('./share-panel.tsx'));

const close = () => {
  playground.set({ shareOpen: false });
};

/** All ways to pass a run on; the code comes when it is opened. */
export function ShareDialog() {
  const open = usePage((state) => state.shareOpen);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="own share" aria-labelledby="share-title" onClose={close}>
      <div className="own-head">
        <h2 id="share-title">Ways to share</h2>
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
