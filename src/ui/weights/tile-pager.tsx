import { TipButton } from '../common/tip-button.tsx';

interface TilePagerProps {
  /** What there are several of: `unit`, `channel`. */
  readonly noun: string;
  /** What they belong to, where more than one pager is in sight. */
  readonly of?: string;
  readonly units: number;
  readonly from: number;
  /** How many fit the picture now. */
  readonly page: number;
  readonly onTurn: (from: number) => void;
}

/** Turns the pages of a layer that has more units than the picture has room. */
export function TilePager({ noun, of, units, from, page, onTurn }: TilePagerProps) {
  const belongs = of === undefined ? '' : ` of ${of}`;
  return (
    <p className="pager">
      <TipButton
        help={`Shows the ${noun}s before these.`}
        className="quiet"
        aria-label={`Earlier ${noun}s${belongs}`}
        aria-disabled={from === 0}
        onClick={() => {
          onTurn(Math.max(0, from - page));
        }}
      >
        ←
      </TipButton>
      <span>
        from {noun} {units === 0 ? '–' : from + 1} of {units}
      </span>
      <TipButton
        help={`Shows the ${noun}s after these.`}
        className="quiet"
        aria-label={`Later ${noun}s${belongs}`}
        onClick={() => {
          if (from + page < units) onTurn(from + page);
        }}
      >
        →
      </TipButton>
    </p>
  );
}
