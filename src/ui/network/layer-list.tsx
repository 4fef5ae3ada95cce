import { useRef } from 'react';
import { shapeOf } from '../../experiment/datasets.ts';
import type { LayerSpec } from '../../experiment/spec.ts';
import { layerColour } from '../charts/colours.ts';
import { Tip } from '../common/tip.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { HELP } from '../text.ts';
import { LayerFacts, LayerRow } from './layer-row.tsx';
import { addObstacle, mapsText, type Plan, withLayer } from './plan.ts';

const ADDED = [
  ['conv', '+ Convolution', 'addConv'],
  ['pool', '+ Pooling', 'addPool'],
  ['dense', '+ Dense', 'addDense'],
] as const;

/** The net from input to output, layer by layer; layers come and go here. */
export function LayerList({ plan }: { readonly plan: Plan }) {
  const spec = usePage(shownSpec);
  const formVersion = usePage((state) => state.formVersion);
  const add = useRef<HTMLDivElement>(null);
  const { hidden } = spec.network;
  const layers = hidden.filter(({ type }) => type !== 'pool').length + 1;
  const output = plan.shapes?.at(-1);
  const edit = (changed: readonly LayerSpec[]) => {
    playground.edit({ network: { ...spec.network, hidden: [...changed] } });
  };
  return (
    <>
      <ol className="layers" key={formVersion}>
        <li className="layer layer-end">
          <span>Input</span>
          <span className="number">{mapsText(plan.input)}</span>
        </li>
        {plan.hidden.map((planned, position) => (
          <LayerRow
            key={position}
            planned={planned}
            position={position}
            weighted={hidden.slice(0, position).filter(({ type }) => type !== 'pool').length}
            layers={layers}
            onChange={(layer) => {
              edit(hidden.with(position, layer));
            }}
            onRemove={() => {
              playground.editLayers(hidden.toSpliced(position, 1));
              add.current?.querySelector('button')?.focus();
            }}
          />
        ))}
        <li className="layer">
          <span className="layer-key" style={{ background: layerColour(layers - 1, layers) }} />
          <div className="layer-head">
            <span>Output</span>
            <span className="number">{shapeOf(spec.data).classes} classes</span>
          </div>
          {output && <LayerFacts shape={output} />}
        </li>
      </ol>
      <div className="layer-add" ref={add}>
        {ADDED.map(([kind, label, help]) => {
          const obstacle = addObstacle(hidden, kind);
          return (
            <Tip key={kind} text={[HELP[help], obstacle].filter(Boolean).join(' ')}>
              {(describedBy) => (
                <button
                  type="button"
                  className="quiet"
                  aria-describedby={describedBy}
                  aria-disabled={obstacle !== null}
                  onClick={() => {
                    if (obstacle === null) playground.editLayers(withLayer(hidden, kind));
                  }}
                >
                  {label}
                </button>
              )}
            </Tip>
          );
        })}
      </div>
    </>
  );
}
