import { Segmented } from '../common/segmented.tsx';
import { playground, usePage } from '../page.ts';
import { HELP } from '../text.ts';

const SEGMENTS = ([1, 10, 100, 'max'] as const).map((speed) => ({
  value: speed,
  label: speed === 'max' ? 'max' : `${speed}/s`,
  help: HELP.speed,
}));

export function SpeedSwitch() {
  const speed = usePage((state) => state.speed);
  return (
    <Segmented
      name="Speed"
      value={speed}
      segments={SEGMENTS}
      onChange={(chosen) => {
        playground.setSpeed(chosen);
      }}
    />
  );
}
