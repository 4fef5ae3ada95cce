import { BOUNDS } from '../../experiment/spec.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import { bytes, figures } from '../common/format.ts';
import { NumberField } from '../common/number-field.tsx';
import { layerTitle } from '../text.ts';
import { layerColour } from '../charts/colours.ts';

interface LayerRowProps {
  readonly shape: LayerShape;
  readonly index: number;
  readonly layers: number;
  readonly onUnits: (units: number) => void;
  readonly onRemove: () => void;
}

/** One dense layer: its width where it can be chosen, its sizes, c and H. */
export function LayerRow({ shape, index, layers, onUnits, onRemove }: LayerRowProps) {
  const { I, O, c, H, hidden } = shape;
  const name = layerTitle(shape.name);
  return (
    <li className="layer">
      <span className="layer-key" style={{ background: layerColour(index, layers) }} />
      {hidden ? (
        <NumberField
          id={`units${index}`}
          name={`${name} units`}
          help="units"
          value={O}
          bound={BOUNDS.units}
          whole
          onChange={onUnits}
        />
      ) : (
        <span className="layer-end">
          <span>{name}</span>
          <span className="number">{O}</span>
        </span>
      )}
      {hidden && (
        <button
          type="button"
          className="quiet"
          aria-label={`Remove ${name.toLowerCase()}`}
          onClick={onRemove}
        >
          ×
        </button>
      )}
      <p className="layer-facts">
        <span>
          {I} × {O}
        </span>
        <span>
          {bytes((I * O) / 8)} bits, {bytes(4 * I * O)} real
        </span>
        <span>
          H {figures(H, H === 1 ? 1 : 3)}, c {figures(c, 3)}
        </span>
      </p>
    </li>
  );
}
