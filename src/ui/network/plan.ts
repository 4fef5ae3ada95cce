/** From a spec that may not fit its data to what each row of the panel says. Pure. */
import { countsOf } from '../../experiment/counts.ts';
import { isToyId, type Maps, shapeOf, sizeOf } from '../../experiment/datasets.ts';
import { type Recipe, recipeOf, usualRecipe } from '../../experiment/recipes.ts';
import { layOut, type LayerShape, type PoolShape } from '../../experiment/shapes.ts';
import { BOUNDS, type ExperimentSpec, type LayerSpec } from '../../experiment/spec.ts';
import { whole } from '../common/format.ts';
import { datasetTitle } from '../text.ts';

/** A hidden layer as far as it can be told. */
export interface PlannedLayer {
  readonly layer: LayerSpec;
  /** `Layer 2`, `Pooling 1`. */
  readonly title: string;
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
  /** All layers with weights, the output layer included; null where something does not fit. */
  readonly shapes: readonly LayerShape[] | null;
}

export function planOf(spec: ExperimentSpec): Plan {
  const data = shapeOf(spec.data);
  const { hidden } = spec.network;
  const laid = (layers: readonly LayerSpec[]) =>
    layOut({ ...spec, network: { ...spec.network, hidden: [...layers] } }, data);
  let fitting = 0;
  let misfit: string | null = null;
  let shapes: readonly LayerShape[] = [];
  for (; fitting <= hidden.length; fitting++) {
    const prefix = laid(hidden.slice(0, fitting));
    if (!prefix.ok) {
      misfit = prefix.error.replace(/^.*? does not fit: /, 'Does not fit: ');
      break;
    }
    shapes = prefix.value;
  }
  const counts = { weighted: 0, pools: 0, poolsOfLayer: 0 };
  const rows = hidden.map((layer, position): PlannedLayer => {
    const isPool = layer.type === 'pool';
    if (isPool) counts.pools += 1;
    else counts.weighted += 1;
    counts.poolsOfLayer = isPool ? counts.poolsOfLayer + 1 : 0;
    // A position that fits lies within `fitting - 1` layers; the last of `shapes` is the output.
    const shape =
      position < fitting - 1 || misfit === null ? shapes[counts.weighted - 1] : undefined;
    return {
      layer,
      title: isPool ? `Pooling ${counts.pools}` : `Layer ${counts.weighted}`,
      shape: isPool ? null : (shape ?? null),
      pool: isPool ? (shape?.pools[counts.poolsOfLayer - 1] ?? null) : null,
      misfit: misfit !== null && position === fitting - 1 ? misfit : null,
    };
  });
  return { input: data, hidden: rows, shapes: misfit === null ? shapes : null };
}

/** `28 × 28 × 16`, or `128` where there is one number a channel. */
export const mapsText = ({ height, width, channels }: Maps): string =>
  height * width === 1
    ? String(channels)
    : [height, width, ...(channels === 1 ? [] : [channels])].join(' × ');

export type AddedKind = LayerSpec['type'];

/** The list with another layer: dense ones last, convolutions and pooling before the first dense one. */
export function withLayer(hidden: readonly LayerSpec[], kind: AddedKind): LayerSpec[] {
  const firstDense = hidden.findIndex(({ type }) => type === 'dense');
  const maps = firstDense < 0 ? hidden : hidden.slice(0, firstDense);
  const dense = hidden.slice(maps.length);
  switch (kind) {
    case 'dense': {
      const last = hidden.at(-1);
      return [...hidden, { type: 'dense', units: last?.type === 'dense' ? last.units : 128 }];
    }
    case 'conv': {
      const last = maps.findLast((layer) => layer.type === 'conv');
      const channels = last?.channels ?? 16;
      return [...maps, { type: 'conv', channels, kernel: 3, stride: 1, padding: 1 }, ...dense];
    }
    case 'pool':
      return [...maps, { type: 'pool', kind: 'max', size: 2, stride: 2, ceil: false }, ...dense];
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
