/** Everything the page says: names, one-sentence explanations, what happened and what helps. */
import { NO_CHANGES } from '../experiment/learning.ts';
import { NO_MODES } from '../experiment/retraining.ts';
import {
  type DatasetId,
  isOfficialId,
  isToyId,
  type OfficialId,
  type ToyId,
} from '../experiment/datasets.ts';
import type { HRule, Mode } from '../experiment/spec.ts';
import { quote } from '../experiment/quote.ts';
import { MAX_CHANGES, type Change } from '../experiment/run.ts';
import type {
  AdapterSummary,
  Failure,
  KernelOrigin,
  Phase,
  Refusal,
  SessionEvent,
} from '../session/protocol.ts';
import { figures } from '../experiment/digits.ts';
import { percent } from './common/format.ts';

export const NOT_BUILT = 'The network is still to be built.';

export const TITLE = 'BinaryConnect playground';

export const DATASET_TITLES: Readonly<Record<OfficialId | ToyId, string>> = {
  'fashion-mnist': 'Fashion-MNIST',
  mnist: 'MNIST',
  'cifar-10': 'CIFAR-10',
  svhn: 'SVHN',
  moons: 'Two moons',
  circles: 'Circles',
  xor: 'XOR',
  spiral: 'Spiral',
};

/** What a data set is called; a person's own by its shape where it is not at hand. */
export const datasetTitle = (id: DatasetId): string =>
  isOfficialId(id) || isToyId(id) ? DATASET_TITLES[id] : `Own data (${id.split('-')[1] ?? ''})`;

export const MODE_NAMES: Readonly<Record<Mode, string>> = {
  none: 'Real',
  deterministic: 'Deterministic',
  stochastic: 'Stochastic',
};

/** What propagates in a step. */
export const WEIGHT_NAMES: Readonly<Record<Mode | 'ternary', string>> = {
  ...MODE_NAMES,
  ternary: 'Ternary',
};

export const MODE_HELP: Readonly<Record<Mode, string>> = {
  none: 'Weights propagate as they are stored: an ordinary network, to compare with.',
  deterministic:
    'Each weight propagates as its sign, +H or −H; the update goes to the stored weight.',
  stochastic:
    'Each minibatch draws every weight as +H or −H, so that its mean is the stored weight.',
};

