/**
 * Charts as SVG text. Both axes are logarithmic; every series says its name at its right end. The
 * picture brings its own ground, so that its colours stand out as much on a dark page as on a light one.
 */

export interface Mark {
  readonly x: number;
  readonly y: number;
  /** Slowest and fastest window; a line from one to the other. */
  readonly from: number;
  readonly to: number;
}

export interface Series {
  readonly name: string;
  readonly colour: string;
  /** Told apart by more than colour. */
  readonly shape: 'circle' | 'square';
  readonly marks: readonly Mark[];
}

/** A curve without marks: what a model says. */
export interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Chart {
  readonly title: string;
  /** In a sentence or two, for who does not see it. */
  readonly description: string;
  readonly x: string;
  readonly y: string;
  /** Where the x axis has numbers, and where it is marked without. */
  readonly xTicks: readonly number[];
  readonly xStubs: readonly number[];
  readonly series: readonly Series[];
  readonly line: Line | null;
}

const WIDTH = 760;
const HEIGHT = 440;
/** Of the plane between the axes. */
const BOX = { left: 76, right: 656, top: 64, bottom: 376 };
const FONT = "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
const GROUND = '#ffffff';
const EDGE = '#d0d7de';
const GRID = '#e6e9ed';
const TEXT = '#1f2328';
const QUIET = '#57606a';
/** Least distance between two labels at the right. */
const LABEL_STEP = 20;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const px = (value: number): string => String(Number(value.toFixed(1)));

/** 1, 10, 100 as they are, thousands grouped by a thin space, from a million on a power of ten. */
export function tickLabel(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (value >= 1e5 && Math.abs(value / 10 ** exponent - 1) < 1e-9) {
    const raised = String(exponent).replaceAll(/\d/g, (digit) =>
      '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)),
    );
    return `10${raised}`;
  }
  return String(Number(value.toPrecision(4))).replace(/\B(?=(\d{3})+$)/, '\u2009');
}

const DIGITS = [1, 2, 5];

/** Smallest and largest number of an axis: 1, 2 or 5 times a power of ten, around all values. */
export function rangeFor(values: readonly number[]): [low: number, high: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const power = (value: number) => 10 ** Math.floor(Math.log10(value));
  // A value that is such a number stays, whatever its last bits say.
  const below = DIGITS.map((digit) => digit * power(low)).findLast((one) => one <= low * 1.0001);
  const above = [...DIGITS, 10, 20].map((digit) => digit * power(high));
  const from = below ?? low;
  return [from, above.find((one) => one >= high * 0.9999 && one > from) ?? high];
}

/** Numbers for an axis: powers of ten, and where they are few, 2 and 5 times them as well. */
export function ticksFor([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const digits = high / low <= 1000 ? DIGITS : [1];
  return Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k))
    .flatMap((power) => digits.map((digit) => digit * power))
    .filter((tick) => tick >= low * 0.9999 && tick <= high * 1.0001);
}

/** Positions as wanted where they keep their distance, else moved apart, in the same order. */
export function spread(wanted: readonly number[], step: number): number[] {
  const order = wanted.map((y, k) => ({ y, k })).toSorted((a, b) => a.y - b.y);
  const result = [...wanted];
  let below = -Infinity;
  for (const { y, k } of order) {
    below = Math.max(y, below + step);
    result[k] = below;
  }
  return result;
}

const text = (x: number, y: number, words: string, more: string): string =>
  `<text x="${px(x)}" y="${px(y)}" ${more}>${escape(words)}</text>`;

function mark({ shape }: Series, x: number, y: number): string {
  return shape === 'circle'
    ? `<circle cx="${px(x)}" cy="${px(y)}" r="4.5"/>`
    : `<rect x="${px(x - 4)}" y="${px(y - 4)}" width="8" height="8"/>`;
}

