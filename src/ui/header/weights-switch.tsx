import { MODES } from '../../experiment/spec.ts';
import { Segmented } from '../common/segmented.tsx';
import { playground, usePage } from '../page.ts';
import { MODE_HELP, MODE_NAMES } from '../text.ts';

const SEGMENTS = MODES.map((mode) => ({
  value: mode,
  label: MODE_NAMES[mode],
  help: MODE_HELP[mode],
  mark: mode,
}));

/** How weights propagate. Works before the first step and in the middle of a run. */
export function WeightsSwitch() {
  const mode = usePage((state) => state.mode);
  return (
    <Segmented
      name="Weights"
      value={mode}
      segments={SEGMENTS}
      onChange={(chosen) => {
        playground.setMode(chosen);
      }}
    />
  );
}
