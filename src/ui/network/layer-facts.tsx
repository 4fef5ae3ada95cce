import { macsOf } from '../../experiment/counts.ts';
import type { LayerShape, PoolShape } from '../../experiment/shapes.ts';
import { figures } from '../../experiment/digits.ts';
import { bytes, count } from '../common/format.ts';
import { LayerPulse, LayerSigns } from './layer-live.tsx';
import { mapsText } from './plan.ts';

interface LayerFactsProps {
  readonly shape: LayerShape;
  /** Whether H and c mean something to how it learns. */
  readonly bits: boolean;
}

/** A layer with weights as it is now: its signs, its sizes, memory, work, c and H, and how much of it moves. */
export function LayerFacts({ shape, bits }: LayerFactsProps) {
  const { kind, I, O, c, H, from, to, companion } = shape;
  return (
    <div className="layer-look">
      <LayerSigns shape={shape} />
      <p className="layer-facts">
        {kind === 'conv' && (
          <span>
            {mapsText(from)} → {mapsText(to)}
          </span>
        )}
        <span>
          {I} × {O} weights
        </span>
        <span>
          {bytes((I * O) / 8)} bits, {bytes(4 * I * O)} real
        </span>
        <span>{count(macsOf(shape))} multiply-adds</span>
        {bits && (
          <span>
            H {figures(H, H === 1 ? 1 : 3)}, Glorot’s c {figures(c, 3)}
          </span>
        )}
        {companion !== null && (
          <span>
            companion {companion.I} × {companion.O}
          </span>
        )}
        <LayerPulse shape={shape} />
      </p>
    </div>
  );
}

export const PoolFacts = ({ pool }: { readonly pool: PoolShape }) => (
  <p className="layer-facts">
    <span>
      {mapsText(pool.from)} → {mapsText(pool.to)}
    </span>
  </p>
);
