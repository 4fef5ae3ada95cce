import { useMemo } from 'react';
import { Region } from '../charts/region.tsx';
import { useStreams } from '../charts/use-streams.ts';
import { usePage } from '../page.ts';
import type { LayerSummary } from '../../session/protocol.ts';
import { CHARTS, layerTitle } from '../text.ts';
import { Histogram } from './histogram.tsx';
import { histogramSummary, storedTables } from './stored-text.ts';

const NO_LAYERS: readonly LayerSummary[] = [];

/** Histograms of the real numbers that training updates. */
export function StoredRegion() {
  const view = useStreams(500, 250);
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  const isClipped = usePage((state) => state.mode !== 'none');
  const { probes } = view.streams;
  const tables = useMemo(() => storedTables(layers, probes), [layers, probes]);
  return (
    <Region name="Stored weights" caption={CHARTS.stored} tables={tables}>
      {layers.map(({ name }, l) => {
        const probe = probes?.[l];
        return (
          <Histogram
            key={name}
            name={layerTitle(name)}
            index={l}
            layers={layers.length}
            isClipped={isClipped}
            range={probe?.range ?? null}
            saturation={probe?.saturation ?? 0}
            summary={histogramSummary(layerTitle(name), probe, isClipped)}
          />
        );
      })}
      {!isClipped && (
        <p className="caption">
          Nothing is clipped in this mode: each axis spans its layer’s own largest weight.
        </p>
      )}
    </Region>
  );
}
