/** The few marks that the drawings are made of. Lengths are the drawing's own units, about a pixel each. */
import type { ReactNode } from 'react';

/** Of every drawing: they stand side by side, and their wires meet. */
export const WIDTH = 290;
export const HEIGHT = 316;
/** Where the activations' bus and the outputs' wire pass from one drawing to the next. */
export const BUS = 252;
export const OUTPUT = 298;

interface FigureProps {
  readonly number: number;
  readonly name: string;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly height?: number;
  readonly caption: ReactNode;
  readonly children: ReactNode;
}

export function Figure({ number, name, label, height = HEIGHT, caption, children }: FigureProps) {
  return (
    <figure className="figure">
      <h3>
        <span className="figure-number">{number}</span> {name}
      </h3>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label}>
        {children}
      </svg>
      <figcaption className="caption">{caption}</figcaption>
    </figure>
  );
}

type Point = readonly [x: number, y: number];

interface WireProps {
  readonly points: readonly Point[];
  /** An arrow head at its end. */
  readonly arrow?: boolean;
  /** Several numbers at once. */
  readonly wide?: boolean;
  readonly lit?: boolean;
  readonly dashed?: boolean;
}

/** A line along points, with an arrow head where it ends. */
export function Wire({
  points,
  arrow = true,
  wide = false,
  lit = false,
  dashed = false,
}: WireProps) {
  const classes = ['wire', wide && 'wide', lit && 'lit', dashed && 'dashed'];
  return (
    <>
      <polyline
        className={classes.filter(Boolean).join(' ')}
        points={points.map((point) => point.join(',')).join(' ')}
      />
      {arrow && <Head points={points} lit={lit} />}
    </>
  );
}

function Head({ points, lit }: { readonly points: readonly Point[]; readonly lit: boolean }) {
  const [x = 0, y = 0] = points.at(-1) ?? [];
  const [px = 0, py = 0] = points.at(-2) ?? [];
  const length = Math.hypot(x - px, y - py) || 1;
  const [dx, dy] = [(x - px) / length, (y - py) / length];
  const corner = (side: 1 | -1) => `${x - 6 * dx - side * 3 * dy},${y - 6 * dy + side * 3 * dx}`;
  return (
    <polygon
      className={lit ? 'head lit' : 'head'}
      points={`${x},${y} ${corner(1)} ${corner(-1)}`}
    />
  );
}

interface BoxProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text?: string;
  readonly of?: 'unit' | 'store' | 'outside';
}

/** A unit that computes, one that keeps numbers, or something outside. */
export function Box({ x, y, width, height, text, of = 'unit' }: BoxProps) {
  return (
    <>
      <rect className={`box ${of}`} x={x} y={y} width={width} height={height} />
      {text !== undefined && (
        <text x={x + width / 2} y={y + height / 2 + 4} textAnchor="middle">
          {text}
        </text>
      )}
    </>
  );
}

interface NoteProps {
  readonly x: number;
  readonly y: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly children: ReactNode;
}

/** Words beside something. */
export const Note = ({ x, y, anchor = 'start', children }: NoteProps) => (
  <text className="note" x={x} y={y} textAnchor={anchor}>
    {children}
  </text>
);
