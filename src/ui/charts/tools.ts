/** How a person wants all line charts drawn; remembered in this browser. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { recall, remember } from '../state/storage.ts';
import { AXIS_KINDS, type AxisKind } from './axis.ts';

/** `usual`: each chart has the one that suits it. */
export const SCALES = ['usual', 'linear', 'log'] as const;
export type Scale = (typeof SCALES)[number];

export interface Tools {
  /** 0: none. Up to 0.99. */
  readonly smoothing: number;
  readonly scale: Scale;
  readonly across: AxisKind;
}

export const MOST_SMOOTHING = 0.99;

export const USUAL_TOOLS: Tools = { smoothing: 0.6, scale: 'usual', across: 'step' };

/** What was remembered, as far as it is one of what is allowed. */
export function readTools(text: string | null): Tools {
  const [smoothing = '', scale, across] = (text ?? '').split(' ');
  const share = Number(smoothing);
  return {
    smoothing:
      smoothing !== '' && share >= 0 && share <= MOST_SMOOTHING ? share : USUAL_TOOLS.smoothing,
    scale: SCALES.find((known) => known === scale) ?? USUAL_TOOLS.scale,
    across: AXIS_KINDS.find((known) => known === across) ?? USUAL_TOOLS.across,
  };
}

export const writeTools = ({ smoothing, scale, across }: Tools): string =>
  [smoothing, scale, across].join(' ');

const store = createStore<Tools>(() => readTools(recall('charts')));

export const useTools = (): Tools => useStore(store);

export function setTools(patch: Partial<Tools>): void {
  store.setState(patch);
  remember('charts', writeTools(store.getState()));
}
