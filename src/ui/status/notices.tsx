import { usePage } from '../page.ts';
import { BrokenLinkNotice } from './broken-link-notice.tsx';
import { CancelledNotice } from './cancelled-notice.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { LoadingNotice } from './loading-notice.tsx';

/** What stands between a person and a running net: at most one thing at a time. */
export function Notices() {
  const phase = usePage((state) => state.phase);
  const failure = usePage((state) => state.failure);
  const brokenLink = usePage((state) => state.brokenLink);
  if (brokenLink !== null) return <BrokenLinkNotice link={brokenLink} />;
  if (phase === 'failed' && failure !== null) return <FailureNotice failure={failure} />;
  if (phase === 'cancelled') return <CancelledNotice />;
  if (phase === 'loading' || phase === 'building' || phase === 'idle') return <LoadingNotice />;
  return null;
}
