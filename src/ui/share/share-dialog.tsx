import { lazy, Suspense, useEffect, useRef } from 'react';
import { playground, usePage } from '../page.ts';

const Panel = lazy(() => import('./share-panel.tsx'));

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
        <button type="button" className="quiet" aria-label="Close" onClick={close}>
          ×
        </button>
      </div>
      {open && (
        <Suspense fallback={<p className="caption">Loading …</p>}>
          <Panel />
        </Suspense>
      )}
    </dialog>
  );
}
