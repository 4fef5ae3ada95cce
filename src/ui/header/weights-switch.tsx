import { MODES } from '../../experiment/spec.ts';
import { Segmented } from '../common/segmented.tsx';
import { playground, usePage } from '../page.ts';
import { refusalOf } from '../state/page-state.ts';
import { MODE_HELP, MODE_NAMES, REFUSALS } from '../text.ts';

const SEGMENTS = MODES.map((mode) => ({
  value: mode,
  label: MODE_NAMES[mode],
  help: MODE_HELP[mode],
  mark: mode,
}));

/** How weights propagate. Works before the first step and in the middle of a run, not after its end. */
export function WeightsSwitch() {
  const mode = usePage((state) => state.mode);
  const refusal = usePage((state) =>
    state.step > 0 || state.recorded !== null ? refusalOf(state) : null,
  );
  return (
    <Segmented
      name="Weights"
      value={mode}
      segments={SEGMENTS}
      refusal={refusal === null ? undefined : REFUSALS[refusal]}
      onChange={(chosen) => {
        playground.setMode(chosen);
      }}
    />
  );
}
