import { lazy, Suspense } from 'react';
import { usePage } from '../page.ts';

const Bar = lazy(() => import('./recorded-bar.tsx'));

/** While a recording is played: that it is one, and where it stands. */
export function RecordedRun() {
  const isRecorded = usePage((state) => state.recorded !== null);
  if (!isRecorded) return null;
  return (
    <Suspense fallback={null}>
      <Bar />
    </Suspense>
  );
}
