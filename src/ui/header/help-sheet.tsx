import { Fragment, useEffect, useRef } from 'react';
import { ACTION_LIST, ACTIONS } from '../actions.ts';
import { TipButton } from '../common/tip-button.tsx';
import { ColourLegend } from '../glossary/colour-legend.tsx';
import { playground, usePage } from '../page.ts';
import { remember } from '../state/storage.ts';
import { HELP } from '../text.ts';

const close = () => {
  playground.set({ helpOpen: false });
};

/** The keys, and what the colours of this page mean. */
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
              {action.keyName.split(' or ').map((name, k) => (
                <Fragment key={name}>
                  {k > 0 && ' or '}
                  <kbd>{name}</kbd>
                </Fragment>
              ))}
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
          aria-describedby="shortcuts-help"
          checked={shortcuts}
          onChange={({ target }) => {
            remember('shortcuts', target.checked ? 'on' : 'off');
            playground.set({ shortcuts: target.checked });
          }}
        />
        <span id="shortcuts-help">{HELP.shortcuts}</span>
      </label>
      <h3>Colours</h3>
      <ColourLegend />
      <div className="help-more">
        {(['glossary', 'tour', 'palette'] as const).map((name) => (
          <TipButton
            help={ACTIONS[name].help}
            key={name}
            onClick={() => {
              close();
              ACTIONS[name].run(playground);
            }}
          >
            {ACTIONS[name].label(playground.state)}
          </TipButton>
        ))}
        <TipButton help="Closes this sheet; Escape does the same." onClick={close}>
          Close
        </TipButton>
      </div>
    </dialog>
  );
}
