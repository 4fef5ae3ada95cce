import { OnDemand } from '../common/on-demand.tsx';
import { part } from '../common/part.tsx';
import { HAPPENING } from './following.ts';

const Panel = part(() => import('./happening-panel.tsx'));

/** Closed until someone asks what becomes of a weight. */
export const HappeningSection = () => (
  <OnDemand
    name={HAPPENING}
    caption="One weight through one training step, phase by phase, with its numbers."
  >
    <Panel />
  </OnDemand>
);
