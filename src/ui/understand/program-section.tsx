import { OnDemand } from '../common/on-demand.tsx';
import { part } from '../common/part.tsx';

const Panel = part(() => import('./program-panel.tsx'));

/** Closed until someone asks what the GPU is told. */
export const ProgramSection = () => (
  <OnDemand
    name="The WGSL of a step"
    caption="The programs that the GPU runs in a training step, in order, as they are compiled."
  >
    <Panel />
  </OnDemand>
);
