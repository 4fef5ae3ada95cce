import { BOUNDS, type ConvSpec, type DenseSpec, type LayerSpec } from '../../experiment/spec.ts';
import { layerColour } from '../charts/colours.ts';
import { NumberField } from '../common/number-field.tsx';
import type { HelpKey } from '../text.ts';
import { LayerFacts, PoolFacts } from './layer-facts.tsx';
import { LayerMoves } from './layer-moves.tsx';
import type { PlannedLayer } from './plan.ts';
import { PoolFields } from './pool-fields.tsx';
import { type Folding, RuleFields } from './rule-fields.tsx';

interface LayerRowProps {
  readonly planned: PlannedLayer;
  /** Place in the list of hidden layers, and how many there are. */
  readonly position: number;
  readonly count: number;
  /** Place among the layers with weights, and how many there are: for the colour. */
  readonly weighted: number;
  readonly layers: number;
  /** Share of units dropped where a layer says nothing; null where nothing but sizes is read of layers. */
  readonly dropout: number | null;
  readonly hasCompanion: boolean;
  readonly folding: Folding;
  /** Edited, and not in force yet. */
  readonly isPending: boolean;
  readonly onChange: (layer: LayerSpec) => void;
  readonly onCompanion: (isThere: boolean) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

const KINDS: Readonly<Record<LayerSpec['type'], string>> = {
  dense: 'dense',
  conv: 'convolution',
  pool: '',
};

/** A hidden layer: what can be chosen of it, its sizes, and why it does not fit where it does not. */
export function LayerRow(props: LayerRowProps) {
  const { planned, position, weighted, layers, dropout, hasCompanion, folding } = props;
  const { onChange } = props;
  const { layer, title, shape, pool, misfit } = planned;
  const own = layer.type === 'pool' ? 'none' : layerColour(weighted, layers);
  const field = { title, position, onChange };
  return (
    <li className="layer">
      <span className="layer-key" style={{ background: misfit === null ? own : 'var(--alarm)' }} />
      <div className="layer-head">
        <span>
          {title} <small>{KINDS[layer.type]}</small>
          {props.isPending && <Pending />}
        </span>
        <LayerMoves
          title={title}
          position={position}
          count={props.count}
          onMove={props.onMove}
          onRemove={props.onRemove}
        />
      </div>
      {layer.type === 'dense' && <DenseFields layer={layer} {...field} />}
      {layer.type === 'conv' && <ConvFields layer={layer} {...field} />}
      {layer.type === 'pool' && <PoolFields layer={layer} {...field} />}
      {layer.type !== 'pool' && dropout !== null && (
        <RuleFields
          {...{ layer, dropout, hasCompanion, folding, ...field }}
          onCompanion={props.onCompanion}
        />
      )}
      {misfit !== null && <p className="layer-misfit">{misfit}</p>}
      {shape !== null && <LayerFacts shape={shape} bits={dropout !== null} />}
      {pool !== null && <PoolFacts pool={pool} />}
    </li>
  );
}

/** Says of a card that what it shows waits for Apply and restart. */
export const Pending = () => <small className="layer-pending"> not in force yet</small>;

interface FieldsProps<T extends LayerSpec> {
  readonly layer: T;
  readonly title: string;
  readonly position: number;
  readonly onChange: (layer: LayerSpec) => void;
}

function DenseFields({ layer, title, position, onChange }: FieldsProps<DenseSpec>) {
  return (
    <div className="layer-fields">
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
    </div>
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
