import { plural } from '../common/format.ts';

/** What the runs' part of the page says. */
export const RUNS = {
  caption:
    'Every run that is finished, or left after a step, is kept in this browser; those shown are drawn behind the one at hand. Errors are those of the last epoch.',
  none: 'No run is kept yet: train one to its end, or begin another one.',
  lost: 'This browser keeps nothing for this page now: these runs go when the page is closed.',
  claimed: 'Claimed by the link, not trained here.',
  shown: 'Draws this run behind the one at hand; at most eight are.',
  restore: 'Opens the run at step 0; on the same adapter it trains to the same bits again.',
  diff: 'Lists in what this run differs from the one at hand or from another kept one, and what came of both.',
  against: 'What this run is set against: the one at hand, or any that is kept.',
  same: 'It is the same experiment, seed and changes included.',
  edit: 'Gives the run a name of your own and a note.',
  drop: 'Takes the run out of the list; it can be brought back until the next one is deleted.',
  csv: 'Saves a line a run, for a spreadsheet.',
  json: 'Saves everything that is kept: specs, curves, epochs.',
  methods: 'Which methods to train one after another, on the experiment of the form.',
  compareThese:
    'Trains the chosen methods one after another, from one seed and one order of examples.',
  comparison:
    'One experiment, one seed, one order of examples. Test error at the epoch of lowest validation error, with each method’s own weights. Where the experiment is exactly a published one, the published figure stands beside it.',
  stop: 'Ends the comparison; what was trained stays in the list below.',
  undelete: 'Brings back what was deleted last.',
  naming: 'Both are kept with the run, and exported with it, as they are typed.',
  byHand: 'The comparison was stopped; what was done is kept.',
  byAnother: 'The comparison ended where another run was opened or this one failed.',
} as const;

/** What a difference between errors is to be held against. */
export const oneExample = (examples: string, share: string): string =>
  `One of the ${examples} test examples is ${share}. One seed is one try: a difference of a few examples may turn round with the next seed.`;

/** A comparison is over, wherever on the page one is. */
export const compared = (methods: number): string =>
  `${methods === 1 ? 'One method is' : `All ${methods} methods are`} trained; their table is under Runs.`;

/** Kept runs that this page cannot read yet. */
export const newerRuns = (count: number): string =>
  `${plural(count, 'run')} kept here ${count === 1 ? 'was' : 'were'} made by a newer version of this page; reload it to see ${count === 1 ? 'it' : 'them'}.`;

export const WEIGHTS_SAID = { binary: 'binary', real: 'real', ternary: 'ternary' } as const;
