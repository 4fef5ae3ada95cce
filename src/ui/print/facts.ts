/** What a printed picture says of the run it shows. Pure. */
import { recipeOf } from '../../experiment/recipes.ts';
import { encodeLink } from '../../experiment/link.ts';
import { MODE_NAMES } from '../text.ts';
import { changeText } from '../text.ts';
import type { PageState } from '../state/page-state.ts';
import { whole } from '../common/format.ts';

type Told = Pick<PageState, 'run' | 'opened' | 'applied' | 'step'>;

/** Data, net, weights, seed, how far it came, where; in sentences. */
export function factsText({ run, opened, applied, step }: Told): string {
  const { spec } = run;
  const recipe = recipeOf(spec)?.title ?? 'Own net';
  const epoch = opened === null ? 0 : step / opened.stepsPerEpoch;
  return [
    `${opened?.data.title ?? spec.data}: ${recipe}, ${MODE_NAMES[spec.mode].toLowerCase()} weights, batch ${spec.batch}, seed ${spec.seed}.`,
    `After step ${whole(step)} (epoch ${Number(epoch.toPrecision(3))} of ${spec.epochs}).`,
    ...applied.map((change) => `From step ${whole(change.step)} on: ${changeText(change)}.`),
    ...(opened === null ? [] : [`Trained on ${opened.adapter.name}.`]),
    `BinaryConnect playground, ${encodeLink({ spec, kernels: 'auto', changes: applied })}`,
  ].join(' ');
}

/** A file's name, without its ending. */
export const fileName = (title: string, { run, step }: Told): string =>
  `binaryconnect-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${run.spec.data.replace(/[^a-z0-9-]+/g, '')}-seed${run.spec.seed}-step${step}`;
