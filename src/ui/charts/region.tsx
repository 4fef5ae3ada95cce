import { useId, useState, type ReactNode } from 'react';
import { TermSign } from '../glossary/term-sign.tsx';
import { termOfHeading } from '../glossary/term-of.ts';
import { TableTwin, type Twins } from '../common/table-twin.tsx';

interface RegionProps {
  readonly name: string;
  /** What is shown, in a sentence. */
  readonly caption: string;
  readonly tables: Twins;
  /** What can be done with the picture: stands beside its table. */
  readonly menu?: ReactNode;
  readonly children: ReactNode;
}

/** A named picture of the run with its table twin. */
export function Region({ name, caption, tables, menu, children }: RegionProps) {
  const id = useId();
  const term = termOfHeading(name);
  return (
    <section className="region" aria-labelledby={id}>
      <div className="region-head">
        <h3 id={id}>{name}</h3>
        {term !== null && <TermSign id={term[0]} name={term[1]} sign="?" />}
        <p className="caption">{caption}</p>
      </div>
      {children}
      <div className="region-foot">
        <TableTwin of={name.toLowerCase()} tables={tables} />
        {menu}
      </div>
    </section>
  );
}

interface ClosedRegionProps {
  readonly name: string;
  readonly caption: string;
  readonly children: ReactNode;
}

/** One that is closed at first: what is in it is drawn while it is open. */
export function ClosedRegion({ name, caption, children }: ClosedRegionProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <section className="region" aria-labelledby={id}>
      <details
        className="closed-region"
        onToggle={({ currentTarget, target }) => {
          // Of the disclosures in it nothing is to be heard here.
          if (target === currentTarget) setOpen(currentTarget.open);
        }}
      >
        <summary aria-describedby={`${id}-caption`}>
          <h3 id={id}>{name}</h3>
          <span className="caption" id={`${id}-caption`}>
            {caption}
          </span>
        </summary>
        {open && children}
      </details>
    </section>
  );
}