/** One sentence for each control, by the id of its field or button. */
export const HELP = {
  data: 'The pictures to learn from; choosing others starts the run again.',
  recipe: 'A whole experiment with a name; it sets everything but the mode and the seed.',
  speed: 'How many training steps to take a second, at most.',
  theme: 'Light, dark, or what the system says; remembered in this browser.',
  shortcuts: 'Single keys act while no field is being typed in.',
  removeLayer:
    'Takes this layer out of the net; Discard brings it back until the edits are applied.',
  layerRules:
    'What this layer has besides its sizes: maxout, dropout, bounds, its share of the rate.',
  startsReal: 'Weights are real at first: retraining begins with them.',
  apply: 'Begins again at step 0 with the edits; the run that stands here is kept under Runs.',
  discard: 'Forgets the edits; the form shows the run at hand again, and Undo brings them back.',
  takeOffer: 'Takes a net that suits the data in place of this one.',
  groupLive: 'What can be changed while the run goes on; each change leaves a mark on the charts.',
  groupLearning: 'The loss, the optimiser and the learning rate: applied with a new start.',
  groupWeights:
    'What weights propagate as and start from, and what stands between layers: applied with a new start.',
  groupData: 'What is done to examples before they are trained on: applied with a new start.',
  groupSchedule: 'How much is looked at, how often, and from which seed: applied with a new start.',
  setNow: 'Sets it from the next step on, and leaves a mark on the charts.',
  momentNow: 'Goes back to now, and along with the run.',
  units: 'How many units this layer has; each is one column of weights.',
  moveUp: 'Changes places with the layer before; it is said in place where that does not fit.',
  moveDown: 'Changes places with the layer after; it is said in place where that does not fit.',
  pieces: 'Maxout: each unit is the largest of so many linear pieces; with 1 it is a ReLU.',
  maxNorm: 'The longest a filter, the weights into one unit, may be after a step.',
  layerRate: 'Share of the learning rate that this layer’s weights and biases learn at.',
  layerDropout: 'Share of this layer’s units dropped in training, in place of the network’s.',
  companion: 'A linear classifier of what this layer makes before ReLU; it helps in training only.',
  outputKind:
    'Scores come from a dense layer, or from a 1 × 1 convolution to a map a class, which is averaged.',
  outputRelu: 'Puts a ReLU between a class’s map and its average.',
  example: 'Number of the test example that is looked at.',
  seenWith:
    'Whether this picture is made with the signs of the weights or with the stored numbers.',
  shownLayer: 'Whose weights the picture shows.',
  layerSigns: 'The signs of this layer as they are now; pressed, it shows them large.',
  addDense: 'Adds a dense layer before the output.',
  addConv: 'Adds a convolution before the first dense layer.',
  addPool: 'Adds pooling before the first dense layer.',
  channels: 'How many maps the convolution makes; each has a filter of its own.',
  kernel: 'Height and width of the filters.',
  stride: 'How far apart two windows begin.',
  padding: 'Rows and columns of zeros around the maps that are read.',
  poolKind: 'Each window leaves its largest number or its mean; global: the mean of a whole map.',
  window: 'Height and width of the windows.',
  ceil: 'Keeps a last window that hangs over the edge; it counts only what is there.',
  pooling:
    'Whether maps shrink before batch norm, as in the paper, or after the activation, as is usual now.',
  preprocessing:
    'What is done to every example first: less the mean, scaled, or contrast normalised, whitened or not.',
  crop: 'Each epoch cuts every image out of itself with that many zeros around; 0 is off.',
  flip: 'Each epoch mirrors every image half the time, left for right.',
  h: 'The binary magnitude: a weight propagates as +H or −H, and stored weights are clipped to that range.',
  magnitude:
    'What signs are multiplied by when they propagate: H itself, or the mean of the layer’s |w| at that step.',
  initialRange: 'Real weights start between plus and minus this number instead.',
  initialisation: 'The uniform distribution that stored weights start from.',
  batchNorm:
    'Normalises each unit over the minibatch; the two published forms add epsilon in different places.',
  dropoutInput: 'Share of input pixels set to zero in each training step.',
  dropoutHidden: 'Share of hidden units set to zero in each training step.',
  dropConnect:
    'Share of the weights of hidden dense layers that an example does not see, drawn anew for each.',
  companionRate: 'Share of the learning rate that companions’ weights and biases learn at.',
  companionFade: 'Lets that share shrink: times (1 + slope · step) to the power −power.',
  fadeSlope: 'How soon the share shrinks.',
  fadePower: 'How steeply the share shrinks.',
  learning:
    'Gradients of a loss move stored weights; expectation learns the chances of binary weights, with no rate.',
  loss: 'What training makes small: squared hinge in the two published forms, or cross-entropy.',
  optimizer: 'How a gradient becomes a step of the stored weights.',
  momentum: 'Share of the last step that goes on in the next one.',
  ramp: 'Lets momentum change by epoch, in a straight line, to another one.',
  rampEnd: 'The momentum at the end of its way.',
  rampEpochs: 'How many epochs momentum takes to its end.',
  beta1: 'How long ADAM remembers the mean of the gradient.',
  beta2: 'How long ADAM remembers the size of the gradient.',
  epsilon: 'Keeps ADAM from dividing by zero.',
  rateStart: 'The learning rate of the first step.',
  rateEnd: 'The learning rate that the decay leads to.',
  decay:
    'How the rate goes from first to last: by equal factors or in a line by epoch, divided by step, or at named epochs.',
  decayEpochs: 'How many epochs the rate takes to its end.',
  decayBy: 'What every step divides the rate by, until it is at its end.',
  decayAt: 'Epochs, counted from 0, before which the rate falls, each time by the same factor.',
  weightDecay: 'So many times each weight is added to its gradient; biases are left alone.',
  retraining:
    'Trains real weights first; then each becomes −Δ, 0 or +Δ, and training goes on with those.',
  retrainingAfter: 'Epochs of real weights before retraining begins; the others follow it.',
  signalLevels: 'How many levels hidden signals have in retraining, zero included; 8 are 3 bits.',
  biasRate: 'Share of the learning rate that gamma, beta and biases learn at.',
  lrScale: 'Factor on the steps of each layer’s weights; c is the layer’s Glorot coefficient.',
  batch: 'How many examples one training step looks at.',
  epochs: 'How many times to go through the training examples.',
  evaluateEvery: 'Epochs between two looks at the validation and test examples.',
  shuffleEvery: 'Epochs between two new orders of the training examples.',
  seed: 'Fixes every random draw: the same seed gives the same run.',
  rateNow: 'Sets the learning rate from the next step on; it goes on decaying as scheduled.',
  momentumNow: 'Sets the momentum from the next step on.',
  across:
    'What runs along the charts: steps, epochs, or the time that training took, pauses left out.',
  scale: 'The charts’ upright axes: each as suits it, from zero on, or in powers of ten.',
  smoothing:
    'How much each point of a curve takes of its neighbours; what was measured stays, faint, behind it.',
  moment: 'The moment of the run that the histograms show; at the right end they go along with it.',
  tuning:
    'Finds the fastest variant of each matrix product on this adapter; runs begun later use it.',
  useMeasured: 'Begins this run anew with the kernels that measured fastest.',
} as const;

