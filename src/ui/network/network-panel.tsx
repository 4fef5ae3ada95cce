import { useMemo } from 'react';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { CostList } from './cost-list.tsx';
import { LayerList } from './layer-list.tsx';
import { offerOf, planOf } from './plan.ts';
import { Settings } from './settings.tsx';
import { StaleBar } from './stale-bar.tsx';

/** The net from input to output, what it costs, and everything else a spec fixes. */
export function NetworkPanel() {
  const spec = usePage(shownSpec);
  const plan = useMemo(() => planOf(spec), [spec]);
  const offer = offerOf(spec, plan);
  return (
    <section className="network" aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      <LayerList plan={plan} />
      {offer !== null && (
        <div className="offer" role="group" aria-label="A net that fits">
          <p>{offer.sentence}</p>
          <button
            type="button"
            onClick={() => {
              playground.take({ ...offer.recipe.spec, data: spec.data });
            }}
          >
            Take “{offer.recipe.title}”
          </button>
        </div>
      )}
      {plan.shapes !== null && <CostList shapes={plan.shapes} batch={spec.batch} />}
      <StaleBar />
      <Settings />
    </section>
  );
}
