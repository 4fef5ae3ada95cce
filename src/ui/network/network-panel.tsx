import { useRef } from 'react';
import { countsOf } from '../../experiment/counts.ts';
import { shapeOf } from '../../experiment/datasets.ts';
import { layerShapes } from '../../experiment/shapes.ts';
import { BOUNDS } from '../../experiment/spec.ts';
import { bytes, whole } from '../common/format.ts';
import { Tip } from '../common/tip.tsx';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { HELP } from '../text.ts';
import { LayerRow } from './layer-row.tsx';
import { Settings } from './settings.tsx';
import { StaleBar } from './stale-bar.tsx';

/** The net from input to output, and everything else a spec fixes. */
export function NetworkPanel() {
  const spec = usePage(shownSpec);
  const formVersion = usePage((state) => state.formVersion);
  const add = useRef<HTMLButtonElement>(null);
  const { hidden } = spec.network;
  const data = shapeOf(spec.data);
  const weighted = hidden.flatMap((layer, i) => (layer.type === 'pool' ? [] : [i]));
  const shapes = layerShapes(spec, data);
  const counts = countsOf(shapes);
  const full = hidden.length >= BOUNDS.layers.max;
  return (
    <section className="network" aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      <ol className="layers" key={formVersion}>
        <li className="layer layer-end">
          <span>Input</span>
          <span className="number">
            {data.height} × {data.width}
            {data.channels > 1 && ` × ${data.channels}`}
          </span>
        </li>
        {shapes.map((shape, l) => (
          <LayerRow
            key={l}
            shape={shape}
            index={l}
            layers={shapes.length}
            onUnits={(units) => {
              const changed = hidden.map((layer, i) =>
                i === weighted[l] && layer.type === 'dense' ? { ...layer, units } : layer,
              );
              playground.edit({ network: { ...spec.network, hidden: changed } });
            }}
            onRemove={() => {
              playground.editLayers(hidden.filter((_, i) => i !== weighted[l]));
              add.current?.focus();
            }}
          />
        ))}
      </ol>
      <Tip text={full ? `${HELP.addLayer} There are at most ${BOUNDS.layers.max}.` : HELP.addLayer}>
        {(describedBy) => (
          <button
            ref={add}
            type="button"
            className="quiet"
            aria-describedby={describedBy}
            aria-disabled={full}
            onClick={() => {
              if (full) return;
              const last = hidden.at(-1);
              const units = last?.type === 'dense' ? last.units : 256;
              playground.editLayers([...hidden, { type: 'dense', units }]);
            }}
          >
            + Add layer
          </button>
        )}
      </Tip>
      <p className="totals">
        {whole(counts.weights)} weights: {bytes(counts.bytes.binary)} as bits,{' '}
        {bytes(counts.bytes.real)} as real numbers.
      </p>
      <StaleBar />
      <Settings />
    </section>
  );
}
