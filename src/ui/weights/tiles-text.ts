/** What the pictures of signs say in words and in a table. Pure. */
import type { Mode } from '../../experiment/spec.ts';
import type { LayerSummary } from '../../session/protocol.ts';
import { share, whole } from '../common/format.ts';
import type { Twin } from '../common/table-twin.tsx';
import { CHARTS } from '../text.ts';
import { plusShare, tileShapeOf, tileWeights } from './tiles.ts';

/** What a tile stands for. */
export const tileNoun = ({ kind }: Pick<LayerSummary, 'kind'>): 'unit' | 'channel' =>
  kind === 'conv' ? 'channel' : 'unit';

const COLOURS = 'Planes from left to right: red, green, blue.';

/** What a tile of a layer shows. `first`: it reads the examples themselves. */
export function tilesCaption(layer: LayerSummary, first: boolean): string {
  const { kernel, from, kind } = layer;
  const planes = from.channels;
  if (kind === 'conv') {
    const filter = `${kernel} × ${kernel} filter`;
    const of = `Each tile is one output channel: the signs of its ${filter}`;
    if (planes === 1) return `${of}.`;
    if (!first) return `${of}s, one for each of the ${planes} maps it reads.`;
    return `${of}s, one a colour. ${planes === 3 ? COLOURS : ''}`.trim();
  }
  const weights = whole(tileWeights(tileShapeOf(layer)));
  if (from.height * from.width === 1) {
    return `Each tile is one unit: the signs of its weights to the ${planes} units before it.`;
  }
  if (!first) {
    return `Each tile is one unit: the signs of its ${weights} weights, a square for each of the ${planes} maps it reads.`;
  }
  const unit = `Each tile is one unit: the signs of its ${weights} weights.`;
  return planes === 3 ? `${unit} ${COLOURS}` : unit;
}

const CAPTIONS: Readonly<Record<Mode, string>> = {
  none: CHARTS.tilesReal,
  deterministic: CHARTS.tilesBinary,
  stochastic: CHARTS.tilesSampled,
};

export const propagationCaption = (mode: Mode, retrains: boolean): string =>
  retrains ? CHARTS.tilesTernary : CAPTIONS[mode];

/** Units of a table. */
const ROWS = 36;

export function tilesTable(layer: LayerSummary, bits: Uint32Array | undefined, from: number): Twin {
  const { O } = layer;
  const weights = tileWeights(tileShapeOf(layer));
  const words = Math.ceil(O / 32);
  const shown = Array.from({ length: Math.min(ROWS, O - from) }, (_, k) => from + k);
  return {
    caption: `Share of positive signs by ${tileNoun(layer)}`,
    columns: [tileNoun(layer) === 'unit' ? 'Unit' : 'Channel', 'Weights', 'Positive'],
    rows: (bits === undefined ? [] : shown).map((unit) => ({
      key: String(unit),
      cells: [
        String(unit + 1),
        whole(weights),
        bits === undefined ? '' : share(plusShare(bits, words, weights, unit)),
      ],
    })),
  };
}
