import { useEffect, useRef } from 'react';
import { ACTION_LIST } from '../actions.ts';
import { playground, usePage } from '../page.ts';
import { remember } from '../state/storage.ts';
import { CHARTS, HELP, MODE_HELP, MODE_NAMES } from '../text.ts';
import { MODES } from '../../experiment/spec.ts';

const close = () => {
  playground.set({ helpOpen: false });
};

/** The keys, and what the words of this page mean. */
export function HelpSheet() {
  const open = usePage((state) => state.helpOpen);
  const shortcuts = usePage((state) => state.shortcuts);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys and terms</h2>
      <dl className="keys">
        {ACTION_LIST.filter(({ key }) => key !== null).map((action) => (
          <div key={action.name}>
            <dt>
              <kbd>{action.keyName}</kbd>
            </dt>
            <dd>
              {action.name === 'train' ? 'Train / Pause' : action.label(playground.state)}
              <small>{action.help}</small>
            </dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input
          type="checkbox"
          checked={shortcuts}
          onChange={({ target }) => {
            remember('shortcuts', target.checked ? 'on' : 'off');
            playground.set({ shortcuts: target.checked });
          }}
        />
        {HELP.shortcuts}
      </label>
      <dl className="terms">
        {MODES.map((mode) => (
          <div key={mode}>
            <dt>{MODE_NAMES[mode]} weights</dt>
            <dd>{MODE_HELP[mode]}</dd>
          </div>
        ))}
        <div>
          <dt>H</dt>
          <dd>{HELP.h}</dd>
        </div>
        <div>
          <dt>Sign flips</dt>
          <dd>{CHARTS.flips}</dd>
        </div>
        <div>
          <dt>Stored weights</dt>
          <dd>{CHARTS.stored}</dd>
        </div>
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
