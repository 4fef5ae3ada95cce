import { divisorsOf, type Folding } from '../../experiment/accelerator.ts';
import { layerColour } from '../charts/colours.ts';
import { bytes, plural, whole } from '../common/format.ts';
import { Tip } from '../common/tip.tsx';
import type { Design, Unit } from './design.ts';

/** Names the sentence that says what choosing a layer does. */
export const FOLDING_HELP = 'folding-help';

/** What is chosen by the sliders, a sentence each. */
const FOLDING = {
  PE: 'How many rows of the layer’s matrix are worked on at once, each by an element of its own: twice as many take half the cycles.',
  SIMD: 'How many columns an element takes at once, a lane each: twice as many take half the cycles.',
} as const;

interface FoldingListProps {
  readonly design: Design;
  readonly chosen: number;
  readonly onChoose: (layer: number) => void;
  readonly onFold: (layer: number, folding: Folding) => void;
}

/** Every layer with its folding, and how much of the slowest one's time it takes. */
export function FoldingList({ design, chosen, onChoose, onFold }: FoldingListProps) {
  return (
    <ul className="foldings" aria-label="Layers of the accelerator">
      {design.units.map((unit, l) => (
        <li key={unit.layer.name} data-chosen={l === chosen}>
          <label className="folding-name">
            <input
              type="radio"
              aria-describedby={FOLDING_HELP}
              name="accelerator-layer"
              checked={l === chosen}
              onChange={() => {
                onChoose(l);
              }}
            />
            <i style={{ background: layerColour(l, design.units.length) }} />
            {unit.title}
            <span className="visually-hidden"> in the drawing</span>
          </label>
          <Slider
            of={unit.title}
            name="PE"
            what="rows"
            size={unit.folded.MH}
            value={unit.folded.PE}
            onChange={(PE) => {
              onFold(l, { PE, SIMD: unit.folded.SIMD });
            }}
          />
          <Slider
            of={unit.title}
            name="SIMD"
            what="columns"
            size={unit.folded.MW}
            value={unit.folded.SIMD}
            onChange={(SIMD) => {
              onFold(l, { PE: unit.folded.PE, SIMD });
            }}
          />
          <Cycles unit={unit} slow={slownessOf(design, l)} />
        </li>
      ))}
    </ul>
  );
}

/** What is said of a layer beside its cycles: nothing where all of them take as many. */
function slownessOf({ units, slowest }: Design, layer: number): string {
  if (slowest.length === units.length && units.length > 1) return '';
  if (!slowest.includes(layer)) return '';
  return slowest.length === 1 ? 'the slowest' : 'among the slowest';
}

interface SliderProps {
  readonly of: string;
  readonly name: 'PE' | 'SIMD';
  readonly what: 'rows' | 'columns';
  /** Of the matrix; the value divides it. */
  readonly size: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** Moves over the divisors of a size, and over nothing else. */
function Slider({ of, name, what, size, value, onChange }: SliderProps) {
  const legal = divisorsOf(size);
  return (
    <Tip text={FOLDING[name]}>
      {(describedBy) => (
        <label className="folding-slider">
          <span>
            <span className="visually-hidden">{of} </span>
            {name}
          </span>
          <input
            type="range"
            min={0}
            max={Math.max(1, legal.length - 1)}
            step={1}
            aria-describedby={describedBy}
            value={legal.indexOf(value)}
            aria-valuetext={`${value} of ${size} ${what} at once`}
            onChange={({ target }) => {
              const next = legal[Number(target.value)];
              if (next !== undefined) onChange(next);
            }}
          />
          <span className="number" aria-hidden="true">
            <b>{whole(value)}</b> / {whole(size)}
          </span>
        </label>
      )}
    </Tip>
  );
}

function Cycles({ unit, slow }: { readonly unit: Unit; readonly slow: string }) {
  const { cycles, bits, lanes } = unit.folded;
  return (
    <p className="folding-cycles">
      <span className="folding-bar" aria-hidden="true">
        <i data-slowest={slow !== ''} style={{ width: `${100 * unit.busy}%` }} />
      </span>
      <span>
        <b>{whole(cycles)}</b> {cycles === 1 ? 'cycle' : 'cycles'}
        {slow === '' ? '' : `, ${slow}`}
      </span>
      <span>{plural(lanes, 'lane')}</span>
      <span>{bytes(bits / 8)}</span>
    </p>
  );
}
