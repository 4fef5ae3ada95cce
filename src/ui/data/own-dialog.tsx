import { useEffect } from 'react';
import { PanelDialog } from '../common/panel-dialog.tsx';
import { usePage } from '../page.ts';
import { DropOverlay } from './drop-zone.tsx';
import { desk, useDesk } from './own.ts';
import { PreviewView } from './preview-view.tsx';
import { ReadingView } from './reading-view.tsx';
import { RefusedView } from './refused-view.tsx';
import { StartView } from './start-view.tsx';
import { OWN } from './text.ts';

const close = () => {
  desk.close();
};

/** The panel of a person's own data: bring it, look at it, use it, throw it away. */
export function OwnDialog() {
  const open = usePage((state) => state.ownOpen);
  const stage = useDesk((state) => state.stage);
  const said = useDesk((state) => state.said);
  const { kind } = stage;
  useEffect(() => {
    // What was in focus is gone with the stage before. The dialog was opened by its own effect by now.
    if (open) document.querySelector<HTMLElement>('dialog[open] [data-focus]')?.focus();
  }, [open, kind]);
  return (
    <PanelDialog title={OWN.title} open={open} onClose={close}>
      {stage.kind === 'start' && <StartView />}
      {stage.kind === 'reading' && <ReadingView stage={stage} />}
      {stage.kind === 'refused' && <RefusedView stage={stage} />}
      {stage.kind === 'preview' && <PreviewView stage={stage} />}
      {open && <DropOverlay />}
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
    </PanelDialog>
  );
}
