/** Where an explanation stands so that it hides neither its control nor, where there is room, another one. Pure. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Size = Pick<Box, 'width' | 'height'>;

/** Between an explanation and its control, and between it and the edge of the window. */
const GAP = 4;
const EDGE = 8;

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top));

/** Places to try, the best liked first: below, above and beside. Further away nobody knows what it explains. */
function placesFor(control: Box, tip: Size, view: Size, side: 'start' | 'end'): readonly Box[] {
  const start = control.left;
  const end = control.left + control.width - tip.width;
  const [first, second] = side === 'start' ? [start, end] : [end, start];
  const middle = (start + end) / 2;
  const below = control.top + control.height + GAP;
  const above = control.top - tip.height - GAP;
  const right = control.left + control.width + GAP;
  const left = control.left - tip.width - GAP;
  const places = [
    [first, below],
    [first, above],
    [middle, below],
    [middle, above],
    [second, below],
    [second, above],
    [right, control.top],
    [left, control.top],
    [right, below],
    [right, above],
    [left, below],
    [left, above],
  ] as const;
  const within = (at: number, size: number, whole: number) =>
    Math.max(EDGE, Math.min(at, whole - size - EDGE));
  return places.map(([left, top]) => ({
    left: within(left, tip.width, view.width),
    top: within(top, tip.height, view.height),
    ...tip,
  }));
}

/** The first place that hides no control; where each hides some, the one that hides least of them. */
export function placeTip(
  control: Box,
  tip: Size,
  others: readonly Box[],
  view: Size,
  side: 'start' | 'end',
): Pick<Box, 'left' | 'top'> {
  const hidden = (place: Box): number =>
    overlap(place, control) > 0
      ? Infinity
      : others.reduce((sum, other) => sum + overlap(place, other), 0);
  const { left, top } = placesFor(control, tip, view, side)
    .map((place) => ({ ...place, hidden: hidden(place) }))
    .reduce((best, place) => (place.hidden < best.hidden ? place : best));
  return { left, top };
}
