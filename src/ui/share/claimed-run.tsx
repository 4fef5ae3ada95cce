import { lazy, Suspense } from 'react';
import { usePage } from '../page.ts';

const Section = lazy(() => import('./claim-section.tsx'));

/** Where the link at hand claims a result: the code to read it comes with it. */
export function ClaimedRun() {
  const claim = usePage((state) => state.claim);
  if (claim === null) return null;
  return (
    <Suspense fallback={null}>
      <Section claim={claim} />
    </Suspense>
  );
}
