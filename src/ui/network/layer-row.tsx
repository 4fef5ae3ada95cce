import { macsOf } from '../../experiment/counts.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import { BOUNDS, type ConvSpec, type DenseSpec, type LayerSpec } from '../../experiment/spec.ts';
import { layerColour } from '../charts/colours.ts';
import { bytes, count, figures } from '../common/format.ts';
import { NumberField } from '../common/number-field.tsx';
import type { HelpKey } from '../text.ts';
import { mapsText, type PlannedLayer } from './plan.ts';
import { PoolFields, PoolFacts } from './pool-fields.tsx';

interface LayerRowProps {
  readonly planned: PlannedLayer;
  /** Place in the list of hidden layers. */
  readonly position: number;
  /** Place among the layers with weights, and how many there are: for the colour. */
  readonly weighted: number;
  readonly layers: number;
  readonly onChange: (layer: LayerSpec) => void;
  readonly onRemove: () => void;
}

const KINDS: Readonly<Record<LayerSpec['type'], string>> = {
  dense: 'dense',
  conv: 'convolution',
  pool: '',
};

/** A hidden layer: what can be chosen of it, its sizes, and why it does not fit where it does not. */
export function LayerRow(props: LayerRowProps) {
  const { planned, position, weighted, layers, onChange, onRemove } = props;
  const { layer, title, shape, pool, misfit } = planned;
  const isPool = layer.type === 'pool';
  const own = isPool ? 'none' : layerColour(weighted, layers);
  return (
    <li className="layer">
      <span className="layer-key" style={{ background: misfit === null ? own : 'var(--alarm)' }} />
      <div className="layer-head">
        <span>
          {title} <small>{KINDS[layer.type]}</small>
        </span>
        {layer.type === 'dense' && <DenseFields layer={layer} {...{ title, position, onChange }} />}
        <button
          type="button"
          className="quiet"
          aria-label={`Remove ${title.toLowerCase()}`}
          onClick={onRemove}
        >
          ×
        </button>
      </div>
      {layer.type === 'conv' && <ConvFields layer={layer} {...{ title, position, onChange }} />}
      {isPool && <PoolFields layer={layer} {...{ title, position, onChange }} />}
      {misfit !== null && <p className="layer-misfit">{misfit}</p>}
      {shape !== null && <LayerFacts shape={shape} />}
      {pool !== null && <PoolFacts pool={pool} />}
    </li>
  );
}

interface FieldsProps<T extends LayerSpec> {
  readonly layer: T;
  readonly title: string;
  readonly position: number;
  readonly onChange: (layer: LayerSpec) => void;
}

function DenseFields({ layer, title, position, onChange }: FieldsProps<DenseSpec>) {
  return (
    <NumberField
      id={`units${position}`}
      of={title}
      name="units"
      help="units"
      value={layer.units}
      bound={BOUNDS.units}
      whole
      onChange={(units) => {
        onChange({ ...layer, units });
      }}
    />
  );
}

const CONV_FIELDS = ['channels', 'kernel', 'stride', 'padding'] as const satisfies HelpKey[];

function ConvFields({ layer, title, position, onChange }: FieldsProps<ConvSpec>) {
  return (
    <div className="layer-fields">
      {CONV_FIELDS.map((field) => (
        <NumberField
          key={field}
          id={`${field}${position}`}
          of={title}
          name={field}
          help={field}
          value={layer[field]}
          bound={BOUNDS[field]}
          whole
          onChange={(value) => {
            onChange({ ...layer, [field]: value });
          }}
        />
      ))}
    </div>
  );
}

/** Sizes of a layer with weights: maps in and out, weights, memory, work, c and H. */
export function LayerFacts({ shape }: { readonly shape: LayerShape }) {
  const { kind, I, O, c, H, from, to } = shape;
  return (
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
      <span>
        H {figures(H, H === 1 ? 1 : 3)}, c {figures(c, 3)}
      </span>
    </p>
  );
}
