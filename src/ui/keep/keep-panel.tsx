import { useId, useRef, useState } from 'react';
import { bytes } from '../common/format.ts';
import { keeper, playground, useKeeper, usePage } from '../page.ts';
import { save } from '../runs/save.ts';
import { EXPORTS, type ExportRow } from './exports.ts';
import { KEEP, made } from './text.ts';

/** Checkpoint, exports and figures: what each file is, how large, and a button. */
export default function KeepPanel() {
  const isReady = usePage((state) => state.opened !== null && state.phase !== 'failed');
  const problem = useKeeper((state) => state.problem);
  const [said, setSaid] = useState('');
  return (
    <>
      <p className="own-lead">{KEEP.lead}</p>
      <Open />
      {problem !== null && <p className="own-notice">{problem}</p>}
      {isReady ? (
        <ul className="keep-list">
          {EXPORTS.map((row) => (
            <Row key={row.title} row={row} say={setSaid} />
          ))}
        </ul>
      ) : (
        <p className="caption">{KEEP.none}</p>
      )}
      <p className="caption">{KEEP.frozen}</p>
      <p className="keep-said" aria-live="polite">
        {said}
      </p>
    </>
  );
}

function Open() {
  const help = useId();
  const field = useRef<HTMLInputElement>(null);
  const refused = useKeeper((state) => state.refused);
  return (
    <div className="keep-open">
      <button
        type="button"
        aria-describedby={help}
        onClick={() => {
          field.current?.click();
        }}
      >
        Open a checkpoint …
      </button>
      <input
        ref={field}
        type="file"
        accept=".safetensors"
        hidden
        aria-label="Checkpoint file"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file === undefined) return;
          void keeper.open(file).then((isOpen) => {
            if (isOpen) playground.set({ keepOpen: false });
          });
        }}
      />
      <p className="caption" id={help}>
        {KEEP.open}
      </p>
      {refused !== null && (
        <p className="own-notice" role="alert">
          {refused}
        </p>
      )}
    </div>
  );
}

interface RowProps {
  readonly row: ExportRow;
  readonly say: (sentence: string) => void;
}

function Row({ row, say }: RowProps) {
  const help = useId();
  const [busy, setBusy] = useState(false);
  // Sizes and reasons follow from the run, not from every frame of it.
  usePage((state) => state.opened);
  usePage((state) => state.phase);
  const { state } = playground;
  const refusal = row.refusal(state);
  const press = async () => {
    setBusy(true);
    try {
      const contents = await row.make();
      if (contents === null) say(KEEP.failed);
      else {
        save(row.file, row.type, contents);
        say(made(row.file, contents.length));
      }
    } catch (error) {
      say(error instanceof Error ? error.message : KEEP.failed);
    }
    setBusy(false);
  };
  return (
    <li>
      <div>
        <h3>{row.title}</h3>
        <p className="caption" id={help}>
          {refusal ?? row.help}
        </p>
      </div>
      {refusal === null && <span className="keep-size">about {bytes(row.size(state))}</span>}
      <button
        type="button"
        aria-label={`Save ${row.title}`}
        aria-describedby={help}
        aria-disabled={busy || refusal !== null}
        onClick={() => {
          if (!busy && refusal === null) void press();
        }}
      >
        {busy ? 'Making …' : 'Save'}
      </button>
    </li>
  );
}