export type HelpKey = keyof typeof HELP;

export const OPTIONS = {
  across: { step: 'steps', epoch: 'epochs', seconds: 'time' },
  scale: { usual: 'as suits', linear: 'linear', log: 'log' },
  h: { one: 'H = 1', glorot: 'H = c by layer' },
  magnitude: { bound: 'H', mean: 'mean |w|' },
  outputKind: { dense: 'dense', average: 'averaged maps' },
  learning: { backprop: 'gradients', expectation: 'expectation' },
  decay: {
    exponential: 'exponential',
    linear: 'linear',
    division: 'division by step',
    steps: 'at epochs',
  },
  initialisation: { auto: 'as published', glorot: 'U(−2c, 2c)', 'uniform-h': 'U(−H, H)' },
  batchNorm: { none: 'none', variance: '√(var + ε)', deviation: '√var + ε' },
  loss: {
    'hinge-mean': 'hinge², mean',
    'hinge-sum': 'hinge², sum',
    'cross-entropy': 'cross-entropy',
  },
  seenWith: { binary: 'binary weights', real: 'real weights', ternary: 'ternary weights' },
  poolKind: { max: 'max', average: 'average', 'global-average': 'global' },
  pooling: { 'before-norm': 'before norm', 'after-activation': 'after ReLU' },
  preprocessing: {
    mean: 'less the mean',
    symmetric: 'to [−1, 1]',
    gcn: 'GCN',
    'gcn-zca': 'GCN, ZCA',
    'gcn-lcn': 'GCN, LCN',
  },
  optimizer: { sgd: 'SGD', momentum: 'momentum', nesterov: 'Nesterov', adam: 'ADAM' },
  lrScale: { auto: 'as published', '1': '1', '1/c': '1 / c', '1/c^2': '1 / c²' },
} as const;

/** What stands in for fields that a rule of learning does not read. */
export const EXPECTATION = {
  learning: 'Expectation BackPropagation has no loss, optimiser, rate or decay to choose.',
  weights:
    'Expectation BackPropagation has plain dense layers and starts by a rule of its own: no H, batch norm or dropout.',
  refit: 'Take out what does not fit',
  refitHelp: 'Takes batch norm, dropout and whatever else it has no place for out of the edits.',
} as const;

/** What becomes of a trained net of real weights when it goes on with binary ones. */
export const fineTuning = (h: HRule): string =>
  h === 'one'
    ? 'From here on this is fine-tuning after binarisation: the trained weights were divided by 2c and clipped to [−1, 1], their moments start anew, and their signs propagate.'
    : 'From here on this is fine-tuning after binarisation: the trained weights were clipped to [−H, H], and their signs propagate.';

export const METHOD = {
  table: 'Weights, and multiplications of the matrix products an example, counted exactly',
  columns: [
    'Layer',
    'Weights',
    'As bits',
    'As float32',
    'Training',
    'Training, real weights',
    'Test',
    'Test, real weights',
  ],
} as const;

export const COST = {
  edited: 'known once the edits are applied',
  opening: 'known once the net is built',
  unmeasured: 'measured while the run waits at step 0',
} as const;

export const LOOKS = {
  maps: 'What each layer makes of one picture; the stronger the ink, the larger the number.',
  sourceTest: 'Pictures that the network was not trained on, with their true class.',
  sourceOwn: 'Draw, paste, drop or choose a picture; it never leaves this browser.',
  next: 'Looks at the next test example.',
  random: 'Looks at a test example picked by chance.',
  lookAgain: 'Begins looking through the test examples again.',
  allMistakes: 'Shows the mistakes of all classes again.',
  lookAt: 'A press on one looks at it above, layer by layer.',
  empty: 'Nothing is drawn yet: draw on the pad, or paste, drop or choose a picture.',
  looking: 'The network looks at it …',
  mistakes: 'What is taken for what, and the test examples that go most confidently wrong.',
  worst:
    'The most confident mistakes first, each with its true class and, in bold, what it is taken for. A cell of the table shows only its own.',
  testing: 'The test examples are being looked through …',
  notTested: 'Not looked at.',
  stopTesting: 'Gives up looking through the test examples; training goes on.',
  unit: 'Number of the unit that is shown large.',
  prepared: 'It is shown as the network sees it, preprocessed.',
  plane:
    'Which class the network gives each place; the paler, the less sure. On top: training points. Batch norm is measured on the first training examples here and on more of them after an epoch: the two errors may differ a little.',
} as const;

