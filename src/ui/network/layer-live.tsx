import { useCallback, useMemo, useState } from 'react';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { LayerSummary } from '../../session/protocol.ts';
import { useStreams } from '../charts/use-streams.ts';
import { flipsText, share } from '../common/format.ts';
import { Tip } from '../common/tip.tsx';
import { usePage } from '../page.ts';
import type { Series } from '../state/series.ts';
import { HELP, layerTitle } from '../text.ts';
import { GLOW, lessMotion } from '../weights/glow.ts';
import { TilePainter } from '../weights/paint-tiles.ts';
import { showLayer, SIGNS, useShownLayer } from '../weights/shown-layer.ts';
import { tileShapeOf } from '../weights/tiles.ts';
import { usePainter, type Paint } from '../weights/use-painter.ts';

/** Milliseconds between two paintings of a small picture, and between two readings of its figures. */
const PAINT_EVERY = 350;
const READ_EVERY = 1000;

const NO_LAYERS: readonly LayerSummary[] = [];

/** Place in the net that trains of a layer as the panel plans it; -1 where an edit made it another one. */
function useIndex(layers: readonly LayerSummary[], { name, kind, I, O }: LayerShape): number {
  return layers.findIndex(
    (layer) => layer.name === name && layer.kind === kind && layer.I === I && layer.O === O,
  );
}

/** A layer's signs as they are now, small: a press shows them large. Nothing where no such layer trains. */
export function LayerSigns({ shape }: { readonly shape: LayerShape }) {
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  const hasLarge = usePage((state) => !state.hide.includes('inside'));
  const shown = useShownLayer(layers);
  const index = useIndex(layers, shape);
  const layer = layers[index];
  if (layer === undefined) return null;
  if (!hasLarge) return <Signs key={layer.name} layer={layer} index={index} />;
  return (
    <Tip text={HELP.layerSigns}>
      {(describedBy) => (
        <button
          type="button"
          className="layer-signs"
          aria-label={`Signs of ${layerTitle(layer.name)}`}
          aria-describedby={describedBy}
          aria-pressed={shown === index}
          onClick={() => {
            showLayer(layer.name);
            document.getElementById(SIGNS)?.scrollIntoView({
              behavior: lessMotion() ? 'auto' : 'smooth',
              block: 'nearest',
            });
          }}
        >
          <Signs key={layer.name} layer={layer} index={index} />
        </button>
      )}
    </Tip>
  );
}

function Signs({ layer, index }: { readonly layer: LayerSummary; readonly index: number }) {
  const mode = usePage((state) => state.mode);
  const [painter] = useState(() => new TilePainter());
  const shape = useMemo(() => tileShapeOf(layer), [layer]);
  const units = layer.O;
  const paint = useCallback<Paint>(
    (canvas, { probes }, now) => {
      const strength = lessMotion() ? 0 : GLOW[mode];
      const { bits } = probes?.[index] ?? {};
      const tiles = { bits, layer: index, shape, units, from: 0 };
      return painter.paint(canvas, tiles, { strength, still: strength === 0 }, now);
    },
    [painter, index, shape, units, mode],
  );
  return <canvas ref={usePainter(paint, PAINT_EVERY)} aria-hidden="true" />;
}

/** What a curve says of the last steps. */
function latestOf(series: Series | undefined): number | null {
  const points = series?.points().slice(-LATEST) ?? [];
  if (points.length === 0) return null;
  return points.reduce((sum, { value }) => sum + value, 0) / points.length;
}
const LATEST = 8;

/** How many signs flip in a step, and how many weights lie where clipping holds them. */
export function LayerPulse({ shape }: { readonly shape: LayerShape }) {
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  const isClipped = usePage((state) => state.mode !== 'none');
  const index = useIndex(layers, shape);
  const { streams } = useStreams(READ_EVERY, 300);
  const flips = latestOf(streams.signFlips[index]);
  const saturation = streams.probes?.[index]?.saturation;
  if (index < 0) return null;
  return (
    <>
      <span>
        flips <b>{flips === null ? '–' : flipsText(flips)}</b> a step
      </span>
      {isClipped && (
        <span>
          at ±H <b>{saturation === undefined ? '–' : share(saturation)}</b>
        </span>
      )}
    </>
  );
}
