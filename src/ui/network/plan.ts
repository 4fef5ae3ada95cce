/** From a spec that may not fit its data to what each row of the panel says. Pure. */
import { countsOf } from '../../experiment/counts.ts';
import { isToyId, type Maps, shapeOf, sizeOf } from '../../experiment/datasets.ts';
import { type Recipe, recipeOf, usualRecipe } from '../../experiment/recipes.ts';
import { layOut, type LayerShape, type PoolShape } from '../../experiment/shapes.ts';
import { BOUNDS, type ExperimentSpec, type LayerSpec } from '../../experiment/spec.ts';
import { whole } from '../common/format.ts';
import { datasetTitle } from '../text.ts';
import { namesOf, withField } from './arrange.ts';

const NO_RELU = 'Does not fit: a companion stands before ReLU, and this layer is maxout.';

/** A hidden layer as far as it can be told. */
export interface PlannedLayer {
  readonly layer: LayerSpec;
  /** `Layer 2`, `Pooling 1`. */
  readonly title: string;
  /** As records call it; null for pooling. */
  readonly name: string | null;
  /** Of a layer with weights, where all up to it fits. */
  readonly shape: LayerShape | null;
  /** Of pooling, where all up to it fits. */
  readonly pool: PoolShape | null;
  /** Why it does not fit behind the layers before it, in a sentence. */
  readonly misfit: string | null;
}

export interface Plan {
  readonly input: Maps;
  readonly hidden: readonly PlannedLayer[];
  /** Why the output does not fit behind the hidden layers, in a sentence. */
  readonly outputMisfit: string | null;
  /** All layers with weights, the output layer included; null where something does not fit. */
  readonly shapes: readonly LayerShape[] | null;
}

const misfitOf = (error: string): string => error.replace(/^.*? does not fit: /, 'Does not fit: ');

/** The shapes of as many of the first hidden layers as fit, each with the sentence on the next one. */
function fitting(spec: ExperimentSpec): {
  shapes: readonly LayerShape[];
  count: number;
  error: string | null;
} {
  const data = shapeOf(spec.data);
  const { hidden } = spec.network;
  // Companions name layers that come later, and the output has a sentence of its own.
  const trunk = withField(withField(spec.network, 'companions', undefined), 'output', undefined);
  let shapes: readonly LayerShape[] = [];
  for (let count = 0; count <= hidden.length; count++) {
    const network = { ...trunk, hidden: hidden.slice(0, count) };
    const laid = layOut({ ...spec, network }, data);
    if (!laid.ok) return { shapes, count: count - 1, error: misfitOf(laid.error) };
    shapes = laid.value;
  }
  return { shapes, count: hidden.length, error: null };
}

/** A layer whose companion has no ReLU to stand before. */
const losesCompanion = (spec: ExperimentSpec, layer: LayerSpec, name: string | null): boolean =>
  name !== null &&
  spec.network.companions?.at.includes(name) === true &&
  layer.type !== 'pool' &&
  (layer.pieces ?? 1) > 1;

export function planOf(spec: ExperimentSpec): Plan {
  const data = shapeOf(spec.data);
  const { hidden } = spec.network;
  const trunk = fitting(spec);
  const whole = layOut(spec, data);
  const shapes = whole.ok ? whole.value : trunk.shapes;
  const names = namesOf(hidden);
  const counts = { weighted: 0, pools: 0, poolsOfLayer: 0 };
  const rows = hidden.map((layer, position): PlannedLayer => {
    const isPool = layer.type === 'pool';
    if (isPool) counts.pools += 1;
    else counts.weighted += 1;
    counts.poolsOfLayer = isPool ? counts.poolsOfLayer + 1 : 0;
    // The last of `shapes` is the output.
    const shape = position < trunk.count ? shapes[counts.weighted - 1] : undefined;
    const name = names[position] ?? null;
    const own = position === trunk.count ? trunk.error : null;
    return {
      layer,
      title: isPool ? `Pooling ${counts.pools}` : `Layer ${counts.weighted}`,
      name,
      shape: isPool ? null : (shape ?? null),
      pool: isPool ? (shape?.pools[counts.poolsOfLayer - 1] ?? null) : null,
      misfit: own ?? (losesCompanion(spec, layer, name) ? NO_RELU : null),
    };
  });
  const said = rows.some(({ misfit }) => misfit !== null);
  return {
    input: data,
    hidden: rows,
    outputMisfit: whole.ok || said ? null : misfitOf(whole.error),
    shapes: whole.ok ? whole.value : null,
  };
}

/** `28 × 28 × 16`, or `128` where there is one number a channel. */
export const mapsText = ({ height, width, channels }: Maps): string =>
  height * width === 1
    ? String(channels)
    : [height, width, ...(channels === 1 ? [] : [channels])].join(' × ');

export type AddedKind = LayerSpec['type'];

/** A layer to add and where: dense ones last, convolutions and pooling before the first dense one. */
export function newLayer(
  hidden: readonly LayerSpec[],
  kind: AddedKind,
): { readonly layer: LayerSpec; readonly position: number } {
  const firstDense = hidden.findIndex(({ type }) => type === 'dense');
  const position = firstDense < 0 ? hidden.length : firstDense;
  switch (kind) {
    case 'dense': {
      const last = hidden.at(-1);
      const units = last?.type === 'dense' ? last.units : 128;
      return { layer: { type: 'dense', units }, position: hidden.length };
    }
    case 'conv': {
      const last = hidden.findLast((layer) => layer.type === 'conv');
      const channels = last?.channels ?? 16;
      return { layer: { type: 'conv', channels, kernel: 3, stride: 1, padding: 1 }, position };
    }
    case 'pool':
      return { layer: { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false }, position };
  }
}

/** Why a layer of a kind cannot be added; null: it can. */
export function addObstacle(hidden: readonly LayerSpec[], kind: AddedKind): string | null {
  if (hidden.length >= BOUNDS.layers.max) return `There are at most ${BOUNDS.layers.max}.`;
  const needsConv = kind === 'pool' && !hidden.some(({ type }) => type === 'conv');
  return needsConv ? 'It needs a convolution before it.' : null;
}

/** A net this much larger than two numbers need is slow for nothing. */
const MANY_FOR_A_POINT = 20_000;

/** A net that suits the data where the present one does not, with the reason. */
export interface Offer {
  readonly sentence: string;
  readonly recipe: Recipe;
}

export function offerOf(spec: ExperimentSpec, plan: Plan): Offer | null {
  const recipe = usualRecipe(spec.data);
  const title = datasetTitle(spec.data);
  if (plan.shapes === null) {
    return {
      sentence: `This net does not fit ${title}, whose examples are ${mapsText(plan.input)}.`,
      recipe,
    };
  }
  const { weights } = countsOf(plan.shapes);
  if (!isToyId(spec.data) || weights < MANY_FOR_A_POINT || recipeOf(spec) !== null) return null;
  return {
    sentence: `${title} has ${sizeOf(plan.input)} numbers an example: ${whole(weights)} weights are more than it needs.`,
    recipe,
  };
}
