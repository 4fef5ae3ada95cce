import { isOwnId } from '../../experiment/datasets.ts';
import { RECIPES } from '../../experiment/recipes.ts';
import { desk } from '../data/own.ts';
import { OWN } from '../data/text.ts';
import { playground, usePage } from '../page.ts';
import type { Failure } from '../../session/protocol.ts';
import { FAILURES, goBackText } from '../text.ts';
import { RecordedOffer } from '../recorded/recorded-offer.tsx';
import { Notice } from './notice.tsx';

const again = () => {
  playground.restart();
};
const small = () => {
  const recipe = RECIPES[0];
  if (recipe) playground.take(recipe.spec);
};

const REMEDIES: Readonly<Record<Failure['kind'], readonly [string, () => void]>> = {
  'no-api': ['Check again', again],
  'no-adapter': ['Check again', again],
  limit: ['Open the small network', small],
  memory: ['Open the small network', small],
  data: ['Load again', again],
  shader: ['Try again', again],
  'not-finite': [
    'Rewind to step 0',
    () => {
      playground.rewind();
    },
  ],
  lost: ['Start again on a new device', again],
  internal: ['Start again', again],
};

/** Why the session cannot go on. */
export function FailureNotice({ failure }: { readonly failure: Failure }) {
  const data = usePage((state) => state.run.spec.data);
  const text = FAILURES[failure.kind];
  const [button, onPress] = REMEDIES[failure.kind];
  return (
    <Notice
      title={text.title}
      sentences={[failure.message, text.hint, text.kept]}
      button={button}
      onPress={onPress}
    >
      {failure.good !== undefined && (
        <button
          type="button"
          onClick={() => {
            playground.goBack();
          }}
        >
          {goBackText(failure.good)}
        </button>
      )}
      {(failure.kind === 'no-api' || failure.kind === 'no-adapter') && <RecordedOffer />}
      {failure.kind === 'data' && isOwnId(data) && (
        <button
          type="button"
          onClick={() => {
            desk.open();
          }}
        >
          {OWN.title} …
        </button>
      )}
      {failure.kind === 'data' && data !== 'fashion-mnist' && (
        <button
          type="button"
          onClick={() => {
            playground.edit({ data: 'fashion-mnist' });
            playground.apply();
          }}
        >
          Use Fashion-MNIST instead
        </button>
      )}
    </Notice>
  );
}