export const PAD = {
  keys: 'Draw with a pointer; or with the arrow keys, which move the pen (Shift: further), and Space, which puts it down and lifts it; Backspace undoes, Delete clears.',
  undo: 'Takes the last stroke or picture away.',
  clear: 'Empties the pad; undoing brings back what was on it.',
  thin: 'A pen for lines, as wide as those of MNIST’s digits.',
  thick: 'A pen for filling areas.',
  colour: 'The colour that the pen draws in.',
  file: 'A picture from this device: PNG, JPEG, GIF, BMP or WebP, of up to 20 MB; it never leaves this browser.',
  down: 'Pen down.',
  up: 'Pen up.',
  nothing: 'There is nothing on this picture: it is black all over.',
  rule: {
    mass: 'Drawn large or small, it is scaled to fill 20 of 28 pixels and its centre of mass moved to the middle, as MNIST’s digits were. A picture on light paper is inverted.',
    box: 'Like Fashion-MNIST’s clothes it is scaled to fill the frame along its longer side and put in the middle. A picture on light paper is inverted.',
    whole: 'The whole pad is the picture: one from a file is cut to its middle and scaled.',
  },
} as const;

export const UNIT = {
  number:
    'The one that is shown large, with what it stores and what excites it; a click on its tile chooses it too.',
  signs: 'Its signs: what propagates where weights are binary.',
  levels: (delta: string): string => `What propagates: −Δ, 0 (pale) or +Δ, with Δ = ${delta}.`,
  stored: 'What is stored, from −H over 0 (paper) to +H.',
  close: 'Takes the large picture away; the tiles stay.',
  silent: (examples: string): string =>
    `It answers to none of the first ${examples} test examples.`,
  excited: (examples: string, weights: string, step: string): string =>
    `What excites it most of the first ${examples} test examples: the greatest activations behind batch norm and ReLU, with ${weights}, step ${step}.`,
} as const;

export const TOY_AS_IT_IS = 'The points of a toy task are taken as they are.';

export const CHARTS = {
  loss: 'Mean loss of each minibatch, and of the validation examples.',
  error: 'Share of examples in the wrong class, by the weights it was measured with.',
  flips: 'Share of weights whose stored sign changes in a step.',
  samples: 'Dotted: samples that differ from the step before.',
  saturation: 'Share of stored weights that lie at −H or +H, where clipping holds them.',
  cursor: 'The arrow keys go from place to place; the exact values there are shown and read out.',
  rate: 'What steps were taken with: the schedule, and what was changed on the way.',
  strip: 'Over time, latest on the right: the stronger the ink, the larger the share.',
  stored:
    'The real numbers that training updates, not the signs that propagate. Bar height: root of the share.',
  tilesBinary: 'These are the signs that propagate.',
  tilesSampled: 'These are the signs that propagate, drawn anew for each minibatch.',
  tilesReal: 'Here they are only signs: in this mode the real weights propagate.',
  tilesTernary: 'Here they are only signs of what is stored: in retraining −Δ, 0 or +Δ propagates.',
} as const;

/** Where the code of a part of the page does not come. */
export const NOT_LOADED =
  'This part of the page could not be loaded: the network may be gone. What trains goes on.';

/** Of every picture's table. */
export const TABLE_HELP =
  'The numbers of the picture as a table, for those who read rather than look.';

export const SAVING = {
  png: 'Saves the picture as dots, for slides and documents, on white.',
  svg: 'Saves the picture as a drawing, sharp at any size, on white.',
  failed:
    'The picture could not be made: its part of the page could not be loaded, the network may be gone.',
} as const;

/** Says of lines that they are smoothed, and by how much. */
export const smoothedBy = (smoothing: number): string =>
  smoothing === 0 ? '' : ` Smoothed by ${smoothing.toFixed(2)}.`;

