import { PanelDialog } from '../common/panel-dialog.tsx';
import { part } from '../common/part.tsx';
import { playground, usePage } from '../page.ts';

const Panel = part(() => import('./share-panel.tsx'));

const close = () => {
  playground.set({ shareOpen: false });
};

/** All ways to pass a run on; the code comes when it is opened. */
export function ShareDialog() {
  const open = usePage((state) => state.shareOpen);
  return (
    <PanelDialog title="Ways to share" className="share" open={open} onClose={close}>
      {open && <Panel />}
    </PanelDialog>
  );
}
