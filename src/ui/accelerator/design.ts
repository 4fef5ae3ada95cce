/** An accelerator of the net at hand, and what is said of it. Pure. */
import {
  addressOf,
  balancedFoldings,
  bottleneckOf,
  fold,
  type Folded,
  type Folding,
  matrixOf,
  placesAtOnce,
  throughputOf,
  type WeightAddress,
  type WeightIndex,
  windowPlace,
} from '../../experiment/accelerator.ts';
import { at } from '../../experiment/at.ts';
import {
  affineInterval,
  lineBufferOf,
  type Schedule,
  scheduleOf,
  type Stage,
  stagesOf,
  type Stores,
  storesOf,
} from '../../experiment/datapath.ts';
import { isToyId } from '../../experiment/datasets.ts';
import type { LayerShape } from '../../experiment/shapes.ts';
import type { ExperimentSpec } from '../../experiment/spec.ts';
import { figures } from '../../experiment/digits.ts';
import { bytes, count, plural, times, whole } from '../common/format.ts';
import { mapsText } from '../network/plan.ts';
import { layerTitle } from '../text.ts';

/** Lanes of all layers together that a balanced folding may have. */
export const BUDGETS = [64, 256, 1024, 4096, 16_384] as const;
/** Bits of an activation. */
export const ACTIVATION_BITS = [4, 8, 16, 32] as const;
/** Megahertz. */
export const CLOCK = { min: 1, max: 1000 } as const;

/** What a point of the plane is given by. */
const COORDINATES = ['x', 'y'] as const;

export interface Choices {
  readonly foldings: readonly Folding[];
  /** Megahertz. */
  readonly clock: number;
  readonly bits: number;
}

/** A layer with all that a drawing of it needs. */
export interface Unit {
  readonly layer: LayerShape;
  readonly title: string;
  readonly folded: Folded;
  readonly stages: readonly Stage[];
  readonly stores: Stores;
  /** Cycles between two sums that an element's affine is given. */
  readonly affineInterval: number;
  /** Share of the slowest layer's cycles, 0..1. */
  readonly busy: number;
  /** What the numbers that it reads are called, where they have names: the coordinates of a toy task. */
  readonly inputs: readonly string[] | null;
}

export interface Design {
  readonly units: readonly Unit[];
  /** Layers that take the most cycles, first to last. */
  readonly slowest: readonly number[];
  readonly schedule: Schedule;
  readonly lanes: number;
  readonly weightBits: number;
  /** Examples a second. */
  readonly throughput: number;
  /** Seconds. */
  readonly latency: number;
}

export function designOf(
  spec: ExperimentSpec,
  layers: readonly LayerShape[],
  { foldings, clock, bits }: Choices,
): Design {
  const folded = layers.map((layer, l) => fold(matrixOf(layer), at(foldings, l)));
  const most = at(folded, bottleneckOf(folded)).cycles;
  const schedule = scheduleOf(layers, folded);
  const hertz = clock * 1e6;
  return {
    units: layers.map((layer, l) => {
      const own = at(folded, l);
      return {
        layer,
        title: layerTitle(layer.name),
        folded: own,
        stages: stagesOf(layer, spec),
        stores: storesOf(layers, l, spec, bits),
        affineInterval: affineInterval(layer, own, spec),
        busy: own.cycles / most,
        inputs: l === 0 && isToyId(spec.data) ? COORDINATES : null,
      };
    }),
    slowest: folded.flatMap(({ cycles }, l) => (cycles === most ? [l] : [])),
    schedule,
    lanes: folded.reduce((sum, { lanes }) => sum + lanes, 0),
    weightBits: folded.reduce((sum, own) => sum + own.bits, 0),
    throughput: throughputOf(folded, hertz),
    latency: schedule.latency / hertz,
  };
}

/** What tells one net's matrices from another's: choices made for one do not fit the other. */
export const matricesKey = (layers: readonly LayerShape[]): string =>
  layers.map(({ I, O, to }) => `${I}x${O}x${to.height * to.width}`).join(' ');

export const balanced = (layers: readonly LayerShape[], budget: number): readonly Folding[] =>
  balancedFoldings(layers, budget);

/** Seconds in the unit that suits them: 38.7 µs. */
export function seconds(s: number): string {
  const units = ['s', 'ms', 'µs', 'ns'];
  let unit = 0;
  while (s < 0.9995 && unit < units.length - 1) {
    s *= 1000;
    unit++;
  }
  return `${figures(s, 3)} ${units[unit] ?? 's'}`;
}

