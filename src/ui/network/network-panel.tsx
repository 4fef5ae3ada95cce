import { useMemo } from 'react';
import { recipeOf } from '../../experiment/recipes.ts';
import { TipButton } from '../common/tip-button.tsx';
import { expectationOf } from '../header/recipe-groups.ts';
import { playground, usePage } from '../page.ts';
import { shownSpec } from '../state/page-state.ts';
import { HELP } from '../text.ts';
import { CostList } from './cost-list.tsx';
import { LayerList } from './layer-list.tsx';
import { MethodSection } from './method-section.tsx';
import { offerOf, planOf } from './plan.ts';
import { Settings } from './settings.tsx';
import { StaleBar } from './stale-bar.tsx';

/** The net from input to output, what it costs, and everything else a spec fixes. */
export function NetworkPanel() {
  const spec = usePage(shownSpec);
  const plan = useMemo(() => planOf(spec), [spec]);
  const recipe = useMemo(() => recipeOf(spec), [spec]);
  const offer = offerOf(spec, plan);
  return (
    <section className="network" aria-labelledby="network-title">
      <h2 id="network-title">Network</h2>
      {recipe !== null && <p className="caption recipe">{expectationOf(recipe)}</p>}
      <LayerList plan={plan} />
      {offer !== null && (
        <div className="offer" role="group" aria-label="A net that fits">
          <p>{offer.sentence}</p>
          <TipButton
            help={HELP.takeOffer}
            onClick={() => {
              playground.take({ ...offer.recipe.spec, data: spec.data });
            }}
          >
            Take “{offer.recipe.title}”
          </TipButton>
        </div>
      )}
      {plan.shapes !== null && <MethodSection shapes={plan.shapes} />}
      {plan.shapes !== null && <CostList />}
      <StaleBar />
      <Settings />
    </section>
  );
}
