import type { PlotLine } from './lines.ts';

/** How faint raw values are behind their smoothed line, a share. */
const FAINT = 0.4;

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
          <LineSample line={line} />
          {line.name} <b>{latest}</b>
        </li>
      ))}
    </ul>
  );
}

/** A piece of a line as the chart draws it, with its marker and, where it has one, its number. */
export function LineSample({ line }: { readonly line: PlotLine }) {
  const { colour, dash, look, label } = line;
  const width = label === undefined ? 26 : 40;
  return (
    <svg
      className="line-sample"
      viewBox={`0 0 ${width} 12`}
      width={width}
      height="12"
      aria-hidden="true"
    >
      <path
        d={label === undefined ? 'M0 6H26' : 'M0 6H24'}
        stroke={colour}
        strokeWidth="1.6"
        strokeDasharray={dash}
        strokeOpacity={look === 'faint' ? FAINT : 1}
        fill="none"
      />
      {look === 'ring' && (
        <circle cx="13" cy="6" r="3" fill="var(--paper)" stroke={colour} strokeWidth="1.5" />
      )}
      {(look === 'disc' || look === 'kept-disc') && <circle cx="13" cy="6" r="3" fill={colour} />}
      {label !== undefined && (
        <text x="27" y="10" fill={colour}>
          {label}
        </text>
      )}
    </svg>
  );
}