/** `Layer 1 is the slowest`; of several, which, or that it is all of them. */
function slowestText({ units, slowest }: Design): string {
  const titles = slowest.map((l) => at(units, l).title);
  const [last = ''] = titles.slice(-1);
  if (titles.length === 1) return `${last} is the slowest`;
  return titles.length === units.length
    ? 'All layers are equally fast'
    : `${titles.slice(0, -1).join(', ')} and ${last} are the slowest`;
}

/** The whole accelerator, in two sentences. */
export function summaryOf(design: Design, clock: number): string {
  const { schedule, lanes, weightBits } = design;
  return (
    `${slowestText(design)}: ${plural(schedule.interval, 'cycle')} an example, so at ${clock} MHz ` +
    `${count(design.throughput)} examples a second. From input to scores an example takes ` +
    `${plural(schedule.latency, 'cycle')}, ${seconds(design.latency)}. ` +
    `${plural(lanes, 'lane')}, no multiplier among them; ${plural(weightBits, 'weight')} in ${bytes(weightBits / 8)}.`
  );
}

export const stageText = (stage: Stage): string => {
  switch (stage.kind) {
    case 'max-pool':
      return `largest of ${stage.window}`;
    case 'average-pool':
      return `mean of ${stage.window}`;
    case 'affine':
      return stage.multiplies ? 'a · s + b' : 's + b';
    case 'relu':
      return 'ReLU';
    case 'maxout':
      return `largest of ${stage.pieces} pieces`;
  }
};

/** What the groups of SIMD columns are parts of, in a convolution. */
export function groupText({ layer, folded }: Unit): string {
  const places = placesAtOnce(layer, folded.SIMD);
  return places === 1
    ? `${folded.SIMD} of the ${plural(layer.from.channels, 'channel')} of a place`
    : `${plural(folded.SIMD, 'number')}, of up to ${places} places of the window,`;
}

export interface Traced {
  readonly index: WeightIndex;
  readonly address: WeightAddress;
  /** `w[5][130]`, from 0 as in the drawing. */
  readonly name: string;
  /** What it joins, and where it lies; sentences. */
  readonly sentence: string;
}

export function tracedOf({ layer, folded, inputs }: Unit, index: WeightIndex): Traced {
  const address = addressOf(folded, index);
  const { pe, word, lane } = address;
  const { row, column, channel } = windowPlace(layer, index.k);
  const { from } = layer;
  const places = layer.kind === 'conv' || from.height * from.width > 1;
  const within = layer.kind === 'conv' ? 'its window' : 'the maps';
  const name = inputs?.[index.k];
  const input =
    name === undefined && places
      ? `row ${row}, column ${column}, channel ${channel} of ${within}`
      : `input ${name ?? index.k}`;
  const output = layer.kind === 'conv' ? 'output channel' : 'output';
  return {
    index,
    address,
    name: `w[${index.r}][${index.k}]`,
    sentence: `It joins ${input} to ${output} ${index.r}. It lies in the memory of element ${pe}, in word ${word}, at bit ${lane}.`,
  };
}

/** The input of a layer in words: what it reads and how it gets to the elements. */
export function inputText(unit: Unit): string {
  const { layer, folded } = unit;
  const { NF, SF, SIMD } = folded;
  const elements = folded.PE === 1 ? 'the element' : `all ${whole(folded.PE)} elements`;
  const replayed =
    NF === 1
      ? ''
      : `; the vector is kept and replayed ${times(NF)}, once for each row of an element`;
  const bus = `${plural(SF, 'group')} of ${plural(SIMD, 'number')} make a vector, and one a cycle goes to ${elements}${replayed}.`;
  if (layer.kind === 'dense') return bus;
  const { lines } = lineBufferOf(layer);
  const { kernel, padding, to } = layer;
  const padded = padding === 0 ? '' : `a border of ${plural(padding, 'zero')} is put around them; `;
  const buffered =
    lines === 0
      ? 'each place is a window of its own'
      : `${lines} lines of them are kept, ${kernel} for the window and ${lines - kernel} for what arrives meanwhile`;
  return `Maps of ${mapsText(layer.from)} come in place by place; ${padded}${buffered}. For each of ${plural(to.height * to.width, 'place')} the window leaves by row, column, channel: ${groupText(unit)} at a time. ${bus}`;
}

/** A whole number below `size`, by a share 0..1 of it (1 excluded). */
export const layerShare = (share: number, size: number): number => Math.floor(share * size);
