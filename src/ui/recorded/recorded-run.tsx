import { part } from '../common/part.tsx';
import { usePage } from '../page.ts';

const Bar = part(() => import('./recorded-bar.tsx'), { waiting: null });

/** While a recording is played: that it is one, and where it stands. */
export function RecordedRun() {
  const isRecorded = usePage((state) => state.recorded !== null);
  if (!isRecorded) return null;
  return <Bar />;
}
