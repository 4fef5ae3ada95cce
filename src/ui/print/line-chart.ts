/** A line chart for paper. Pure. */
import { AXIS_TITLES, axisTicks } from '../charts/axis.ts';
import { type ChartModel, levelsFor, spokenName, zerosText } from '../charts/chart-model.ts';
import { lineEnds } from '../charts/ends.ts';
import { isKept, isSparse, type PlotLine, type PlotRow } from '../charts/lines.ts';
import { printColour } from './colours.ts';
import { INNER, round, sheet, text, widthOf } from './svg.ts';

const LEFT = 56;
const RIGHT = 22;
const PLANE = 300;
/** What a label at a line's end takes of the height. */
const LABEL = 12;
const FAINT = '#565b63';
const HAIR = '#dedbd3';

interface Plane {
  readonly x: (x: number) => number;
  /** Null where a value has no place: zero on a log axis. */
  readonly y: (value: number) => number | null;
}

/** What a line is, and what it ends with. */
export interface PrintedLine {
  readonly line: PlotLine;
  readonly name: string;
  readonly latest: string;
}

/** All lines but the faint ones, which their legend names with those before them. */
export function printedLines(chart: ChartModel): PrintedLine[] {
  return chart.lines
    .filter(({ look }) => look !== 'faint')
    .flatMap((line) => {
      const value = chart.rows.findLast((row) => line.key in row)?.[line.key];
      return value === undefined
        ? []
        : [{ line, name: spokenName(line, chart.lines), latest: chart.exact(value) }];
    });
}

export function printLineChart(chart: ChartModel, facts: string): ReturnType<typeof sheet> {
  const { rows, end, lines, decades, references, marks, kind, tick } = chart;
  const across = axisTicks(kind, end);
  const levels = levelsFor(chart);
  const [low, high] = [levels[0] ?? 0, levels.at(-1) ?? 1];
  const width = INNER - LEFT - RIGHT;
  const legend = legendOf(printedLines(chart), references.length > 0 ? references : []);
  const top = legend.height + 18;
  const scale = decades ? Math.log10 : (value: number) => value;
  const plane: Plane = {
    x: (x) => LEFT + (width * x) / (end > 0 ? end : 1),
    y: (value) => {
      if (decades && value <= 0) return null;
      const share = (scale(value) - scale(low)) / (scale(high) - scale(low));
      return top + PLANE * (1 - share);
    },
  };
  const bottom = top + PLANE;
  const zeros = zerosText(chart);
  const body = [
    legend.svg,
    `<clipPath id="plane"><rect x="${LEFT}" y="${top - 3}" width="${width + 3}" height="${PLANE + 6}"/></clipPath>`,
    ...levels.flatMap((level) => {
      const y = round(plane.y(level) ?? bottom);
      return [
        `<path d="M${LEFT} ${y}H${LEFT + width}" stroke="${HAIR}"/>`,
        text(LEFT - 8, y + 4, tick(level), { size: 11, fill: FAINT, anchor: 'end' }),
      ];
    }),
    `<path d="M${LEFT} ${bottom}H${LEFT + width}" stroke="#87837a"/>`,
    ...across.values.flatMap((value) => [
      `<path d="M${round(plane.x(value))} ${bottom}v4" stroke="#87837a"/>`,
      text(plane.x(value), bottom + 17, across.print(value), {
        ...{ size: 11, fill: FAINT, anchor: 'middle' },
      }),
    ]),
    text(LEFT + width / 2, bottom + 34, AXIS_TITLES[kind], { size: 12, anchor: 'middle' }),
    ...marks.flatMap(({ x, text: said }) => {
      const at = round(plane.x(x));
      const isLate = x > 0.6 * end;
      return [
        `<path d="M${at} ${top}V${bottom}" stroke="${FAINT}" stroke-dasharray="1 3"/>`,
        text(at + (isLate ? -4 : 4), top - 4, said, {
          ...{ size: 11, fill: FAINT, anchor: isLate ? 'end' : 'start' },
        }),
      ];
    }),
    ...references.map(({ value }) => {
      const y = plane.y(value);
      return y === null
        ? ''
        : `<path d="M${LEFT} ${round(y)}H${LEFT + width}" stroke="#1b1e22" stroke-dasharray="6 4"/>`;
    }),
    '<g clip-path="url(#plane)" fill="none" stroke-linejoin="round">',
    ...lines.map((line) => drawn(line, rows, plane)),
    '</g>',
    ...lineEnds(chart, LABEL / PLANE).map(({ label, colour, x, y }) =>
      text(LEFT + width * x + 4, top + PLANE * y + 4, label, {
        ...{ size: 11, fill: printColour(colour) },
      }),
    ),
    ...(zeros === null ? [] : [text(LEFT + 6, bottom - 6, zeros, { size: 11, fill: FAINT })]),
  ].join('\n');
  return sheet({ title: chart.title, facts, body, height: bottom + 40 });
}

