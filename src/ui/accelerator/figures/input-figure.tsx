import { lineBufferOf } from '../../../experiment/datapath.ts';
import { windowPlace } from '../../../experiment/accelerator.ts';
import { at } from '../../../experiment/at.ts';
import { plural, times } from '../../common/format.ts';
import { mapsText } from '../../network/plan.ts';
import { type Design, inputText, type Traced } from '../design.ts';
import { elided } from '../elide.ts';
import { Box, BUS, Figure, Note, WIDTH, Wire } from './marks.tsx';

interface InputFigureProps {
  readonly design: Design;
  readonly index: number;
  readonly traced: Traced;
}

/** From where the numbers come to the bus that all elements read. */
export function InputFigure({ design, index, traced }: InputFigureProps) {
  const unit = at(design.units, index);
  const { layer } = unit;
  const source = index === 0 ? 'Example' : at(design.units, index - 1).title;
  const isMap = layer.kind === 'conv';
  const text = inputText(unit);
  return (
    <Figure
      number={1}
      name="Input path"
      label={`Input path of ${unit.title}. ${text}`}
      caption={text}
    >
      <Box x={20} y={6} width={isMap ? 92 : 130} height={24} of="outside" text={source} />
      <Note x={isMap ? 120 : 158} y={22}>
        {mapsText(layer.from)}
        {layer.from.height * layer.from.width === 1 ? ' numbers' : ''}
      </Note>
      {isMap ? <Windows {...{ design, index, traced }} /> : <Queue {...{ design, index }} />}
      <Vector {...{ design, index, traced }} />
    </Figure>
  );
}

/** A dense layer's: words wait, and are as wide as the lanes when they leave. */
function Queue({ design, index }: Omit<InputFigureProps, 'traced'>) {
  const { folded } = at(design.units, index);
  const link = index === 0 ? null : at(design.schedule.links, index - 1);
  return (
    <>
      {link === null ? (
        <Wire
          points={[
            [85, 30],
            [85, 158],
          ]}
          wide
        />
      ) : (
        <>
          <Wire
            points={[
              [85, 30],
              [85, 66],
            ]}
            wide
          />
          <Box x={20} y={66} width={130} height={24} of="store" text="FIFO" />
          <Note x={158} y={75}>
            {plural(link.fifo, 'word')}
          </Note>
          <Note x={158} y={89}>{`of ${link.to}`}</Note>
          <Wire
            points={[
              [85, 90],
              [85, 158],
            ]}
            wide
          />
        </>
      )}
      <Note x={94} y={130}>{`${plural(folded.SIMD, 'number')} a word`}</Note>
    </>
  );
}

const LINES = { x: 20, y: 64, width: 150, height: 74 } as const;

/** A convolution's: lines that are kept, the window on them, and the order in which it leaves. */
function Windows({ design, index, traced }: InputFigureProps) {
  const { layer, folded } = at(design.units, index);
  const { lines } = lineBufferOf(layer);
  const { kernel, padding, from } = layer;
  const rows = Math.max(1, lines);
  const height = LINES.height / rows;
  const width = from.width + 2 * padding;
  // A place is as wide as a line is high where that fits.
  const place = Math.min(height, LINES.width / kernel, Math.max(LINES.width / width, 4));
  const shown = Math.min(width, Math.floor(LINES.width / place));
  const left = Math.min(2, Math.max(0, shown - kernel)) * place;
  const arriving = Math.min(shown, kernel + 4) * place;
  const { row, column } = windowPlace(layer, traced.index.k);
  return (
    <>
      <Wire
        points={[
          [66, 30],
          [66, LINES.y],
        ]}
      />
      <Note x={74} y={47}>
        {padding === 0 ? 'no padding' : `pad ${padding}: ${from.height + 2 * padding} × ${width}`}
      </Note>
      {Array.from({ length: rows }, (_, line) => (
        <rect
          key={line}
          className="box store"
          x={LINES.x}
          y={LINES.y + line * height}
          width={shown * place}
          height={height}
        />
      ))}
      {lines > 0 && (
        <>
          <rect
            className="arriving"
            x={LINES.x}
            y={LINES.y + kernel * height}
            width={arriving}
            height={(rows - kernel) * height}
          />
          <rect
            className="window"
            x={LINES.x + left}
            y={LINES.y}
            width={kernel * place}
            height={kernel * height}
          />
          <rect
            className="cell lit"
            x={LINES.x + left + column * place}
            y={LINES.y + row * height}
            width={place}
            height={height}
          />
        </>
      )}
      <Note x={LINES.x} y={LINES.y + LINES.height + 14}>
        {lines === 0 ? 'a place at a time' : `${lines} lines of ${width} × ${from.channels}`}
      </Note>
      <WindowOrder kernel={kernel} row={row} column={column} />
      <Wire
        points={[
          [150, 142],
          [150, 160],
        ]}
        wide
      />
      <Note x={158} y={157}>{`${folded.SIMD} a cycle`}</Note>
    </>
  );
}

