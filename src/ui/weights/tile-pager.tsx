interface TilePagerProps {
  readonly units: number;
  readonly from: number;
  /** How many tiles fit the picture now. */
  readonly page: () => number;
  readonly onTurn: (from: number) => void;
}

/** Turns the pages of a layer that has more units than the picture has room. */
export function TilePager({ units, from, page, onTurn }: TilePagerProps) {
  return (
    <p className="pager">
      <button
        type="button"
        className="quiet"
        aria-label="Earlier units"
        aria-disabled={from === 0}
        onClick={() => {
          onTurn(Math.max(0, from - page()));
        }}
      >
        ←
      </button>
      <span>
        from unit {units === 0 ? '–' : from + 1} of {units}
      </span>
      <button
        type="button"
        className="quiet"
        aria-label="Later units"
        onClick={() => {
          if (from + page() < units) onTurn(from + page());
        }}
      >
        →
      </button>
    </p>
  );
}
