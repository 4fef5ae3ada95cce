import { useEffect, useRef, useState } from 'react';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { ActionButton } from '../common/action-button.tsx';
import { Tip } from '../common/tip.tsx';
import { playground, usePage } from '../page.ts';
import { sameData } from '../state/drafts.ts';
import { leavesRun, shownSpec } from '../state/page-state.ts';
import { HELP } from '../text.ts';
import { accompanied, moved, withNew, without } from './arrange.ts';
import { moveId } from './layer-moves.tsx';
import { LayerRow } from './layer-row.tsx';
import { OutputRow } from './output-row.tsx';
import { addObstacle, mapsText, newLayer, type Plan } from './plan.ts';
import type { Folding } from './rule-fields.tsx';

const ADDED = [
  ['conv', '+ Convolution', 'addConv'],
  ['pool', '+ Pooling', 'addPool'],
  ['dense', '+ Dense', 'addDense'],
] as const;

const edit = (network: ExperimentSpec['network']) => {
  playground.edit({ network });
};

/** The net from input to output, layer by layer; layers come, go and change places here. */
export function LayerList({ plan }: { readonly plan: Plan }) {
  const spec = usePage(shownSpec);
  const formVersion = usePage((state) => state.formVersion);
  const canUndo = usePage((state) => leavesRun(state) === false);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const add = useRef<HTMLDivElement>(null);
  const focusNext = useRef<string | null>(null);
  // Rows are new after a move: the keyboard stays with the layer that was moved.
  useEffect(() => {
    if (focusNext.current !== null) document.getElementById(focusNext.current)?.focus();
    focusNext.current = null;
  }, [formVersion]);
  const drafted = usePage((state) => state.draft !== null);
  const running = usePage((state) => state.run.spec.network.hidden);
  const { network } = spec;
  const { hidden } = network;
  /** Rows move: what was unfolded folds. */
  const rearrange = (rearranged: ExperimentSpec['network']) => {
    setUnfolded(new Set());
    playground.editLayers(rearranged);
  };
  const foldingOf = (position: number): Folding => ({
    isOpen: unfolded.has(position),
    onToggle: (isOpen) => {
      if (isOpen === unfolded.has(position)) return;
      const others = [...unfolded].filter((other) => other !== position);
      setUnfolded(new Set(isOpen ? [...others, position] : others));
    },
  });
  const layers = hidden.filter(({ type }) => type !== 'pool').length + 1;
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
            count={hidden.length}
            weighted={hidden.slice(0, position).filter(({ type }) => type !== 'pool').length}
            layers={layers}
            dropout={spec.learning === 'backprop' ? network.dropout.hidden : null}
            hasCompanion={
              planned.name !== null && network.companions?.at.includes(planned.name) === true
            }
            folding={foldingOf(position)}
            isPending={drafted && !sameData(running[position], planned.layer)}
            onChange={(layer) => {
              // A convolution stays one, so that names stay too.
              edit({ ...network, hidden: hidden.with(position, layer) });
            }}
            onCompanion={(isThere) => {
              if (planned.name !== null) edit(accompanied(network, planned.name, isThere));
            }}
            onMove={(by) => {
              focusNext.current = moveId(position + by, by);
              rearrange(moved(network, position, by));
            }}
            onRemove={() => {
              setUnfolded(new Set());
              playground.removeLayer(without(network, position), planned.title);
              add.current?.querySelector('button')?.focus();
            }}
          />
        ))}
        <OutputRow spec={spec} plan={plan} layers={layers} folding={foldingOf(hidden.length)} />
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
                    if (obstacle !== null) return;
                    const { position, layer } = newLayer(hidden, kind);
                    rearrange(withNew(network, position, layer));
                  }}
                >
                  {label}
                </button>
              )}
            </Tip>
          );
        })}
        {canUndo && <ActionButton name="undo" className="quiet" />}
      </div>
    </>
  );
}