/** The whole picture. Every number must be positive. */
export function svgOf(chart: Chart): string {
  const marks = chart.series.flatMap((series) => series.marks);
  const xs = [...chart.xTicks, ...marks.map(({ x }) => x)];
  const yRange = rangeFor([
    ...marks.flatMap(({ from, to }) => [from, to]),
    ...(chart.line?.points.map(({ y }) => y) ?? []),
  ]);
  const yTicks = ticksFor(yRange);
  const scale = (low: number, high: number, start: number, end: number) => (value: number) =>
    start + ((end - start) * Math.log(value / low)) / Math.log(high / low);
  const X = scale(Math.min(...xs), Math.max(...xs), BOX.left + 16, BOX.right - 8);
  const Y = scale(...yRange, BOX.bottom, BOX.top);
  const path = (points: readonly { readonly x: number; readonly y: number }[]) =>
    points.map(({ x, y }, k) => `${k === 0 ? 'M' : 'L'}${px(X(x))} ${px(Y(y))}`).join('');

  const grid = yTicks.map((tick) => `M${BOX.left} ${px(Y(tick))}H${BOX.right}`).join('');
  const stubs = [...chart.xTicks, ...chart.xStubs]
    .map((tick) => `M${px(X(tick))} ${BOX.bottom}v5`)
    .join('');
  const axes = [
    `<path d="${grid}" stroke="${GRID}" fill="none"/>`,
    `<path d="M${BOX.left} ${BOX.bottom}H${BOX.right}${stubs}" stroke="${QUIET}" fill="none"/>`,
    ...yTicks.map((tick) =>
      text(BOX.left - 10, Y(tick) + 4.5, tickLabel(tick), 'text-anchor="end"'),
    ),
    ...chart.xTicks.map((tick) =>
      text(X(tick), BOX.bottom + 23, tickLabel(tick), 'text-anchor="middle"'),
    ),
    text(
      (BOX.left + BOX.right) / 2,
      BOX.bottom + 48,
      chart.x,
      `text-anchor="middle" fill="${QUIET}"`,
    ),
    text(BOX.left - 46, BOX.top - 14, chart.y, `fill="${QUIET}"`),
  ];

  const line =
    chart.line === null
      ? []
      : [
          `<path d="${path(chart.line.points)}" stroke="${QUIET}" stroke-width="1.5" stroke-dasharray="6 4" fill="none"/>`,
        ];
  const drawn = chart.series.map((series, index) => {
    // Side by side, so that no whisker hides another.
    const aside = 5 * (index - (chart.series.length - 1) / 2);
    const whiskers = series.marks
      .map(({ x, from, to }) => `M${px(X(x) + aside)} ${px(Y(from))}V${px(Y(to))}`)
      .join('');
    const lines = [
      ...(chart.line === null
        ? [`<path d="${path(series.marks)}" transform="translate(${px(aside)})" stroke-width="2"/>`]
        : []),
      `<path d="${whiskers}" stroke-width="1.5"/>`,
    ];
    return [
      `<g stroke="${series.colour}" fill="none">${lines.join('')}</g>`,
      `<g fill="${series.colour}" stroke="${GROUND}" stroke-width="1.5">`,
      ...series.marks.map(({ x, y }) => mark(series, X(x) + aside, Y(y))),
      '</g>',
    ].join('');
  });

  const ends = [
    ...chart.series.map(({ name, colour, marks: own }) => ({ name, colour, last: own.at(-1) })),
    ...(chart.line === null
      ? []
      : [{ name: chart.line.name, colour: QUIET, last: chart.line.points.at(-1) }]),
  ].flatMap(({ name, colour, last }) =>
    last === undefined ? [] : [{ name, colour, y: Y(last.y) }],
  );
  const heights = spread(
    ends.map(({ y }) => y),
    LABEL_STEP,
  );
  const labels = ends.map(({ name, colour }, k) =>
    text(BOX.right + 6, (heights[k] ?? 0) + 5, name, `fill="${colour}" font-weight="600"`),
  );

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc" font-family="${FONT}" font-size="14" fill="${TEXT}">`,
    `<title id="title">${escape(chart.title)}</title>`,
    `<desc id="desc">${escape(chart.description)}</desc>`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="6" fill="${GROUND}" stroke="${EDGE}"/>`,
    text(BOX.left - 46, 30, chart.title, 'font-size="16" font-weight="600"'),
    ...axes,
    ...line,
    ...drawn,
    ...labels,
    '</svg>',
    '',
  ].join('\n');
}
