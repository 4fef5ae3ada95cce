import { Suspense, useId, useState, type ReactNode } from 'react';

interface OnDemandProps {
  readonly name: string;
  /** What is in it, in a sentence. */
  readonly caption: string;
  readonly children: ReactNode;
}

/** A section that is closed at first, and whose code comes when it is opened. */
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
        <summary>
          <h2 id={id}>{name}</h2>
          <span className="caption">{caption}</span>
        </summary>
        {open && <Suspense fallback={<p className="caption">Loading …</p>}>{children}</Suspense>}
      </details>
    </section>
  );
}
