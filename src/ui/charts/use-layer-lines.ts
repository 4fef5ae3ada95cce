import { useMemo } from 'react';
import { usePage } from '../page.ts';
import { layerTitle } from '../text.ts';
import { layerColour, layerDash } from './colours.ts';
import type { PlotLine } from './lines.ts';

const NO_LAYERS: readonly { readonly name: string }[] = [];

/** A line for each layer of the run at hand, with keys `what-0`, `what-1`, ... */
export function useLayerLines(what: string): readonly PlotLine[] {
  const layers = usePage((state) => state.opened?.layers ?? NO_LAYERS);
  return useMemo(
    () =>
      layers.map(({ name }, l): PlotLine => ({
        key: `${what}-${l}`,
        name: layerTitle(name),
        colour: layerColour(l, layers.length),
        dash: layerDash(l),
        look: 'plain',
      })),
    [layers, what],
  );
}
