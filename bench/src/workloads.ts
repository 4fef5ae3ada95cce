/** What is trained: the nets, their first weights, and the minibatches that everyone gets. */
import type { Dataset } from '../../src/data/dataset.ts';
import { at } from '../../src/experiment/at.ts';
import { runOf } from '../../src/experiment/run.ts';
import { initialRange, layerShapes, type LayerShape } from '../../src/experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec } from '../../src/experiment/spec.ts';
import { ReferenceNetwork } from '../../src/reference/network.ts';
import { minibatchAt } from '../../src/reference/permutation.ts';
import { initialWeights } from '../../src/reference/random.ts';
import { examplesOf, syntheticDataset } from '../../src/testing/synthetic.ts';

export interface Workload {
  readonly id: WorkloadId;
  readonly title: string;
  readonly spec: ExperimentSpec;
}

// W3, 32x32x3: 32C3-32C3-P2-64C3-64C3-P2-128FC-10, joins here (its spec, and its layers in the
// peers' adapters) when the spec knows convolutions.
export const WORKLOAD_IDS = ['W1', 'W2', 'W2bn', 'W4bn'] as const;
export type WorkloadId = (typeof WORKLOAD_IDS)[number];

const dense = (units: readonly number[]) =>
  units.map((width) => ({ type: 'dense' as const, units: width }));

/** Minibatches of 100, ReLU, softmax cross-entropy, plain SGD at a constant rate. */
function specOf(
  hidden: readonly number[],
  rate: number,
  batchNorm: 'none' | 'variance',
  mode: 'none' | 'deterministic',
): ExperimentSpec {
  return {
    ...DEFAULT_SPEC,
    network: { hidden: dense(hidden), batchNorm, dropout: { input: 0, hidden: 0 } },
    mode,
    h: 'one',
    loss: 'cross-entropy',
    optimizer: { kind: 'sgd' },
    rate: { start: rate, end: rate },
    lrScale: '1',
    batch: 100,
    epochs: 10_000,
    shuffleEvery: 100,
  };
}

const WIDE = [1024, 1024, 1024];
const SPECS: Record<WorkloadId, Omit<Workload, 'id'>> = {
  W1: { title: '784-256-256-10', spec: specOf([256, 256], 0.01, 'none', 'none') },
  W2: { title: '784-1024-1024-1024-10', spec: specOf(WIDE, 0.01, 'none', 'none') },
  W2bn: { title: 'W2 with batch norm', spec: specOf(WIDE, 0.05, 'variance', 'none') },
  W4bn: {
    title: 'W2bn with sign weights, straight-through',
    spec: specOf(WIDE, 0.05, 'variance', 'deterministic'),
  },
};

export const workloadOf = (id: WorkloadId): Workload => ({ id, ...SPECS[id] });

/** A minibatch as a framework takes it. */
export interface Batch {
  /** [B, inputs], preprocessed. */
  readonly x: Float32Array<ArrayBuffer>;
  /** [B, classes], one-hot. */
  readonly targets: Float32Array<ArrayBuffer>;
}

/** A workload with all its numbers. */
export interface Problem {
  readonly workload: Workload;
  readonly dataset: Dataset;
  readonly layers: readonly LayerShape[];
  /** [I, O] of each layer. */
  readonly weights: readonly Float32Array<ArrayBuffer>[];
  /** Those of the first steps; the peers go round them, ours goes on through its data. */
  readonly batches: readonly Batch[];
  readonly classes: number;
  /** Losses of the first steps, computed in float64. */
  readonly losses: readonly number[];
}

/** Steps whose losses must agree before anything is timed: forward once, and two updates. */
export const CHECKED_STEPS = 3;
const BATCHES = 10;

let dataset: Dataset | null = null;
/** MNIST's shape, something to learn, 100 minibatches. */
function data(): Dataset {
  const shape = { height: 28, width: 28, classes: 10 };
  dataset ??= syntheticDataset({ ...shape, train: 10_000, validation: 100, test: 100 });
  return dataset;
}

export const layersOf = ({ spec }: Workload): LayerShape[] =>
  layerShapes(spec, { inputs: 784, classes: 10 });

/** Floating-point operations a step: forward, gradient at the inputs, gradient at the weights. */
export const flopsOf = (workload: Workload): number =>
  6 * workload.spec.batch * layersOf(workload).reduce((sum, { I, O }) => sum + I * O, 0);

const problems = new Map<WorkloadId, Problem>();

/** Made once: the reference's steps take seconds. */
export function problemOf(id: WorkloadId): Problem {
  const problem = problems.get(id) ?? makeProblem(workloadOf(id));
  problems.set(id, problem);
  return problem;
}

function makeProblem(workload: Workload): Problem {
  const { spec } = workload;
  const dataset = data();
  const classes = dataset.classNames.length;
  const N = dataset.train.count;
  const layers = layersOf(workload);
  const minibatches = Array.from({ length: BATCHES }, (_, step) =>
    examplesOf(dataset, dataset.train, minibatchAt(spec, N, step)),
  );
  const reference = new ReferenceNetwork(
    runOf(spec),
    { inputs: dataset.inputs, classes },
    Math.floor(N / spec.batch),
  );
  return {
    workload,
    dataset,
    layers,
    weights: layers.map((shape, l) =>
      Float32Array.from(initialWeights(shape.I, shape.O, initialRange(spec, shape), spec.seed, l)),
    ),
    batches: minibatches.map(({ x, labels }) => {
      const targets = new Float32Array(labels.length * classes);
      labels.forEach((label, row) => (targets[row * classes + label] = 1));
      return { x: Float32Array.from(x), targets };
    }),
    classes,
    losses: Array.from({ length: CHECKED_STEPS }, (_, step) => {
      const { x, labels } = at(minibatches, step);
      return reference.step(x, labels).loss;
    }),
  };
}
