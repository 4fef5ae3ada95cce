/** Ensembles of sampled nets, measured when they are asked for: each costs as many evaluations as it has nets. */
import { LARGEST_ENSEMBLE } from '../experiment/ensemble.ts';
import type { Trainer } from '../gpu/trainer.ts';
import type { EnsembleRecord } from './protocol.ts';

/** All sizes there are, from one pass. Null where `proceed`, asked between batches, gave it up. */
export async function ensembleOf(
  trainer: Trainer,
  proceed: () => boolean,
): Promise<EnsembleRecord | null> {
  const all = await trainer.evaluateEnsemble(LARGEST_ENSEMBLE, proceed);
  return (
    all && {
      step: trainer.step,
      sizes: all.map(({ members, validation, test }) => ({
        ...{ members, validation: validation.error, test: test.error },
      })),
    }
  );
}