interface WindowOrderProps {
  readonly kernel: number;
  readonly row: number;
  readonly column: number;
}

/** Places of the window in the order that they leave: row by row. Numbered where a number has room. */
function WindowOrder({ kernel, row, column }: WindowOrderProps) {
  const side = 74 / kernel;
  const [x, y] = [198, 64] as const;
  return (
    <>
      {Array.from({ length: kernel * kernel }, (_, place) => {
        const [r, c] = [Math.floor(place / kernel), place % kernel];
        const isLit = r === row && c === column;
        return (
          <g key={place}>
            <rect
              className={isLit ? 'cell lit' : 'cell'}
              x={x + c * side}
              y={y + r * side}
              width={side}
              height={side}
            />
            {kernel <= 5 && (
              <text
                className={isLit ? 'on-lit' : ''}
                x={x + (c + 0.5) * side}
                y={y + (r + 0.5) * side + 4}
                textAnchor="middle"
              >
                {place + 1}
              </text>
            )}
          </g>
        );
      })}
      <Note x={x} y={56}>
        window order
      </Note>
    </>
  );
}

const CELLS = { x: 20, y: 176, width: 200, height: 20, slots: 12 } as const;

/** Where the vector turns down to the bus, and back to itself. */
const TURN = 236;

/** The vector of a product: SF groups, replayed NF times to the bus. */
function Vector({ design, index, traced }: InputFigureProps) {
  const { folded } = at(design.units, index);
  const { SF, NF, SIMD, PE } = folded;
  const group = Math.floor(traced.index.k / SIMD);
  const shown = elided(SF, CELLS.slots, group);
  const cell = Math.min(20, CELLS.width / shown.length);
  const end = CELLS.x + cell * shown.length;
  const y = CELLS.y + CELLS.height / 2;
  return (
    <>
      <Note x={CELLS.x} y={CELLS.y - 4}>{`${plural(SF, 'group')} of ${SIMD}`}</Note>
      {shown.map((g, i) => (
        <g key={i}>
          {g === null ? (
            <text x={CELLS.x + (i + 0.5) * cell} y={y + 3} textAnchor="middle">
              …
            </text>
          ) : (
            <rect
              className={g === group ? 'cell lit' : 'cell'}
              x={CELLS.x + i * cell}
              y={CELLS.y}
              width={cell}
              height={CELLS.height}
            />
          )}
        </g>
      ))}
      <Wire
        points={[
          [end, y],
          [TURN, y],
          [TURN, BUS],
          [WIDTH, BUS],
        ]}
        arrow={false}
        wide
      />
      {NF > 1 && (
        <Wire
          points={[
            [TURN, CELLS.y + 36],
            [CELLS.x - 12, CELLS.y + 36],
            [CELLS.x - 12, y],
            [CELLS.x, y],
          ]}
        />
      )}
      <Note x={CELLS.x} y={CELLS.y + 51}>
        {NF > 1 ? `replayed ${times(NF)}` : 'used once'}
      </Note>
      <Note x={CELLS.x} y={BUS + 18}>
        {`${SIMD} at once, to ${PE === 1 ? 'the element' : `all ${PE} elements`}`}
      </Note>
    </>
  );
}
