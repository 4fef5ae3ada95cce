import { OnDemand } from '../common/on-demand.tsx';
import { part } from '../common/part.tsx';

const Panel = part(() => import('./accelerator-panel.tsx'));

/** Closed until someone asks where the weights would lie. */
export const AcceleratorSection = () => (
  <OnDemand
    name="Accelerator"
    caption="Where each weight lies on a chip, and how data is routed to it."
  >
    <Panel />
  </OnDemand>
);
