import { useMemo, useState } from 'react';
import type { Folding } from '../../experiment/accelerator.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { balanced, type Choices, type Design, designOf, matricesKey } from './design.ts';

export interface Designing {
  readonly design: Design;
  readonly choices: Choices;
  readonly budget: number;
  /** Folded by hand since it was balanced. */
  readonly isOwn: boolean;
  readonly setBudget: (budget: number) => void;
  readonly balance: () => void;
  readonly setFolding: (layer: number, folding: Folding) => void;
  readonly setClock: (clock: number) => void;
  readonly setBits: (bits: number) => void;
}

/** Foldings made for one net are no foldings of another: they are kept with what they were made for. */
interface OwnFoldings {
  readonly key: string;
  readonly foldings: readonly Folding[];
}

/** The accelerator that a person folds: balanced at first, and whenever the net is another one. */
export function useDesign(spec: ExperimentSpec, layers: readonly LayerShape[]): Designing {
  const [budget, setBudget] = useState(1024);
  const [clock, setClock] = useState(100);
  const [bits, setBits] = useState(8);
  const [own, setOwn] = useState<OwnFoldings | null>(null);
  const key = matricesKey(layers);
  const usual = useMemo(() => balanced(layers, budget), [layers, budget]);
  const foldings = own?.key === key ? own.foldings : usual;
  const choices = useMemo(() => ({ foldings, clock, bits }), [foldings, clock, bits]);
  const design = useMemo(() => designOf(spec, layers, choices), [spec, layers, choices]);
  return {
    design,
    choices,
    budget,
    isOwn: own?.key === key,
    setBudget: (lanes) => {
      setBudget(lanes);
      setOwn(null);
    },
    balance: () => {
      setOwn(null);
    },
    setFolding: (layer, folding) => {
      setOwn({ key, foldings: foldings.map((old, l) => (l === layer ? folding : old)) });
    },
    setClock,
    setBits,
  };
}
