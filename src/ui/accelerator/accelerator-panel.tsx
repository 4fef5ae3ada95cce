import { useState } from 'react';
import type { WeightIndex } from '../../experiment/accelerator.ts';
import { at } from '../../experiment/at.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { useStreams } from '../charts/use-streams.ts';
import { TableTwin } from '../common/table-twin.tsx';
import { Tip } from '../common/tip.tsx';
import { NO_NET, useNet } from '../common/use-net.ts';
import { usePage } from '../page.ts';
import '../styles/accelerator.css';
import { Controls } from './controls.tsx';
import { summaryOf, tracedOf, type Unit } from './design.ts';
import { ElementFigure } from './figures/element-figure.tsx';
import { InputFigure } from './figures/input-figure.tsx';
import { MemoryFigure } from './figures/memory-figure.tsx';
import { OutputFigure } from './figures/output-figure.tsx';
import { TrainingFigures } from './figures/training-figures.tsx';
import { FOLDING_HELP, FoldingList } from './folding-list.tsx';
import { tablesOf } from './tables.ts';
import { signOf, Trace } from './trace.tsx';
import { useDesign } from './use-design.ts';

/** Where each weight of the net at hand would lie on a chip, and how data would be routed to it. */
export default function AcceleratorPanel() {
  const { spec, layers, edited } = useNet();
  if (layers === null) return <p className="caption">{NO_NET}</p>;
  return <Accelerator {...{ spec, layers, edited }} />;
}

interface AcceleratorProps {
  readonly spec: ExperimentSpec;
  readonly layers: readonly LayerShape[];
  readonly edited: boolean;
}

function Accelerator({ spec, layers, edited }: AcceleratorProps) {
  const designing = useDesign(spec, layers);
  const { design, choices, setFolding } = designing;
  const [wanted, setWanted] = useState(0);
  const [weight, setWeight] = useState<WeightIndex>({ r: 5, k: 37 });
  const [training, setTraining] = useState(false);
  const chosen = Math.min(wanted, design.units.length - 1);
  const unit = at(design.units, chosen);
  // A smaller layer may not have the weight that was traced.
  const { MH, MW } = unit.folded;
  const index = { r: Math.min(weight.r, MH - 1), k: Math.min(weight.k, MW - 1) };
  const traced = tracedOf(unit, index);
  const bits = useSigns(chosen, unit, edited);
  const sign = bits === null ? null : signOf(unit, bits, index.r, index.k) === 1 ? '+' : '−';
  return (
    <div className="accelerator">
      <p className="accelerator-intro">{introOf(spec)}</p>
      <Controls designing={designing} />
      <p className="accelerator-summary">{summaryOf(design, choices.clock)}</p>
      <p className="caption" id={FOLDING_HELP}>
        The chosen layer is the one that is drawn below.
      </p>
      <FoldingList design={design} chosen={chosen} onChoose={setWanted} onFold={setFolding} />
      <Trace
        // Another layer has other rows and columns: what was typed for this one goes.
        key={unit.layer.name}
        unit={unit}
        traced={traced}
        bits={bits}
        onTrace={(r, k) => {
          setWeight({ r, k });
        }}
      />
      <div
        className="figures"
        role="group"
        aria-label={`Drawing of ${unit.title}`}
        data-sign={sign === null ? 'unknown' : sign === '+' ? 'plus' : 'minus'}
      >
        <InputFigure design={design} index={chosen} traced={traced} />
        <MemoryFigure unit={unit} traced={traced} training={training} />
        <ElementFigure unit={unit} traced={traced} sign={sign} />
        <OutputFigure design={design} index={chosen} />
      </div>
      <Tip text="What training needs beside this: gradients over the same words, multipliers for the weights, new bits.">
        {(describedBy) => (
          <label className="training-switch">
            <input
              type="checkbox"
              checked={training}
              aria-describedby={describedBy}
              onChange={({ target }) => {
                setTraining(target.checked);
              }}
            />{' '}
            Show training
          </label>
        )}
      </Tip>
      {training && (
        <TrainingFigures
          unit={unit}
          isFirst={chosen === 0}
          isStochastic={spec.mode === 'stochastic'}
          batch={spec.batch}
        />
      )}
      <TableTwin of="the accelerator" tables={tablesOf(design)} />
    </div>
  );
}

/** Which weights the drawing is of. */
function introOf({ mode, learning, retraining }: ExperimentSpec): string {
  const what =
    'A chip that keeps every weight of this net as one bit, beside what multiplies by it: activations come by, weights stay where they are. All layers work at once, each on another example (after FINN, Umuroglu et al. 2017).';
  if (learning === 'expectation' || retraining !== undefined || mode === 'none') {
    return `${what} This method is tested with other weights than signs: the drawing is of its signs.`;
  }
  return mode === 'stochastic'
    ? `${what} Stochastic weights are usually tested as real numbers: the drawing is of their signs.`
    : what;
}

/** The packed signs of a layer as last seen, where the net on the device is the one that is drawn. */
function useSigns(layer: number, { layer: shape }: Unit, edited: boolean): Uint32Array | null {
  const opened = usePage((state) => state.opened?.layers[layer] ?? null);
  const { streams } = useStreams(1000);
  const bits = streams.probes?.[layer]?.bits;
  const isThere = !edited && opened?.I === shape.I && opened.O === shape.O;
  return isThere && bits !== undefined ? bits : null;
}
