import type { ReactNode } from 'react';
import { BOUNDS, type ConvSpec, type DenseSpec } from '../../experiment/spec.ts';
import { CheckField } from '../common/check-field.tsx';
import { NumberField, OptionalNumberField } from '../common/number-field.tsx';
import { TipSummary } from '../common/tip-summary.tsx';
import { HELP } from '../text.ts';
import { withField } from './arrange.ts';
import { rulesText } from './rules.ts';

interface RuleFieldsProps {
  readonly layer: DenseSpec | ConvSpec;
  readonly title: string;
  readonly position: number;
  /** Share of units dropped where the layer says nothing. */
  readonly dropout: number;
  readonly hasCompanion: boolean;
  readonly folding: Folding;
  readonly onChange: (layer: DenseSpec | ConvSpec) => void;
  readonly onCompanion: (isThere: boolean) => void;
}

/** Whether a layer's rules are unfolded: kept where it outlives the rows, which are new after an edit is applied. */
export interface Folding {
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
}

interface RulesProps {
  readonly title: string;
  readonly text: string;
  readonly folding: Folding;
  readonly children: ReactNode;
}

/** Fields folded behind a line that says what they hold. */
export function Rules({ title, text, folding, children }: RulesProps) {
  return (
    <details
      className="layer-rules"
      open={folding.isOpen}
      onToggle={({ currentTarget }) => {
        folding.onToggle(currentTarget.open);
      }}
    >
      <TipSummary help={HELP.layerRules}>
        <span className="visually-hidden">{title} </span>
        {text}
      </TipSummary>
      <div className="layer-fields">{children}</div>
    </details>
  );
}

/** What a layer may have besides its sizes. */
export function RuleFields(props: RuleFieldsProps) {
  const { layer, title, position, dropout, hasCompanion, folding, onChange, onCompanion } = props;
  const field = { of: title, layer, position };
  return (
    <Rules title={title} text={rulesText(layer, hasCompanion)} folding={folding}>
      <NumberField
        id={`pieces${position}`}
        of={title}
        name="pieces"
        help="pieces"
        value={layer.pieces ?? 1}
        bound={BOUNDS.pieces}
        whole
        onChange={(pieces) => {
          onChange(withField(layer, 'pieces', pieces === 1 ? undefined : pieces));
        }}
      />
      <OptionalNumberField
        id={`layerDropout${position}`}
        of={title}
        name="dropout"
        help="layerDropout"
        value={layer.dropout}
        absent={String(dropout)}
        bound={BOUNDS.layerDropout}
        onChange={(value) => {
          onChange(withField(layer, 'dropout', value));
        }}
      />
      <FilterFields
        {...field}
        onChange={(key, value) => {
          onChange(withField(layer, key, value));
        }}
      />
      <CheckField
        of={title}
        name="companion"
        help="companion"
        checked={hasCompanion}
        onChange={onCompanion}
      />
    </Rules>
  );
}

interface FilterFieldsProps {
  readonly of: string;
  readonly position: number | 'output';
  readonly layer: { readonly maxNorm?: number | undefined; readonly rate?: number | undefined };
  readonly onChange: (key: 'maxNorm' | 'rate', value: number | undefined) => void;
}

/** What the output layer may have too: how long a filter may be, and its share of the learning rate. */
export function FilterFields({ of, position, layer, onChange }: FilterFieldsProps) {
  return (
    <>
      <OptionalNumberField
        id={`maxNorm${position}`}
        of={of}
        name="max-norm"
        help="maxNorm"
        value={layer.maxNorm}
        absent="none"
        bound={BOUNDS.maxNorm}
        onChange={(value) => {
          onChange('maxNorm', value);
        }}
      />
      <NumberField
        id={`layerRate${position}`}
        of={of}
        name="rate share"
        help="layerRate"
        value={layer.rate ?? 1}
        bound={BOUNDS.share}
        onChange={(value) => {
          onChange('rate', value === 1 ? undefined : value);
        }}
      />
    </>
  );
}
