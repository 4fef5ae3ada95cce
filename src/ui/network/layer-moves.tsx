import { TipButton } from '../common/tip-button.tsx';
import { Tip } from '../common/tip.tsx';
import { HELP } from '../text.ts';

interface LayerMovesProps {
  readonly title: string;
  readonly position: number;
  readonly count: number;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

export const moveId = (position: number, by: -1 | 1): string =>
  `layer-${position}-${by < 0 ? 'up' : 'down'}`;

const MOVES = [
  [-1, '↑', 'up', 'moveUp'],
  [1, '↓', 'down', 'moveDown'],
] as const;

/** Buttons that take a layer to another place, or away. */
export function LayerMoves({ title, position, count, onMove, onRemove }: LayerMovesProps) {
  const name = title.toLowerCase();
  return (
    <span className="layer-moves">
      {MOVES.map(([by, sign, where, help]) => {
        const target = position + by;
        const enabled = target >= 0 && target < count;
        return (
          <Tip key={where} text={HELP[help]} side="end">
            {(describedBy) => (
              <button
                type="button"
                id={moveId(position, by)}
                className="quiet"
                aria-label={`Move ${name} ${where}`}
                aria-describedby={describedBy}
                aria-disabled={!enabled}
                onClick={() => {
                  if (enabled) onMove(by);
                }}
              >
                {sign}
              </button>
            )}
          </Tip>
        );
      })}
      <TipButton
        help={HELP.removeLayer}
        side="end"
        className="quiet"
        aria-label={`Remove ${name}`}
        onClick={onRemove}
      >
        ×
      </TipButton>
    </span>
  );
}
