import { shapeOf } from '../../experiment/datasets.ts';
import type { ExperimentSpec, OutputSpec } from '../../experiment/spec.ts';
import { layerColour } from '../charts/colours.ts';
import { CheckField } from '../common/check-field.tsx';
import { optionsOf, SelectField } from '../common/select-field.tsx';
import { playground, usePage } from '../page.ts';
import { sameData } from '../state/drafts.ts';
import { OPTIONS } from '../text.ts';
import { withField } from './arrange.ts';
import { LayerFacts } from './layer-facts.tsx';
import { Pending } from './layer-row.tsx';
import type { Plan } from './plan.ts';
import { FilterFields, type Folding, Rules } from './rule-fields.tsx';
import { outputText } from './rules.ts';

const TITLE = 'Output';

interface OutputRowProps {
  readonly spec: ExperimentSpec;
  readonly plan: Plan;
  /** How many layers have weights, this one included: for the colour. */
  readonly layers: number;
  readonly folding: Folding;
}

/** What makes scores of what the hidden layers leave. */
export function OutputRow({ spec, plan, layers, folding }: OutputRowProps) {
  const { network, learning } = spec;
  const output: OutputSpec = network.output ?? { type: 'dense' };
  const isPending = usePage(
    ({ draft, run }) =>
      draft !== null && !sameData(run.spec.network.output ?? null, network.output ?? null),
  );
  const shape = plan.shapes?.at(-1);
  const misfit = plan.outputMisfit;
  const edit = (changed: OutputSpec) => {
    // A dense one with nothing to say is what is meant where nothing is said.
    const isPlain = changed.type === 'dense' && Object.keys(changed).length === 1;
    playground.edit({ network: withField(network, 'output', isPlain ? undefined : changed) });
  };
  const own = layerColour(layers - 1, layers);
  return (
    <li className="layer">
      <span className="layer-key" style={{ background: misfit === null ? own : 'var(--alarm)' }} />
      <div className="layer-head">
        <span>
          {TITLE}
          {isPending && <Pending />}
        </span>
        <span className="number">{shapeOf(spec.data).classes} classes</span>
      </div>
      {learning === 'backprop' && (
        <Rules title={TITLE} text={outputText(output)} folding={folding}>
          <SelectField
            of={TITLE}
            name="kind"
            help="outputKind"
            value={output.type}
            options={optionsOf(OPTIONS.outputKind)}
            onChange={(type) => {
              const { maxNorm, rate } = output;
              const kept = {
                ...(maxNorm !== undefined && { maxNorm }),
                ...(rate !== undefined && { rate }),
              };
              edit(type === 'dense' ? { type, ...kept } : { type, relu: true, ...kept });
            }}
          />
          {output.type === 'average' && (
            <CheckField
              of={TITLE}
              name="ReLU"
              help="outputRelu"
              checked={output.relu}
              onChange={(relu) => {
                edit({ ...output, relu });
              }}
            />
          )}
          <FilterFields
            of={TITLE}
            position="output"
            layer={output}
            onChange={(key, value) => {
              edit(withField(output, key, value));
            }}
          />
        </Rules>
      )}
      {misfit !== null && <p className="layer-misfit">{misfit}</p>}
      {shape && <LayerFacts shape={shape} bits={learning === 'backprop'} />}
    </li>
  );
}
