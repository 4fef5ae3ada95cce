import { useEffect, useState } from 'react';
import type { Mode } from '../../experiment/spec.ts';
import type { Subject } from '../../session/protocol.ts';
import { playground, usePage } from '../page.ts';
import { isRetraining } from '../state/page-state.ts';

export type Weights = Subject['weights'];

/** The weights a net is judged by: ternary in retraining, signs where they are what training settles on, else the stored numbers. */
const ownWeights = (mode: Mode, retrains: boolean): Weights =>
  retrains ? 'ternary' : mode === 'deterministic' ? 'binary' : 'real';

/** The weights to look with: the mode's own, until others are chosen. */
export function useLookWeights(): readonly [Weights, (weights: Weights) => void] {
  const mode = usePage((state) => state.mode);
  const retrains = usePage(isRetraining);
  const [chosen, choose] = useState<Weights | null>(null);
  const there = chosen === 'ternary' && !retrains ? null : chosen;
  return [there ?? ownWeights(mode, retrains), choose];
}

/** Watch a subject while the view is there, and nothing where it is null. Pass a stable one. */
export function useWatched(subject: Subject | null): void {
  const kind = subject?.kind ?? null;
  useEffect(() => {
    if (subject !== null) playground.look(subject);
  }, [subject]);
  useEffect(
    () => () => {
      if (kind !== null) playground.lookAway(kind);
    },
    [kind],
  );
}
