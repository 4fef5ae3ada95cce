import { useEffect, useRef, useState } from 'react';
import { shapeOf, type OwnId } from '../../experiment/datasets.ts';
import { bytes, whole } from '../common/format.ts';
import { TipButton } from '../common/tip-button.tsx';
import { usePage } from '../page.ts';
import type { OwnEntry } from './desk-state.ts';
import { desk, useDesk } from './own.ts';
import { OWN, sizeText } from './text.ts';

const dated = (created: number): string =>
  new Date(created).toLocaleDateString(undefined, { dateStyle: 'medium' });

/** What is kept in this browser: to train on, or to delete. */
export function KeptList() {
  const kept = useDesk((state) => state.kept);
  const total = kept.reduce((sum, entry) => sum + entry.bytes, 0);
  return (
    <section className="own-kept" aria-labelledby="own-kept-title">
      <h3 id="own-kept-title">
        Kept in this browser
        {kept.length > 1 && <small>{bytes(total)} in all</small>}
      </h3>
      {kept.length === 0 ? (
        <p className="caption">{OWN.none}</p>
      ) : (
        <ul>
          {kept.map((entry) => (
            <KeptRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </section>
  );
}

function KeptRow({ entry }: { readonly entry: OwnEntry }) {
  const { id, name, examples, created, visit } = entry;
  const [asking, setAsking] = useState(false);
  const { classes, ...shape } = shapeOf(id);
  return (
    <li>
      <div className="own-what">
        <b>{name}</b>
        <span>
          {whole(examples)} examples, {sizeText(shape)}, {classes} classes
        </span>
        <span>
          {bytes(entry.bytes)}, {visit ? 'only until the page is closed' : dated(created)}
        </span>
      </div>
      {asking ? (
        <Asking
          id={id}
          name={name}
          onKeep={() => {
            setAsking(false);
          }}
        />
      ) : (
        <div className="own-row-buttons">
          <TipButton
            help={OWN.use}
            side="end"
            aria-label={`Use ${name}`}
            onClick={() => {
              desk.close();
              desk.train(id);
            }}
          >
            Use
          </TipButton>
          <TipButton
            help={OWN.remove}
            side="end"
            className="quiet"
            aria-label={`Delete ${name}`}
            onClick={() => {
              setAsking(true);
            }}
          >
            Delete
          </TipButton>
        </div>
      )}
    </li>
  );
}

interface AskingProps {
  readonly id: OwnId;
  readonly name: string;
  readonly onKeep: () => void;
}

/** Deleting cannot be undone: the files are somewhere else, if anywhere. */
function Asking({ id, name, onKeep }: AskingProps) {
  const inUse = usePage((state) => state.run.spec.data === id);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    keep.current?.focus();
  }, []);
  return (
    <div className="own-asking" role="group" aria-label={`Delete ${name}?`}>
      <p>Delete it for good? {inUse && OWN.inUse}</p>
      <TipButton help="Deletes nothing." side="end" ref={keep} onClick={onKeep}>
        Keep
      </TipButton>
      <TipButton
        help="Takes it out of this browser; only the files it came from are left."
        side="end"
        className="danger"
        onClick={() => {
          void desk.remove(id);
          // The row goes; the panel's first button is where its reader goes on.
          document.querySelector<HTMLElement>('dialog.own [data-focus]')?.focus();
        }}
      >
        Delete for good
      </TipButton>
    </div>
  );
}
