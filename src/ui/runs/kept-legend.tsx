import type { KeptRun } from './kept-run.ts';
import { colourOf, dashOf } from './overlay.ts';

/** Which of the kept runs stand behind the one at hand, as a chart draws them. */
export function KeptLegend({ runs }: { readonly runs: readonly KeptRun[] }) {
  if (runs.length === 0) return null;
  return (
    <ul className="legend legend-kept" aria-label="Other runs">
      {runs.map((kept) => (
        <li key={kept.id}>
          <RunKey kept={kept} /> {kept.name}
        </li>
      ))}
    </ul>
  );
}

/** A run's line, wherever it is named. */
export const RunKey = ({ kept }: { readonly kept: KeptRun }) => (
  <svg viewBox="0 0 26 10" width="26" height="10" aria-hidden="true">
    <path
      d="M0 5H26"
      stroke={colourOf(kept)}
      strokeWidth="1.4"
      strokeDasharray={dashOf(kept)}
      fill="none"
    />
  </svg>
);
