import { type SyntheticEvent, useRef, useState } from 'react';
import { TipButton } from '../common/tip-button.tsx';
import { TipSummary } from '../common/tip-summary.tsx';
import { pickedFiles } from './collect.ts';
import { KeptList } from './kept-list.tsx';
import { desk, useDesk } from './own.ts';
import { OWN, READABLE } from './text.ts';

/** Bring something, or take what is kept. */
export function StartView() {
  const notice = useDesk((state) => state.notice);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <>
      <p className="own-lead">{OWN.lead}</p>
      {notice !== null && <p className="own-notice">{notice}</p>}
      <div className="own-bring">
        <TipButton
          help={OWN.files}
          className="primary"
          data-focus
          onClick={() => files.current?.click()}
        >
          Choose files
        </TipButton>
        <TipButton help={OWN.folder} onClick={() => folder.current?.click()}>
          Choose a folder
        </TipButton>
        <span>{OWN.drop}</span>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label="Files"
          onChange={({ target }) => {
            desk.bring(pickedFiles(target.files));
          }}
        />
        <input
          ref={folder}
          type="file"
          hidden
          aria-label="Folder"
          // What React's types do not know yet.
          {...{ webkitdirectory: '' }}
          onChange={({ target }) => {
            desk.bring(pickedFiles(target.files));
          }}
        />
      </div>
      <AddressForm />
      <KeptList />
      <details className="own-kinds">
        <TipSummary help={OWN.kinds}>What can be read</TipSummary>
        <dl>
          {READABLE.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

/** An address is fetched only when a person typed it and says so. */
function AddressForm() {
  const [address, setAddress] = useState('');
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (address.trim() !== '') void desk.fetch(address);
  };
  return (
    <form className="own-address" onSubmit={submit}>
      <label htmlFor="own-address">{OWN.address}</label>
      <div>
        <input
          id="own-address"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://huggingface.co/datasets/…"
          aria-describedby="own-address-hint"
          value={address}
          onChange={({ target }) => {
            setAddress(target.value);
          }}
        />
        <button
          type="submit"
          aria-describedby="own-address-hint"
          aria-disabled={address.trim() === ''}
        >
          Fetch
        </button>
      </div>
      <p id="own-address-hint" className="caption">
        {OWN.addressHint}
      </p>
    </form>
  );
}
