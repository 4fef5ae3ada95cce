import { useEffect, useId } from 'react';
import { isOwnId } from '../../experiment/datasets.ts';
import { RECIPES, usualRecipe } from '../../experiment/recipes.ts';
import { TipButton } from '../common/tip-button.tsx';
import { desk } from '../data/own.ts';
import { OWN } from '../data/text.ts';
import { playground, usePage } from '../page.ts';
import type { Failure } from '../../session/protocol.ts';
import { FAILURES, goBackText, TOY_ON_CPU } from '../text.ts';
import { RecordedOffer } from '../recorded/recorded-offer.tsx';
import { Notice } from './notice.tsx';

const again = () => {
  playground.restart();
};
const small = () => {
  const recipe = RECIPES[0];
  if (recipe) playground.take(recipe.spec);
};

const REMEDIES: Readonly<Record<Failure['kind'], readonly [string, string, () => void]>> = {
  'no-api': ['Check again', 'Asks the browser for WebGPU and an adapter once more.', again],
  'no-adapter': ['Check again', 'Asks the browser for WebGPU and an adapter once more.', again],
  limit: [
    'Open the small network',
    'Opens a recipe that fits every adapter; the experiment here goes, so share it first.',
    small,
  ],
  memory: [
    'Open the small network',
    'Opens a recipe that fits every adapter; the experiment here goes, so share it first.',
    small,
  ],
  data: ['Load again', 'Asks for the data once more.', again],
  shader: ['Try again', 'Builds the same experiment once more.', again],
  'not-finite': [
    'Rewind to step 0',
    'Goes back to step 0 of the same run, where its rate can be changed.',
    () => {
      playground.rewind();
    },
  ],
  lost: [
    'Start again on a new device',
    'Asks for another device and goes on from the last good state.',
    again,
  ],
  internal: [
    'Start again',
    'Starts what trains once more and goes on from the last good state.',
    again,
  ],
};

/** Where there is no adapter, the CPU trains the smallest tasks. */
function ToyOffer() {
  const help = useId();
  return (
    <>
      <button
        type="button"
        aria-describedby={help}
        onClick={() => {
          playground.take(usualRecipe('moons').spec);
        }}
      >
        {TOY_ON_CPU.button}
      </button>
      <p className="caption" id={help}>
        {TOY_ON_CPU.help}
      </p>
    </>
  );
}

/** A device that is refused to a hidden page is often given to one that is looked at again. */
function useReturn(failure: Failure): void {
  useEffect(() => {
    if (failure.kind !== 'lost') return;
    const look = () => {
      if (!document.hidden) again();
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
    };
  }, [failure]);
}

/** Why the session cannot go on. */
export function FailureNotice({ failure }: { readonly failure: Failure }) {
  const data = usePage((state) => state.run.spec.data);
  const text = FAILURES[failure.kind];
  useReturn(failure);
  const [button, help, onPress] = REMEDIES[failure.kind];
  return (
    <Notice
      title={text.title}
      sentences={[failure.message, text.hint, text.kept]}
      button={button}
      help={help}
      onPress={onPress}
    >
      {failure.good !== undefined && (
        <TipButton
          help="Goes back to the last state whose loss was a number, to change the rate there and go on."
          onClick={() => {
            playground.goBack();
          }}
        >
          {goBackText(failure.good)}
        </TipButton>
      )}
      {(failure.kind === 'no-api' || failure.kind === 'no-adapter') && (
        <>
          <RecordedOffer />
          <ToyOffer />
        </>
      )}
      {failure.kind === 'data' && isOwnId(data) && (
        <TipButton
          help="Opens the panel of your own data, to bring it again."
          onClick={() => {
            desk.open();
          }}
        >
          {OWN.title} …
        </TipButton>
      )}
      {failure.kind === 'data' && data !== 'fashion-mnist' && (
        <TipButton
          help="Opens the same experiment on the data that this page brings along."
          onClick={() => {
            playground.edit({ data: 'fashion-mnist' });
            playground.apply();
          }}
        >
          Use Fashion-MNIST instead
        </TipButton>
      )}
    </Notice>
  );
}
