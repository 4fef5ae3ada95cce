import { type ReactNode, useEffect, useId, useRef } from 'react';
import { TipButton } from './tip-button.tsx';

interface PanelDialogProps {
  readonly title: string;
  readonly className?: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A panel that lies over the page, with its title and a way out. */
export function PanelDialog({ title, className = '', open, onClose, children }: PanelDialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={`own ${className}`} aria-labelledby={id} onClose={onClose}>
      <div className="own-head">
        <h2 id={id}>{title}</h2>
        <TipButton
          help="Closes this panel; Escape does the same."
          side="end"
          className="quiet"
          aria-label="Close"
          onClick={onClose}
        >
          ×
        </TipButton>
      </div>
      {children}
    </dialog>
  );
}
