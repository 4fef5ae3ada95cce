import { BOUNDS, type OptimizerSpec } from '../../experiment/spec.ts';
import { NumberField } from '../common/number-field.tsx';
import { playground } from '../page.ts';

interface OptimizerFieldsProps {
  readonly optimizer: OptimizerSpec;
}

/** The numbers that the chosen optimiser has. */
export function OptimizerFields({ optimizer }: OptimizerFieldsProps) {
  switch (optimizer.kind) {
    case 'sgd':
      return null;
    case 'nesterov':
    case 'momentum':
      return (
        <NumberField
          id="momentum"
          name="Momentum"
          help="momentum"
          value={optimizer.momentum}
          bound={BOUNDS.momentum}
          onChange={(momentum) => {
            playground.edit({ optimizer: { ...optimizer, momentum } });
          }}
        />
      );
    case 'adam':
      return (['beta1', 'beta2', 'epsilon'] as const).map((field) => (
        <NumberField
          key={field}
          id={field}
          name={{ beta1: 'Beta 1', beta2: 'Beta 2', epsilon: 'Epsilon' }[field]}
          help={field}
          value={optimizer[field]}
          bound={field === 'epsilon' ? BOUNDS.epsilon : BOUNDS.beta}
          onChange={(value) => {
            playground.edit({ optimizer: { ...optimizer, [field]: value } });
          }}
        />
      ));
  }
}
