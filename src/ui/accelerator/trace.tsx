import { signAt } from '../weights/tiles.ts';
import { Tip } from '../common/tip.tsx';
import { whole } from '../common/format.ts';
import { layerShare, type Traced, type Unit } from './design.ts';
import { elided } from './elide.ts';
import { WholeField } from './fields.tsx';

interface TraceProps {
  readonly unit: Unit;
  readonly traced: Traced;
  /** The layer's packed signs where they are known; see LayerProbe. */
  readonly bits: Uint32Array | null;
  readonly onTrace: (r: number, k: number) => void;
}

/** One weight, from its row and column to its bit. */
export function Trace({ unit, traced, bits, onTrace }: TraceProps) {
  const { MH, MW } = unit.folded;
  const { r, k } = traced.index;
  return (
    <div className="trace" role="group" aria-label="One weight">
      <h3>One weight</h3>
      <div className="trace-fields">
        <WholeField
          name="Row"
          help="Which output the weight belongs to, from 0."
          value={r}
          min={0}
          max={MH - 1}
          onChange={(row) => {
            onTrace(row, k);
          }}
        />
        <WholeField
          name="Column"
          help="Which number of the vector (or the window) it is for, from 0."
          value={k}
          min={0}
          max={MW - 1}
          onChange={(column) => {
            onTrace(r, column);
          }}
        />
        <Tip text="Picks a row and a column by chance.">
          {(describedBy) => (
            <button
              type="button"
              aria-describedby={describedBy}
              onClick={() => {
                onTrace(layerShare(Math.random(), MH), layerShare(Math.random(), MW));
              }}
            >
              A random one
            </button>
          )}
        </Tip>
      </div>
      <p>
        <b>{traced.name}</b>: {traced.sentence}
        {bits !== null && (
          <>
            {' '}
            Its sign is <b>{signOf(unit, bits, r, k) === 1 ? '+, the bit 1' : '−, the bit 0'}</b>.
          </>
        )}
      </p>
      <Word unit={unit} traced={traced} bits={bits} />
    </div>
  );
}

export const signOf = ({ folded }: Unit, bits: Uint32Array, r: number, k: number): 0 | 1 =>
  signAt(bits, Math.ceil(folded.MH / 32), k, r);

const SLOTS = 32;

/** The word that it lies in, bit by bit. */
function Word({ unit, traced, bits }: Omit<TraceProps, 'onTrace'>) {
  const { SIMD } = unit.folded;
  const { pe, word, lane } = traced.address;
  const first = traced.index.k - lane;
  const lanes = elided(SIMD, SLOTS, lane);
  return (
    <>
      <p className="caption">
        Word {whole(word)} of element {pe}: row {traced.index.r},{' '}
        {SIMD === 1 ? `column ${first}` : `columns ${first} to ${first + SIMD - 1}`}
        {bits === null ? '; signs are shown once the net stands on the device' : ''}
      </p>
      <p className="word" aria-hidden="true">
        {lanes.map((at, i) => {
          if (at === null) return <span key={i}>…</span>;
          const sign = bits === null ? null : signOf(unit, bits, traced.index.r, first + at);
          return (
            <i key={i} data-sign={sign} data-lit={at === lane}>
              {sign}
            </i>
          );
        })}
      </p>
    </>
  );
}
