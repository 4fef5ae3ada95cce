import { OnDemand } from '../common/on-demand.tsx';
import { part } from '../common/part.tsx';

const Panel = part(() => import('./accounting-panel.tsx'));

/** Closed until someone asks what the method saves. */
export const AccountingSection = () => (
  <OnDemand name="Accounting" caption="Memory, multiplications and energy that this method saves.">
    <Panel />
  </OnDemand>
);
