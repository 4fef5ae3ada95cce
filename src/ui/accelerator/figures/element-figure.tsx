import { plural, whole } from '../../common/format.ts';
import { stageText, type Traced, type Unit } from '../design.ts';
import { elided } from '../elide.ts';
import { Box, Figure, Note, OUTPUT, WIDTH, Wire } from './marks.tsx';

interface ElementFigureProps {
  readonly unit: Unit;
  readonly traced: Traced;
  /** Of the traced weight, where it is known. */
  readonly sign: '+' | '−' | null;
}

const LANES = { x: 16, y: 34, width: 190, height: 22, slots: 6 } as const;
const TREE = { top: 56, sum: 96 } as const;
const SUM = { x: 71, y: 96, width: 80, height: 26 } as const;
const STAGES = { top: 140, bottom: 282 } as const;

const rateText = (cycles: number): string =>
  cycles === 1
    ? 'every cycle'
    : `once in ${whole(cycles)} ${Number.isInteger(cycles) ? '' : 'or so '}cycles`;

/** Inside an element: signs flip, a tree adds, a register sums, and what follows works at a lower rate. */
export function ElementFigure({ unit, traced, sign }: ElementFigureProps) {
  const { folded, stages, stores, affineInterval } = unit;
  const { SIMD, SF, PE } = folded;
  const { lane } = traced.address;
  const lanes = elided(SIMD, LANES.slots, lane);
  const pitch = LANES.width / lanes.length;
  const centre = (i: number) => LANES.x + (i + 0.5) * pitch;
  const middle = SUM.x + SUM.width / 2;
  const step = Math.min(42, (STAGES.bottom - STAGES.top) / stages.length);
  const multiplies = stages.some((stage) => stage.kind === 'affine' && stage.multiplies);
  const multipliers = multiplies
    ? `One multiplier an element, ${whole(PE)} in all, each with work ${rateText(affineInterval)}.`
    : 'No multiplier: H is 1 and there is no batch norm.';
  const text = `${plural(SIMD, 'lane')} pass a number on or negate it, as the bit says: no multiplication. ${plural(SIMD, 'addition')} a cycle, in a tree, go to a sum of ${stores.accumulator} bits that is handed on every ${SF === 1 ? 'cycle' : `${whole(SF)} cycles`}. Then: ${stages.map(stageText).join(', ')}. ${multipliers}`;
  return (
    <Figure
      number={3}
      name="One element"
      label={`One element of ${unit.title}. ${text}`}
      caption={text}
    >
      {lanes.map((k, i) =>
        k === null ? (
          <text key={i} x={centre(i)} y={LANES.y + 15} textAnchor="middle">
            …
          </text>
        ) : (
          <g key={i}>
            <Wire
              points={[
                [centre(i), 18],
                [centre(i), LANES.y],
              ]}
              lit={k === lane}
            />
            <text className={k === lane ? '' : 'note'} x={centre(i)} y={13} textAnchor="middle">
              {whole(k)}
            </text>
            <rect
              className={k === lane ? 'box unit lit' : 'box unit'}
              x={centre(i) - Math.min(26, pitch - 4) / 2}
              y={LANES.y}
              width={Math.min(26, pitch - 4)}
              height={LANES.height}
            />
            <text
              className={k === lane ? 'on-lit' : ''}
              x={centre(i)}
              y={LANES.y + 15}
              textAnchor="middle"
            >
              {k === lane && sign !== null ? `${sign}x` : '±x'}
            </text>
            <Wire
              points={[
                [centre(i), TREE.top],
                [middle, TREE.sum],
              ]}
              arrow={false}
              lit={k === lane}
            />
          </g>
        ),
      )}
      <Note x={LANES.x + LANES.width + 8} y={13}>
        lane
      </Note>
      <Note x={LANES.x + LANES.width + 8} y={42}>
        bit 1: +x
      </Note>
      <Note x={LANES.x + LANES.width + 8} y={56}>
        bit 0: −x
      </Note>
      <Box
        x={SUM.x}
        y={SUM.y}
        width={SUM.width}
        height={SUM.height}
        of="store"
        text={`Σ  ${stores.accumulator} bits`}
      />
      <Wire
        points={[
          [SUM.x, SUM.y + 20],
          [SUM.x - 14, SUM.y + 20],
          [SUM.x - 14, SUM.y + 6],
          [SUM.x, SUM.y + 6],
        ]}
      />
      <Note x={SUM.x + SUM.width + 8} y={SUM.y + 10}>
        {`${plural(SIMD, 'addition')} a cycle`}
      </Note>
      <Note x={SUM.x + SUM.width + 8} y={SUM.y + 24}>{`done after ${whole(SF)}`}</Note>
      {stages.map((stage, i) => {
        const y = STAGES.top + i * step;
        const above = i === 0 ? SUM.y + SUM.height : y - step + Math.min(24, step - 10);
        return (
          <g key={i}>
            <Wire
              points={[
                [middle, above],
                [middle, y],
              ]}
            />
            <Box
              x={SUM.x - 26}
              y={y}
              width={SUM.width + 52}
              height={Math.min(24, step - 10)}
              text={stageText(stage)}
            />
            {stage.kind === 'affine' && (
              <Note x={SUM.x + SUM.width + 34} y={y + 15}>
                {stage.multiplies ? `1 in ${whole(affineInterval)}` : 'no product'}
              </Note>
            )}
          </g>
        );
      })}
      <Wire
        points={[
          [middle, STAGES.top + (stages.length - 1) * step + Math.min(24, step - 10)],
          [middle, OUTPUT],
        ]}
      />
      <Wire
        points={[
          [0, OUTPUT],
          [WIDTH, OUTPUT],
        ]}
        arrow={false}
        wide
      />
    </Figure>
  );
}
