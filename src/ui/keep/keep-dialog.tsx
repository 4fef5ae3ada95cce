import { PanelDialog } from '../common/panel-dialog.tsx';
import { part } from '../common/part.tsx';
import { playground, usePage } from '../page.ts';
import { KEEP } from './text.ts';

const Panel = part(() => import('./keep-panel.tsx'));

const close = () => {
  playground.set({ keepOpen: false });
};

/** Checkpoints and exports in one place; its code comes when it is opened. */
export function KeepDialog() {
  const open = usePage((state) => state.keepOpen);
  return (
    <PanelDialog title={KEEP.title} className="keep" open={open} onClose={close}>
      {open && <Panel />}
    </PanelDialog>
  );
}
