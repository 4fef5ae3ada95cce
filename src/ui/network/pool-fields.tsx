import { BOUNDS, type LayerSpec, type PoolSpec } from '../../experiment/spec.ts';
import { CheckField } from '../common/check-field.tsx';
import { NumberField } from '../common/number-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { OPTIONS } from '../text.ts';

interface PoolFieldsProps {
  readonly layer: PoolSpec;
  readonly title: string;
  readonly position: number;
  readonly onChange: (layer: LayerSpec) => void;
}

const WINDOW = { size: 2, stride: 2, ceil: false } as const;

export function PoolFields({ layer, title, position, onChange }: PoolFieldsProps) {
  return (
    <div className="layer-fields">
      <SelectField<PoolSpec['kind']>
        of={title}
        name="kind"
        help="poolKind"
        value={layer.kind}
        options={optionsOf(OPTIONS.poolKind)}
        onChange={(kind) => {
          if (kind === 'global-average') onChange({ type: 'pool', kind });
          else onChange({ ...WINDOW, ...layer, kind });
        }}
      />
      {layer.kind !== 'global-average' && (
        <>
          {(['size', 'stride'] as const).map((field) => (
            <NumberField
              key={field}
              id={`pool-${field}${position}`}
              of={title}
              name={field}
              help={field === 'size' ? 'window' : 'stride'}
              value={layer[field]}
              bound={field === 'size' ? BOUNDS.window : BOUNDS.stride}
              whole
              onChange={(value) => {
                onChange({ ...layer, [field]: value });
              }}
            />
          ))}
          <CheckField
            of={title}
            name="round up"
            help="ceil"
            checked={layer.ceil}
            onChange={(ceil) => {
              onChange({ ...layer, ceil });
            }}
          />
        </>
      )}
    </div>
  );
}
