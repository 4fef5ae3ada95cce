/** The layer whose signs are shown large: chosen above the picture, or by its small picture in the Network panel. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { isPlane } from '../../session/plane.ts';
import type { LayerSummary } from '../../session/protocol.ts';

/** The id of the large picture, for those who send a person to it. */
export const SIGNS = 'weight-signs';

const chosen = createStore<{ readonly name: string | null }>(() => ({ name: null }));

export function showLayer(name: string): void {
  chosen.setState({ name });
}

/** Place of the shown layer among `layers`: the chosen one, where this net has it; else the first that makes a picture. */
export function useShownLayer(layers: readonly LayerSummary[]): number {
  const name = useStore(chosen, (state) => state.name);
  const found = layers.findIndex((layer) => layer.name === name);
  if (found >= 0) return found;
  // Two weights a unit make no picture.
  return layers[0] !== undefined && isPlane(layers[0].from) && layers.length > 1 ? 1 : 0;
}
