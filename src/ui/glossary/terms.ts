/** The glossary: every entry one or two exact sentences, and its equation where it has one. */

export interface Term {
  /** What links name it by. */
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** In plain characters. */
  readonly equation?: string;
}

export const GLOSSARY: readonly Term[] = [
  {
    id: 'stored-weight',
    name: 'Stored weight',
    text: 'The real number w that the optimiser updates. It gathers the small steps that a single bit could not hold.',
  },
  {
    id: 'propagated-weight',
    name: 'Propagated weight',
    text: 'The weight that the forward and the backward pass multiply by: +H or −H with binary weights, the stored weight itself with real ones.',
    equation: 'wb ∈ {−H, +H}',
  },
  {
    id: 'binarise',
    name: 'Binarise',
    text: 'To turn each stored weight into +H or −H before it propagates: by its sign, or by a draw.',
    equation: 'wb = binarise(w)',
  },
  {
    id: 'deterministic',
    name: 'Deterministic weights',
    text: 'Each weight propagates as its sign. A stored weight of exactly 0 counts as positive.',
    equation: 'wb = +H if w ≥ 0, else −H',
  },
  {
    id: 'stochastic',
    name: 'Stochastic weights',
    text: 'Each weight is drawn anew for every minibatch, as +H with the probability that the hard sigmoid gives; the mean of the draws is the stored weight.',
    equation: 'P(wb = +H) = hs(w / H)',
  },
  {
    id: 'real',
    name: 'Real weights',
    text: 'Stored weights propagate as they are: an ordinary network, the one that binary weights are compared with.',
    equation: 'wb = w',
  },
  {
    id: 'h',
    name: 'H',
    text: 'The magnitude of binary weights and the bound of stored ones: 1 in the published paper, the layer’s Glorot coefficient c in its first form.',
    equation: 'c = √(1.5 / (inputs + units))',
  },
  {
    id: 'hard-sigmoid',
    name: 'Hard sigmoid',
    text: 'The probability of +H: a straight line from 0 at −1 to 1 at +1, and level beyond.',
    equation: 'hs(x) = clip((x + 1) / 2, 0, 1)',
  },
  {
    id: 'sign-flip',
    name: 'Sign flip',
    text: 'A stored weight whose sign after a step is not the one before it. The sign-flip rate is the share of a layer’s weights that do so in a step.',
  },
  {
    id: 'sample-flip',
    name: 'Sample flip',
    text: 'A drawn weight that differs from the draw of the minibatch before; only stochastic weights have them.',
  },
  {
    id: 'saturation',
    name: 'Saturation',
    text: 'The share of weights that lie at the bound: their draw is nearly certain, and steps further out change nothing.',
    equation: '|w| ≥ 0.999 H',
  },
  {
    id: 'clipping',
    name: 'Clipping',
    text: 'After each step a stored weight beyond the bound is set to the bound, since beyond it its sign and its draw would not change. Real weights are not clipped.',
    equation: 'w ← clip(w, −H, +H)',
  },
  {
    id: 'straight-through',
    name: 'Straight-through',
    text: 'The gradient at the propagated weight is handed to the stored one unchanged, as if binarising were not there.',
    equation: 'w ← clip(w − step(∂L/∂wb), −H, +H)',
  },
  {
    id: 'gradient',
    name: 'Gradient',
    text: 'How much the minibatch’s loss grows with a weight, all else as it is; training steps the other way.',
    equation: '∂L/∂wb',
  },
  {
    id: 'batch-norm',
    name: 'Batch normalisation',
    text: 'Brings each unit’s sums to mean 0 and variance 1 over the minibatch, then scales and shifts them by two learnt numbers, gamma and beta. For tests the mean and variance are measured over training examples.',
    equation: 'y = γ (z − mean) / √(variance + ε) + β',
  },
  {
    id: 'ensemble',
    name: 'Ensemble',
    text: 'Several binary nets drawn from one set of stored weights; the mean of their outputs predicts.',
  },
  {
    id: 'ternary',
    name: 'Ternary weights',
    text: 'Weights that propagate as −Δ, 0 or +Δ. In retraining each layer’s Δ is fitted to its trained real weights, then training goes on.',
    equation: 'wq = Δ · round(clip(w / Δ, −1, 1))',
  },
  {
    id: 'maxout',
    name: 'Maxout',
    text: 'A unit that is the largest of several linear pieces, each with weights of its own, in place of a ReLU.',
    equation: 'a = max(z₁, …, zₖ)',
  },
  {
    id: 'nin',
    name: 'NIN',
    text: 'Network in Network: 1 × 1 convolutions between the others, and at the end one map a class whose mean is the score.',
  },
  {
    id: 'dsn',
    name: 'DSN',
    text: 'Deeply supervised net: hidden layers have a linear classifier of their own, the companion, whose loss is added in training and whose weight fades.',
  },
  {
    id: 'drop-connect',
    name: 'DropConnect',
    text: 'Each example trains with a random share of a layer’s weights set to zero. For tests the mean weights are used, or units are drawn by their mean and variance.',
  },
  {
    id: 'dropout',
    name: 'Dropout',
    text: 'Each training step sets a random share of units to zero and scales the others up, so that the mean stays.',
  },
  {
    id: 'ebp',
    name: 'EBP',
    text: 'Expectation BackPropagation: each weight’s chance of being +1 is learnt by an approximation of Bayes’ rule, with means and variances propagated; there is no gradient step and no learning rate.',
    equation: 'P(w = +1) = (1 + tanh h) / 2',
  },
  {
    id: 'epoch',
    name: 'Epoch',
    text: 'One pass through the training examples in a shuffled order; examples that fill no whole minibatch wait for the next order.',
  },
  {
    id: 'step',
    name: 'Step',
    text: 'One minibatch: binarise, forward, backward, update and clip.',
  },
  {
    id: 'minibatch',
    name: 'Minibatch',
    text: 'The examples of one training step; its loss is the mean over them.',
  },
  {
    id: 'loss',
    name: 'Loss',
    text: 'What training makes small. The paper’s is the squared hinge, each class against the rest: 0 where its score is past the margin on its side, else the square of what is missing.',
    equation: 'L = Σ max(0, 1 − t · score)², t = ±1',
  },
  {
    id: 'validation-error',
    name: 'Validation error',
    text: 'The share of validation examples in the wrong class. They are not trained on, and choose the best epoch.',
  },
  {
    id: 'test-error',
    name: 'Test error',
    text: 'The share of test examples in the wrong class; they choose nothing. It is always said with its weights: binary (signs), real, or an ensemble.',
  },
  {
    id: 'best-epoch',
    name: 'Best epoch',
    text: 'The epoch of lowest validation error with the weights the mode is judged by; its test error is the one that is reported.',
  },
  {
    id: 'learning-rate',
    name: 'Learning rate',
    text: 'What multiplies every step; it falls over the run as its decay says. In a layer it is multiplied by the layer’s rate scale.',
  },
  {
    id: 'rate-scale',
    name: 'Rate scale',
    text: 'A layer’s factor on the steps of its weights: where H is 1, a step is that of a net with H = c brought to the larger scale.',
    equation: '1 / c with ADAM, 1 / c² with SGD',
  },
  {
    id: 'optimiser',
    name: 'Optimiser',
    text: 'The rule that makes a step of a gradient: SGD by the rate alone, Nesterov with a velocity, ADAM with running means of the gradient and of its square.',
  },
  {
    id: 'companion',
    name: 'Companion',
    text: 'A linear classifier on a hidden layer that adds its loss in training and is not there in tests.',
  },
  {
    id: 'seed',
    name: 'Seed',
    text: 'The number that all random draws come from. With the same run on the same adapter it gives the same bits.',
  },
  {
    id: 'kernel',
    name: 'Kernel',
    text: 'One program of the GPU, written in WGSL; a training step is a fixed list of their dispatches. A convolution’s filter is called a kernel too.',
  },
  {
    id: 'histogram',
    name: 'Histogram of stored weights',
    text: 'Counts of stored weights in 64 equal bins from −H to +H; with real weights, over the layer’s own range.',
  },
];

/** Entries whose name, text or equation hold every word of a query. */
export function termsFor(query: string): readonly Term[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return GLOSSARY.filter(({ name, text, equation = '' }) => {
    const all = `${name} ${text} ${equation}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
