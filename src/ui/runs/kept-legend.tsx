import { LineSample } from '../charts/legend.tsx';
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
  const { id: key, name } = kept;
  return (
    <LineSample
      line={{ ...styleOf(kept), ...{ key, name, look: 'kept', label: numberOf(kept) } }}
    />
  );
}