function drawn(line: PlotLine, rows: readonly PlotRow[], plane: Plane): string {
  const colour = printColour(line.colour);
  const { look, dash } = line;
  const dots: string[] = [];
  let path = '';
  let joins = false;
  for (const row of rows) {
    const value = row[line.key];
    const y = value === undefined ? null : plane.y(value);
    if (y === null) {
      if (!isSparse(line)) joins = false;
      continue;
    }
    const [px, py] = [round(plane.x(row.x)), round(y)];
    path += `${joins ? 'L' : 'M'}${px} ${py}`;
    joins = true;
    if (isSparse(line)) {
      dots.push(
        `<circle cx="${px}" cy="${py}" r="${look === 'ring' ? 3 : 2.4}" fill="${
          look === 'ring' ? '#ffffff' : colour
        }" stroke="${colour}"/>`,
      );
    }
  }
  const opacity = look === 'faint' ? 0.3 : look === 'plain' ? 1 : 0.85;
  const width = look === 'faint' ? 0.8 : isKept(line) ? 1.1 : 1.5;
  return `<path d="${path}" stroke="${colour}" stroke-width="${width}" opacity="${opacity}"${
    dash === '' ? '' : ` stroke-dasharray="${dash}"`
  }/>${dots.join('')}`;
}

const KEY = 28;
const ROW = 18;

function legendOf(
  entries: readonly PrintedLine[],
  references: ChartModel['references'],
): { readonly svg: string; readonly height: number } {
  const parts: string[] = [];
  let [x, y] = [0, 10];
  const add = (said: string, key: (y: number) => string) => {
    const width = KEY + 6 + widthOf(said, 12) + 18;
    if (x > 0 && x + width > INNER) [x, y] = [0, y + ROW];
    parts.push(
      `<g transform="translate(${round(x)} 0)">${key(y)}${text(KEY + 6, y + 4, said)}</g>`,
    );
    x += width;
  };
  for (const { line, name, latest } of entries) {
    const colour = printColour(line.colour);
    add(`${line.label === undefined ? '' : `${line.label}: `}${name} ${latest}`, (at) => {
      const stroke = `<path d="M0 ${at}H${KEY}" stroke="${colour}" stroke-width="1.6"${
        line.dash === '' ? '' : ` stroke-dasharray="${line.dash}"`
      } fill="none"/>`;
      if (!isSparse(line)) return stroke;
      const fill = line.look === 'ring' ? '#ffffff' : colour;
      return `${stroke}<circle cx="${KEY / 2}" cy="${at}" r="3" fill="${fill}" stroke="${colour}"/>`;
    });
  }
  for (const { text: said } of references) {
    add(said, (at) => `<path d="M0 ${at}H${KEY}" stroke="#1b1e22" stroke-dasharray="6 4"/>`);
  }
  return { svg: parts.join('\n'), height: parts.length === 0 ? 0 : y + 8 };
}
