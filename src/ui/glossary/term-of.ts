/** Which entry of the glossary belongs to a heading or an explanation. Small: it is part of the first load. */
import { CHARTS, HELP, MODE_HELP } from '../text.ts';

/** By the heading's text. */
const OF_HEADINGS: Readonly<Record<string, readonly [id: string, name: string]>> = {
  Loss: ['loss', 'Loss'],
  Error: ['test-error', 'Test error'],
  'Sign flips': ['sign-flip', 'Sign flip'],
  'Stored weights': ['stored-weight', 'Stored weight'],
  'Weight signs': ['propagated-weight', 'Propagated weight'],
  'What is happening': ['straight-through', 'Straight-through'],
};

export const termOfHeading = (heading: string): readonly [id: string, name: string] | null =>
  OF_HEADINGS[heading] ?? null;

/** By the explanation itself, so that no control need know of the glossary. */
const OF_TEXTS = new Map<string, readonly [id: string, name: string]>([
  [MODE_HELP.none, ['real', 'Real weights']],
  [MODE_HELP.deterministic, ['deterministic', 'Deterministic weights']],
  [MODE_HELP.stochastic, ['hard-sigmoid', 'Hard sigmoid']],
  [HELP.h, ['h', 'H']],
  [HELP.batchNorm, ['batch-norm', 'Batch normalisation']],
  [HELP.loss, ['loss', 'Loss']],
  [HELP.pieces, ['maxout', 'Maxout']],
  [HELP.companion, ['companion', 'Companion']],
  [HELP.dropConnect, ['drop-connect', 'DropConnect']],
  [HELP.dropoutHidden, ['dropout', 'Dropout']],
  [HELP.dropoutInput, ['dropout', 'Dropout']],
  [HELP.learning, ['ebp', 'EBP']],
  [HELP.retraining, ['ternary', 'Ternary weights']],
  [HELP.lrScale, ['rate-scale', 'Rate scale']],
  [HELP.optimizer, ['optimiser', 'Optimiser']],
  [HELP.epochs, ['epoch', 'Epoch']],
  [HELP.batch, ['minibatch', 'Minibatch']],
  [HELP.outputKind, ['nin', 'NIN']],
  [HELP.seed, ['seed', 'Seed']],
  [CHARTS.flips, ['sign-flip', 'Sign flip']],
]);

export const termOfText = (text: string): readonly [id: string, name: string] | null =>
  OF_TEXTS.get(text) ?? null;

/** All entries that are linked to. */
export const linkedTerms = (): readonly string[] =>
  [...Object.values(OF_HEADINGS), ...OF_TEXTS.values()].map(([id]) => id);
