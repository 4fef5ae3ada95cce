import { whole } from '../common/format.ts';
import { Tip } from '../common/tip.tsx';
import { ACTIVATION_BITS, BUDGETS, CLOCK } from './design.ts';
import { Choice, WholeField } from './fields.tsx';
import type { Designing } from './use-design.ts';

/** What holds for all layers: lanes to share out, bits of an activation, the clock. */
export function Controls({ designing }: { readonly designing: Designing }) {
  const { budget, choices, isOwn, setBudget, balance, setClock, setBits } = designing;
  return (
    <div className="accelerator-controls" role="group" aria-label="All layers">
      <Choice
        name="Lanes at most"
        help="How many lanes all layers may have together; each is folded so that the slowest is as fast as it can be."
        value={budget}
        options={BUDGETS}
        text={whole}
        onChange={setBudget}
      />
      <Tip text="Folds all layers anew for that many lanes.">
        {(describedBy) => (
          <button
            type="button"
            aria-describedby={describedBy}
            aria-disabled={!isOwn}
            onClick={balance}
          >
            Balance
          </button>
        )}
      </Tip>
      <WholeField
        name="Clock, MHz"
        help="Millions of cycles a second."
        value={choices.clock}
        {...CLOCK}
        onChange={setClock}
      />
      <Choice
        name="Activation bits"
        help="How wide the numbers are that pass between layers; sums are as wide as they must be."
        value={choices.bits}
        options={ACTIVATION_BITS}
        text={String}
        onChange={setBits}
      />
    </div>
  );
}
