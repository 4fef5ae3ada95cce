import { useId, type ReactNode } from 'react';
import { TableTwin, type Twin } from '../common/table-twin.tsx';

interface RegionProps {
  readonly name: string;
  /** What is shown, in a sentence. */
  readonly caption: string;
  readonly tables: readonly Twin[];
  readonly children: ReactNode;
}

/** A named picture of the run with its table twin. */
export function Region({ name, caption, tables, children }: RegionProps) {
  const id = useId();
  return (
    <section className="region" aria-labelledby={id}>
      <div className="region-head">
        <h3 id={id}>{name}</h3>
        <p className="caption">{caption}</p>
      </div>
      {children}
      <TableTwin of={name.toLowerCase()} tables={tables} />
    </section>
  );
}
