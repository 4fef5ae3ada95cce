import type { ExampleLook } from '../../session/protocol.ts';
import { figures } from '../../experiment/digits.ts';
import { scoreRows } from './maps.ts';

interface ScoresProps {
  readonly look: ExampleLook | null;
  readonly names: readonly string[];
}

/** The classes' scores as bars; the table beneath has the numbers for those who do not see them. */
export function Scores({ look, names }: ScoresProps) {
  if (look === null) return null;
  return (
    <ol className="scores" aria-label="Scores">
      {scoreRows(look, names).map(({ name, score, share, isPredicted, isLabel }) => (
        <li key={name} data-predicted={isPredicted} data-label={isLabel}>
          <span className="score-name">
            {name}
            {isLabel && <span className="visually-hidden"> (true class)</span>}
          </span>
          <span className="score-bar">
            <i style={{ width: `${100 * share}%` }} />
          </span>
          <span className="number">{figures(score, 3)}</span>
        </li>
      ))}
    </ol>
  );
}
