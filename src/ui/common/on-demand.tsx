import { useId, useState, type ReactNode } from 'react';

interface OnDemandProps {
  readonly name: string;
  /** What is in it, in a sentence. */
  readonly caption: string;
  /** Drawn once it is open. */
  readonly children: ReactNode;
}

/** A section that is closed at first; the code of what is in it comes when it is opened. */
export function OnDemand({ name, caption, children }: OnDemandProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <section className="on-demand" aria-labelledby={id}>
      <details
        onToggle={({ currentTarget }) => {
          setOpen(currentTarget.open);
        }}
      >
        <summary aria-describedby={`${id}-caption`}>
          <h2 id={id}>{name}</h2>
          <span className="caption" id={`${id}-caption`}>
            {caption}
          </span>
        </summary>
        {open && children}
      </details>
    </section>
  );
}
