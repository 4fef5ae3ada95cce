/** What is trained: the nets, their first weights, and the minibatches that everyone gets. */
import { type DatasetId, shapeOf } from '../../src/experiment/datasets.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { at } from '../../src/experiment/at.ts';
import { macsOf } from '../../src/experiment/counts.ts';
import { runOf } from '../../src/experiment/run.ts';
import { initialRange, layerShapes, type LayerShape } from '../../src/experiment/shapes.ts';
import { DEFAULT_SPEC, type ExperimentSpec, type LayerSpec } from '../../src/experiment/spec.ts';
import { ReferenceNetwork } from '../../src/reference/network.ts';
import { minibatchAt } from '../../src/reference/permutation.ts';
import { initialWeights } from '../../src/reference/random.ts';
import { examplesOf, syntheticDataset } from '../../src/testing/synthetic.ts';

export interface Workload {
  /** `W1`, ..., or what a point of a curve is called. */
  readonly id: string;
  readonly title: string;
  readonly spec: ExperimentSpec;
}

export const WORKLOAD_IDS = ['W1', 'W2', 'W2bn', 'W3', 'W4bn'] as const;
export type WorkloadId = (typeof WORKLOAD_IDS)[number];

const dense = (units: readonly number[]) =>
  units.map((width) => ({ type: 'dense' as const, units: width }));

/** ReLU, softmax cross-entropy, plain SGD at a constant rate. */
function specOf(
  hidden: readonly number[],
  rate: number,
  batchNorm: 'none' | 'variance',
  mode: 'none' | 'deterministic',
  batch = 100,
): ExperimentSpec {
  return {
    ...DEFAULT_SPEC,
    network: {
      hidden: dense(hidden),
      pooling: 'before-norm',
      batchNorm,
      dropout: { input: 0, hidden: 0 },
    },
    mode,
    h: 'one',
    loss: 'cross-entropy',
    optimizer: { kind: 'sgd' },
    rate: { start: rate, end: rate },
    lrScale: '1',
    batch,
    epochs: 10_000,
    shuffleEvery: 100,
  };
}

const conv = (channels: number): LayerSpec => ({
  type: 'conv',
  channels,
  kernel: 3,
  stride: 1,
  padding: 1,
});
const POOL: LayerSpec = { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false };

/** 32 x 32 x 3: 32C3-32C3-P2-64C3-64C3-P2-128FC-10. */
const convolutional = (mode: 'none' | 'deterministic'): ExperimentSpec => {
  const spec = specOf([128], 0.001, 'none', mode, 50);
  const maps = [conv(32), conv(32), POOL, conv(64), conv(64), POOL];
  return {
    ...spec,
    data: 'cifar-10',
    network: { ...spec.network, hidden: [...maps, ...spec.network.hidden] },
    // So small that it makes no difference whether it stands inside the bias correction, as in
    // TensorFlow.js, or outside, as here.
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-12 },
  };
};

const WIDE = [1024, 1024, 1024];
const SPECS: Record<WorkloadId, Omit<Workload, 'id'>> = {
  W1: { title: '784-256-256-10', spec: specOf([256, 256], 0.01, 'none', 'none') },
  W2: { title: '784-1024-1024-1024-10', spec: specOf(WIDE, 0.01, 'none', 'none') },
  W2bn: { title: 'W2 with batch norm', spec: specOf(WIDE, 0.05, 'variance', 'none') },
  W3: { title: '32C3-32C3-P2-64C3-64C3-P2-128FC-10, ADAM', spec: convolutional('none') },
  W4bn: {
    title: 'W2bn with sign weights, straight-through',
    spec: specOf(WIDE, 0.05, 'variance', 'deterministic'),
  },
};

export const workloadOf = (id: WorkloadId): Workload => ({ id, ...SPECS[id] });

/** The same with deterministic sign weights. */
export const binaryOf = ({ id, title, spec }: Workload): Workload => ({
  id: `${id} binary`,
  title: `${title}, sign weights`,
  spec: { ...spec, mode: 'deterministic' },
});

/** W1 with two hidden layers of another width, and another batch. */
export const twoLayers = (id: string, width: number, batch: number): Workload => ({
  id,
  title: `784-${width}-${width}-10`,
  spec: specOf([width, width], 0.01, 'none', 'none', batch),
});

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
const CHECKED_STEPS = 3;
/** Of a convolutional net, which takes some peers half a minute a step: forward once, and an update. */
const CHECKED_STEPS_OF_MAPS = 2;
const BATCHES = 10;

const datasets = new Map<DatasetId, Dataset>();

/** Of a data set's shape, with something to learn; enough minibatches that none comes back soon. */
function dataFor({ data: id }: ExperimentSpec): Dataset {
  const shape = shapeOf(id);
  const counts = { train: shape.channels === 1 ? 10_000 : 2000, validation: 100, test: 100 };
  const dataset = datasets.get(id) ?? syntheticDataset({ ...shape, ...counts });
  datasets.set(id, dataset);
  return dataset;
}

export const layersOf = ({ spec }: Workload): LayerShape[] => layerShapes(spec, shapeOf(spec.data));

/** Floating-point operations a step: forward, gradient at the inputs, gradient at the weights. */
export const flopsOf = (workload: Workload): number =>
  6 * workload.spec.batch * layersOf(workload).reduce((sum, layer) => sum + macsOf(layer), 0);

const problems = new Map<WorkloadId, Problem>();

/** Made once: the reference's steps take seconds. */
export function problemOf(id: WorkloadId): Problem {
  const known = problems.get(id);
  if (known !== undefined) return known;
  const workload = workloadOf(id);
  const maps = layersOf(workload).some(({ kind }) => kind === 'conv');
  const problem = makeProblem(workload, maps ? CHECKED_STEPS_OF_MAPS : CHECKED_STEPS);
  problems.set(id, problem);
  return problem;
}

/** @param checked the first steps whose losses are computed; at least one. */
export function makeProblem(workload: Workload, checked: number): Problem {
  const { spec } = workload;
  const dataset = dataFor(spec);
  const classes = dataset.classNames.length;
  const N = dataset.train.count;
  const layers = layersOf(workload);
  const minibatches = Array.from({ length: BATCHES }, (_, step) =>
    examplesOf(dataset, dataset.train, minibatchAt(spec, N, step)),
  );
  const reference = new ReferenceNetwork(
    runOf(spec),
    { ...dataset.shape, classes },
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
    losses: Array.from({ length: checked }, (_, step) => {
      const { x, labels } = at(minibatches, step);
      return reference.step(x, labels).loss;
    }),
  };
}
