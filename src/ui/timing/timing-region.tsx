import { useId } from 'react';
import { ActionButton } from '../common/action-button.tsx';
import { usePage } from '../page.ts';
import { refusalOf } from '../state/page-state.ts';
import { KERNEL_ORIGINS, NO_CLOCK, NO_KERNELS_HERE, TIMING } from '../text.ts';
import { clockText, workText } from './rows.ts';
import { TimingTable } from './timing-table.tsx';

/** Which kernels compute a step, and how long each of them takes on this adapter. */
export function TimingRegion() {
  const id = useId();
  const adapter = usePage((state) => state.opened?.adapter ?? null);
  const profile = usePage((state) => state.profile);
  const profiling = usePage((state) => state.profiling);
  const finished = usePage((state) => refusalOf(state) === 'finished');
  return (
    <section className="region" aria-labelledby={id}>
      <details className="twin timing">
        <summary aria-describedby={`${id}-caption`}>
          <h3 id={id}>Where the time goes</h3>
          <span className="caption" id={`${id}-caption`}>
            {TIMING.caption}
          </span>
        </summary>
        {adapter !== null && !adapter.cpu && (
          <p>
            Kernels <code>{adapter.kernels}</code>, {KERNEL_ORIGINS[adapter.origin]}.
          </p>
        )}
        {adapter?.clock === false ? (
          <p>{adapter.cpu ? NO_KERNELS_HERE : NO_CLOCK}</p>
        ) : (
          <p className="timing-button">
            <ActionButton name="profile" />
            {profiling ? TIMING.under : finished && TIMING.finished}
          </p>
        )}
        {profile !== null && (
          <>
            <TimingTable profile={profile} />
            <p className="caption">
              {workText(profile)} {clockText(profile)}
            </p>
          </>
        )}
      </details>
    </section>
  );
}
