import type { AxisKind } from './axis.ts';
import { placeText } from './axis.ts';
import { type ChartModel, valuesAt } from './chart-model.ts';
import { LineSample } from './legend.tsx';
import type { PlotRow } from './lines.ts';

interface ReadoutProps extends Pick<ChartModel, 'lines' | 'exact'> {
  readonly row: PlotRow;
  readonly kind: AxisKind;
}

/** The exact values at a place. */
export function Readout({ row, lines, kind, exact }: ReadoutProps) {
  return (
    <div className="readout">
      <p>{placeText(kind, row)}</p>
      {valuesAt(row, lines).map(({ line, name, value }) => (
        <p key={line.key}>
          <LineSample line={line} /> {name} <b>{exact(value)}</b>
        </p>
      ))}
    </div>
  );
}
