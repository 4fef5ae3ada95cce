import { bytes, plural, whole } from '../../common/format.ts';
import type { Traced, Unit } from '../design.ts';
import { elided } from '../elide.ts';
import { BUS, Box, Figure, Note, OUTPUT, WIDTH, Wire } from './marks.tsx';

interface MemoryFigureProps {
  readonly unit: Unit;
  readonly traced: Traced;
  /** Arrows of the training overlay. */
  readonly training: boolean;
}

const TOP = 34;
const LEFT = 44;
const ELEMENTS = { y: 196, height: 26, slots: 9 } as const;
const WORDS = { height: 130, slots: 13 } as const;

/** A column of words for each element, read a row at a time; the bus below them, and what they hand on. */
export function MemoryFigure({ unit, traced, training }: MemoryFigureProps) {
  const { folded } = unit;
  const { PE, SIMD, depth, bits, SF, NF } = folded;
  const { pe, word, lane } = traced.address;
  const columns = elided(PE, ELEMENTS.slots, pe);
  const rows = elided(depth, WORDS.slots, word);
  const pitch = Math.min(30, (WIDTH - LEFT - 10) / columns.length);
  const row = Math.min(14, WORDS.height / rows.length);
  const bottom = TOP + rows.length * row;
  const centre = (i: number) => LEFT + (i + 0.5) * pitch;
  const last = centre(columns.length - 1);
  const text = `${PE === 1 ? 'The element' : `Each of ${whole(PE)} elements`} has ${plural(depth, 'word')} of ${plural(SIMD, 'bit')}, ${bytes(bits / 8)} in all. Row r lies with element r mod ${PE}; a row takes ${plural(SF, 'word')}, and an element has ${plural(NF, 'row')}. In a cycle all elements read the same word. Traced: ${traced.name}, element ${pe}, word ${whole(word)}, bit ${lane}.`;
  return (
    <Figure
      number={2}
      name="Weight memory"
      label={`Weight memory of ${unit.title}. ${text}`}
      caption={text}
    >
      <Note x={LEFT} y={12}>
        {plural(PE, 'element')}
      </Note>
      <Note x={LEFT - 6} y={TOP - 8} anchor="end">
        word
      </Note>
      {rows.map((w, j) => (
        <text key={j} className="note" x={LEFT - 6} y={TOP + (j + 0.5) * row + 4} textAnchor="end">
          {w !== null && (w === 0 || w === word || w === depth - 1) && whole(w)}
        </text>
      ))}
      {columns.map((p, i) =>
        p === null ? (
          <text key={i} x={centre(i)} y={(TOP + bottom) / 2} textAnchor="middle">
            …
          </text>
        ) : (
          <g key={i}>
            <text className={p === pe ? '' : 'note'} x={centre(i)} y={TOP - 6} textAnchor="middle">
              {whole(p)}
            </text>
            {rows.map(
              (w, j) =>
                w !== null && (
                  <rect
                    key={j}
                    className={w !== word ? 'cell' : p === pe ? 'cell lit' : 'cell read'}
                    x={centre(i) - pitch / 2 + 1.5}
                    y={TOP + j * row}
                    width={pitch - 3}
                    height={row}
                  />
                ),
            )}
            <Wire
              points={[
                [centre(i), bottom],
                [centre(i), ELEMENTS.y],
              ]}
              lit={p === pe}
            />
            <Box
              x={centre(i) - pitch / 2 + 1.5}
              y={ELEMENTS.y}
              width={pitch - 3}
              height={ELEMENTS.height}
              text="±"
            />
            <Wire
              points={[
                [centre(i) - 4, BUS],
                [centre(i) - 4, ELEMENTS.y + ELEMENTS.height],
              ]}
            />
            <Wire
              points={[
                [centre(i) + 4, ELEMENTS.y + ELEMENTS.height],
                [centre(i) + 4, OUTPUT],
              ]}
              arrow={false}
            />
          </g>
        ),
      )}
      <Wire
        points={[
          [0, BUS],
          [last - 4, BUS],
        ]}
        arrow={false}
        wide
      />
      <Wire
        points={[
          [centre(0) + 4, OUTPUT],
          [WIDTH, OUTPUT],
        ]}
        arrow={false}
        wide
      />
      <Note x={4} y={BUS - 8}>
        bus
      </Note>
      <Note x={4} y={OUTPUT - 2}>
        sums
      </Note>
      {training && <Backward last={last} />}
    </Figure>
  );
}

/** Gradients enter where sums leave, and leave where activations enter. */
const Backward = ({ last }: { readonly last: number }) => (
  <>
    <Wire
      points={[
        [WIDTH, OUTPUT + 9],
        [LEFT, OUTPUT + 9],
      ]}
      dashed
    />
    <Note x={4} y={OUTPUT + 13}>
      dZ
    </Note>
    <Wire
      points={[
        [last - 8, BUS + 9],
        [6, BUS + 9],
      ]}
      dashed
    />
    <Note x={4} y={BUS + 24}>
      dX
    </Note>
  </>
);
