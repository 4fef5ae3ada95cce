import { numberOf, type KeptRun } from './kept-run.ts';
import { styleOf } from './overlay.ts';

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

/** A run's line with its number, wherever it is named. */
export function RunKey({ kept }: { readonly kept: KeptRun }) {
  const { colour, dash } = styleOf(kept);
  return (
    <svg className="run-key" viewBox="0 0 40 12" width="40" height="12" aria-hidden="true">
      <path d="M0 6H24" stroke={colour} strokeWidth="1.6" strokeDasharray={dash} fill="none" />
      <text x="27" y="10" fill={colour}>
        {numberOf(kept)}
      </text>
    </svg>
  );
}
