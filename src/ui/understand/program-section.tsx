import { lazy } from 'react';
import { OnDemand } from '../common/on-demand.tsx';

const Panel = lazy(() => import('./program-panel.tsx'));

/** Closed until someone asks what the GPU is told. */
export const ProgramSection = () => (
  <OnDemand
    name="The WGSL of a step"
    caption="The programs that the GPU runs in a training step, in order, as they are compiled."
  >
    <Panel />
  </OnDemand>
);
