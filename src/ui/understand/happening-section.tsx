import { lazy } from 'react';
import { OnDemand } from '../common/on-demand.tsx';
import { HAPPENING } from './following.ts';

const Panel = lazy(() => import('./happening-panel.tsx'));

/** Closed until someone asks what becomes of a weight. */
export const HappeningSection = () => (
  <OnDemand
    name={HAPPENING}
    caption="One weight through one training step, phase by phase, with its numbers."
  >
    <Panel />
  </OnDemand>
);
