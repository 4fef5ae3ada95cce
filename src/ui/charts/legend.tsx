import type { PlotLine } from './lines.ts';

export interface LegendEntry {
  readonly line: PlotLine;
  /** The latest value, as text. */
  readonly latest: string;
}

/** What each line is, drawn as the chart draws it, with its latest value. */
export function Legend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul className="legend">
      {entries.map(({ line, latest }) => (
        <li key={line.key}>
          <svg viewBox="0 0 26 10" width="26" height="10" aria-hidden="true">
            <path
              d="M0 5H26"
              stroke={line.colour}
              strokeWidth="1.6"
              strokeDasharray={line.dash}
              fill="none"
            />
            {line.look === 'ring' && (
              <circle
                cx="13"
                cy="5"
                r="3"
                fill="var(--paper)"
                stroke={line.colour}
                strokeWidth="1.5"
              />
            )}
            {(line.look === 'disc' || line.look === 'kept-disc') && (
              <circle cx="13" cy="5" r="3" fill={line.colour} />
            )}
          </svg>
          {line.name} <b>{latest}</b>
        </li>
      ))}
    </ul>
  );
}