export const PHASES: Readonly<Record<Phase, string>> = {
  idle: 'Starting',
  loading: 'Loading data',
  building: 'Building the network',
  paused: 'Paused',
  training: 'Training',
  evaluating: 'Evaluating',
  quantising: 'Quantising',
  finished: 'Finished',
  cancelled: 'Loading cancelled',
  failed: 'Stopped',
};

/** `dense1` or `conv1` is what records and exports call the layer that the page calls `Layer 1`. */
export const layerTitle = (name: string): string => {
  const number = /^(?:dense|conv)(\d+)$/.exec(name)?.[1];
  return number === undefined ? 'Output' : `Layer ${number}`;
};

export interface FailureText {
  readonly title: string;
  /** What may be done about it, beside the button. What happened, the failure itself says. */
  readonly hint: string;
  readonly kept: string;
}

const KEPT = 'The experiment is kept, with its seed and its changes.';
const KEPT_STATE = 'The curves, the experiment and its last good state are kept.';
const KEPT_CURVES = 'The curves and the experiment are kept; the same seed repeats the run.';

export const NO_API = 'Training runs on WebGPU, and in this browser it is missing or switched off.';

/** Where there is no adapter and the run trains all the same. */
export const ON_CPU =
  'No graphics adapter was found, so this toy task trains on the CPU, in float64, by the same equations. Larger networks need WebGPU.';
export const NO_KERNELS_HERE =
  'There are no GPU programs here: this run trains on the CPU, by the reference that the GPU’s programs are tested against.';
export const TOY_ON_CPU = {
  button: 'Train a toy task on the CPU',
  help: 'Two moons in the plane, small enough to need no GPU.',
} as const;

export const FAILURES: Readonly<Record<Failure['kind'], FailureText>> = {
  'no-api': {
    title: 'This browser has no WebGPU',
    hint: 'Chrome and Edge have it from version 113 on, Safari from 26, Firefox from 141 on Windows; the page must come by https or from localhost.',
    kept: `${KEPT} Share gives its link, for another browser.`,
  },
  'no-adapter': {
    title: 'No graphics adapter answered',
    hint: 'Hardware acceleration may be switched off in the browser’s settings.',
    kept: `${KEPT} Share gives its link, for another machine.`,
  },
  limit: { title: 'This network is too large for the adapter', hint: '', kept: KEPT },
  data: { title: 'The data could not be loaded', hint: '', kept: KEPT },
  shader: { title: 'A GPU program did not compile', hint: '', kept: KEPT },
  memory: { title: 'The adapter ran out of memory', hint: '', kept: KEPT_STATE },
  lost: {
    title: 'The graphics device was lost',
    hint: 'Closing other tabs that draw, or reloading the page, may help.',
    kept: KEPT_STATE,
  },
  'not-finite': { title: 'The loss left the numbers', hint: '', kept: KEPT_CURVES },
  internal: { title: 'Something in the playground broke', hint: '', kept: KEPT_STATE },
};

/** Why a run has the kernels it has. */
export const KERNEL_ORIGINS: Readonly<Record<KernelOrigin, string>> = {
  given: 'given with the run',
  measured: 'measured the fastest on this adapter',
  default: 'the defaults for this kind of adapter',
  replaced: 'the defaults for this kind of adapter, not those the run was made with',
};

/** The same in little room. */
export const KERNELS_SHORT: Readonly<Record<KernelOrigin, string>> = {
  given: 'kernels as given',
  measured: 'kernels as measured',
  default: 'default kernels',
  replaced: 'other kernels than given',
};

export const TIMING = {
  caption: 'GPU time of each kernel in a training step.',
  under: 'Timing …',
  finished: 'This run is finished; rewind it to time its kernels.',
} as const;

/** What became of a run whose device failed. */
export const resumedText = ({
  step,
  reason,
}: Pick<Extract<SessionEvent, { type: 'resumed' }>, 'step' | 'reason'>): string =>
  `${reason} The run goes on with a new one from ${step === 0 ? 'its start, replayed' : `its state at step ${step}`}; nothing of it is lost.`;

/** The same of the worker that trains. */
export const restartedText = (message: string): string =>
  `What trains stopped (${message.replace(/[.]$/, '')}) and was started again; the run goes on, and steps since its last state are done again.`;

export const goBackText = (step: number): string => `Go back to step ${step}`;

/** What is used where a link's kernels do not run. */
const replacedKernels = ({ asked, kernels }: AdapterSummary): string =>
  `This run was made with the kernels ${quote(asked)}, which this adapter does not run; it uses ${quote(kernels)} instead, so its numbers will not be the same to the bit.`;

