import { bytes, plural, times, whole } from '../../common/format.ts';
import type { Unit } from '../design.ts';
import { Box, Figure, Note, WIDTH, Wire } from './marks.tsx';

const TALL = 190;

interface TrainingFiguresProps {
  readonly unit: Unit;
  readonly isFirst: boolean;
  readonly isStochastic: boolean;
  /** Examples of a minibatch. */
  readonly batch: number;
}

/** What training adds: two products over the same words, and bits written anew once a minibatch. */
export function TrainingFigures({ unit, isFirst, isStochastic, batch }: TrainingFiguresProps) {
  return (
    <div className="figures training" role="group" aria-label="What training adds">
      <InputGradient unit={unit} isFirst={isFirst} />
      <WeightGradient unit={unit} />
      <NewBits unit={unit} isStochastic={isStochastic} batch={batch} />
    </div>
  );
}

/** Three elements stand for all, where there are so many. */
const ELEMENTS = [0, 1, 2] as const;

function InputGradient({ unit, isFirst }: { readonly unit: Unit; readonly isFirst: boolean }) {
  const { layer, folded } = unit;
  const { PE, SIMD, NF, SF } = folded;
  const scattered =
    layer.kind === 'conv'
      ? ' Windows overlap, so what they give back is added in place, in the reverse of the window order.'
      : '';
  const text = isFirst
    ? 'The first layer needs none: nothing is learnt in front of it.'
    : `The same words, and no second copy of them: element p gives its dZ the ${plural(SIMD, 'sign')} of its word, and what ${plural(PE, 'element')} give is added lane by lane, ${times(NF)} for each group. ${plural(NF * SF, 'cycle')} a vector, no multiplication.${scattered}`;
  return (
    <Figure
      number={5}
      name="Input gradient"
      label={`Input gradient of ${unit.title}. ${text}`}
      height={TALL}
      caption={text}
    >
      {!isFirst &&
        ELEMENTS.slice(0, PE).map((p) => {
          const x = 24 + 72 * p;
          return (
            <g key={p}>
              <Note x={x + 23} y={14} anchor="middle">
                {p === 2 && PE > 3 ? `dZ of ${whole(PE - 1)}` : `dZ of ${p}`}
              </Note>
              <Wire
                points={[
                  [x + 23, 20],
                  [x + 23, 44],
                ]}
                dashed
              />
              <Box x={x} y={44} width={46} height={26} text="±dZ" />
              <Wire
                points={[
                  [x + 23, 70],
                  [119, 108],
                ]}
                arrow={false}
                dashed
                wide
              />
            </g>
          );
        })}
      {!isFirst && (
        <>
          <Note x={226} y={54}>
            bits of the
          </Note>
          <Note x={226} y={68}>
            same words
          </Note>
          <Box
            x={74}
            y={108}
            width={90}
            height={26}
            of="store"
            text={`Σ in ${plural(SIMD, 'lane')}`}
          />
          <Note x={172} y={118}>
            across elements,
          </Note>
          <Note x={172} y={132}>
            {times(NF)}
          </Note>
          <Wire
            points={[
              [119, 134],
              [119, 164],
              [0, 164],
            ]}
            dashed
            wide
          />
          <Note x={8} y={182}>
            {layer.kind === 'conv' ? 'dX, back into the windows' : 'dX, to the layer before'}
          </Note>
        </>
      )}
      {isFirst && (
        <Note x={20} y={90}>
          none: there is no layer before
        </Note>
      )}
    </Figure>
  );
}

function WeightGradient({ unit }: { readonly unit: Unit }) {
  const { PE, SIMD, bits, vectors } = unit.folded;
  const sums =
    vectors > 1
      ? `, summed over ${plural(vectors, 'place')} and the minibatch`
      : ', summed over the minibatch';
  const text = `Both factors are real, so here the multipliers stay: ${whole(PE * SIMD)} of them to keep pace, each dZ of a row times each number of a group${sums} in ${bytes(4 * bits)} of 32-bit numbers.`;
  return (
    <Figure
      number={6}
      name="Weight gradient"
      label={`Weight gradient of ${unit.title}. ${text}`}
      height={TALL}
      caption={text}
    >
      {[0, 1, 2].map((r) => (
        <g key={r}>
          <Note x={14} y={60 + 34 * r}>
            dZ
          </Note>
          <Wire
            points={[
              [36, 56 + 34 * r],
              [62, 56 + 34 * r],
            ]}
            dashed
          />
          {[0, 1, 2, 3].map((k) => (
            <Box key={k} x={62 + 44 * k} y={44 + 34 * r} width={36} height={24} text="×" />
          ))}
        </g>
      ))}
      {[0, 1, 2, 3].map((k) => (
        <g key={k}>
          <Note x={80 + 44 * k} y={14} anchor="middle">
            x
          </Note>
          <Wire
            points={[
              [80 + 44 * k, 20],
              [80 + 44 * k, 44],
            ]}
          />
        </g>
      ))}
      <Wire
        points={[
          [146, 136],
          [146, 156],
        ]}
        dashed
        wide
      />
      <Note x={156} y={152}>{`${whole(PE)} × ${SIMD} products`}</Note>
      <Box x={62} y={156} width={168} height={26} of="store" text="Σ dw, 32 bits each" />
    </Figure>
  );
}

function NewBits({ unit, isStochastic, batch }: Omit<TrainingFiguresProps, 'isFirst'>) {
  const { bits } = unit.folded;
  const rule = isStochastic ? 'U < w' : 'w ≥ 0';
  const drawn = isStochastic
    ? 'the bit is 1 where a number drawn from −H to H is below it'
    : 'the bit is 1 where it is not negative';
  const text = `Stored weights are real: ${bytes(4 * bits)} beside ${bytes(bits / 8)} of bits, and the optimiser’s numbers. A step moves each, it is clipped to [−H, H], and ${drawn}. That is once a minibatch of ${whole(batch)}: 1/${whole(batch)} of the rate of products.`;
  return (
    <Figure
      number={7}
      name="New bits"
      label={`New bits of ${unit.title}. ${text}`}
      height={TALL}
      caption={text}
    >
      <Box x={14} y={18} width={120} height={26} of="store" text="w, 32 bits each" />
      <Wire
        points={[
          [74, 44],
          [74, 66],
        ]}
        dashed
      />
      <Box x={14} y={66} width={120} height={26} text="w + step" />
      <Note x={142} y={76}>
        from dw, by the
      </Note>
      <Note x={142} y={90}>
        optimiser
      </Note>
      <Wire
        points={[
          [74, 92],
          [74, 110],
        ]}
        dashed
      />
      <Box x={14} y={110} width={120} height={26} text="clip to [−H, H]" />
      <Wire
        points={[
          [134, 123],
          [262, 123],
          [262, 31],
          [134, 31],
        ]}
        dashed
      />
      <Wire
        points={[
          [74, 136],
          [74, 154],
        ]}
        dashed
      />
      <Box x={14} y={154} width={120} height={26} text={rule} />
      <Wire
        points={[
          [134, 167],
          [WIDTH - 92, 167],
        ]}
      />
      <Note x={WIDTH - 86} y={164}>
        1 bit each, to
      </Note>
      <Note x={WIDTH - 86} y={178}>
        the memory
      </Note>
    </Figure>
  );
}
