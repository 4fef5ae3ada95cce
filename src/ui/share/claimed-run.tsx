import { part } from '../common/part.tsx';
import { usePage } from '../page.ts';

const Section = part(() => import('./claim-section.tsx'), { waiting: null });

/** Where the link at hand claims a result: the code to read it comes with it. */
export function ClaimedRun() {
  const claim = usePage((state) => state.claim);
  if (claim === null) return null;
  return <Section claim={claim} />;
}