/** What a person should know of where a run stands; null: nothing. */
export function openedText(adapter: AdapterSummary): string | null {
  if (adapter.cpu) return ON_CPU;
  return adapter.origin === 'replaced' ? replacedKernels(adapter) : null;
}

export const NO_CLOCK =
  'This adapter gives no GPU timestamps here, so the time of a kernel cannot be told.';

/** Why a change is not taken, and what helps. */
export const RECORDED = {
  title: 'Recorded run',
  offer: 'Play a recorded run',
  help: 'Shows a run that was trained elsewhere, its curves and its weights; nothing is trained here.',
  lead: 'Recorded elsewhere and played here; nothing is trained.',
  refusal: 'This is a recorded run: it is played, not trained.',
  failed: 'The recorded run could not be fetched; check the connection and try again.',
  leave: 'Goes back to the run that was asked for.',
  place: 'Goes to a moment of the recording; the arrow keys go from one to the next.',
} as const;

export const REFUSALS: Readonly<Record<Refusal, string>> = {
  finished:
    'This run is finished: a change would train nothing. Rewind it, and change it on the way.',
  'too-many': `This run holds ${MAX_CHANGES} changes, as many as a link carries; it takes no more.`,
  fixed: NO_CHANGES,
  phased: NO_MODES,
  recorded: RECORDED.refusal,
};

/** A run of its own for a mode that the one at hand does not take. */
export const trainAnewText = (mode: Mode): string =>
  `Train it anew with ${MODE_NAMES[mode].toLowerCase()} weights`;

export const fieldError = (name: string, min: number, max: number, isWhole: boolean): string =>
  `${name} must be a ${isWhole ? 'whole number' : 'number'} from ${min} to ${max}.`;

/** What a mark on the charts says, in little room. */
export const markText = (change: Change): string =>
  change.field === 'mode'
    ? MODE_NAMES[change.value]
    : `${change.field} ${figures(change.value, 3)}`;

/** `weights → Stochastic`: what the list of changes says. */
export function changeText(change: Change): string {
  switch (change.field) {
    case 'mode':
      return `weights → ${MODE_NAMES[change.value]}`;
    case 'rate':
      return `rate → ${figures(change.value, 3)}`;
    case 'momentum':
      return `momentum → ${figures(change.value, 3)}`;
  }
}

/** What the polite live region says about an event; null: nothing worth an interruption. */
export function announcementOf(event: SessionEvent, before: Phase): string | null {
  switch (event.type) {
    case 'phase': {
      // Evaluation comes and goes within a run; the epoch's figures are what matters.
      const within = ['evaluating', 'quantising'].some(
        (phase) => phase === event.phase || phase === before,
      );
      // A failure is an alert of its own.
      return event.phase === 'failed' ||
        event.phase === before ||
        (within && event.phase === 'training')
        ? null
        : `${PHASES[event.phase]}.`;
    }
    case 'epoch': {
      const { epoch, validationError: error } = event.record;
      return `Epoch ${epoch}: validation error ${percent(error.binary)} with binary weights, ${percent(error.real)} with real weights${
        error.ternary === undefined ? '' : `, ${percent(error.ternary)} with ternary weights`
      }.`;
    }
    case 'quantised': {
      const { epoch, validationError: error } = event.record;
      return `Quantised after epoch ${epoch}: validation error ${percent(error.ternary)} with ternary weights, ${percent(error.real)} with the real ones.`;
    }
    case 'changed':
      return `From step ${event.change.step + 1} on: ${changeText(event.change)}.`;
    case 'ensemble': {
      const largest = event.record.sizes.at(-1);
      return largest === undefined
        ? null
        : `Test error ${percent(largest.test)} with an ensemble of ${largest.members} sampled nets.`;
    }
    case 'refused':
      return REFUSALS[event.reason];
    case 'resumed':
      return event.reason === '' ? null : resumedText(event);
    case 'returned':
      return `The run stands at step ${event.step} again.`;
    case 'opened':
      return openedText(event.adapter);
    case 'profile':
      return 'Kernels timed.';
    // Measuring is a matter of the background: it is shown, and interrupts nobody.
    case 'handed':
    case 'tuning':
    case 'timed':
    case 'trace':
    case 'untraced':
    case 'program':
    case 'look':
    case 'testing':
    case 'opening':
    case 'loading':
    case 'frame':
    case 'good':
      return null;
  }
}
