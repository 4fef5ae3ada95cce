import type { Mode } from '../../experiment/spec.ts';

/** A line's look: one colour and one dash pattern for each kind of weights, wherever they are shown. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: string;
}

export const MODE_STYLES: Readonly<Record<Mode, LineStyle>> = {
  none: { colour: 'var(--mode-none)', dash: '' },
  deterministic: { colour: 'var(--mode-deterministic)', dash: '7 3' },
  stochastic: { colour: 'var(--mode-stochastic)', dash: '2 2.5' },
};

/**
 * What a second and a third run of a mode are shaded towards: dash and hue stay the mode's, and the number
 * that stands at the line is as easy to read.
 */
const SHADES: Readonly<Record<Mode, readonly [share: number, towards: string][]>> = {
  none: [
    [30, '--hair-strong'],
    [40, '--ink'],
  ],
  deterministic: [
    [60, '--ink'],
    [28, '--ink'],
  ],
  stochastic: [
    [60, '--ink'],
    [28, '--ink'],
  ],
};

/** The looks that runs of a mode have. */
export const RUN_SHADES = [0, 1, 2] as const;
export type RunShade = (typeof RUN_SHADES)[number];

/** A mode's line, in one of its shades; 0 is the mode's own colour. */
export function shadedStyle(mode: Mode, shade: RunShade): LineStyle {
  const own = MODE_STYLES[mode];
  const mixed = SHADES[mode][shade - 1];
  if (mixed === undefined) return own;
  const [share, towards] = mixed;
  return { ...own, colour: `color-mix(in oklab, ${own.colour} ${share}%, var(${towards}))` };
}

/** Evaluation with signs looks like the mode that propagates signs, with real weights like mode none. */
export const WEIGHT_STYLES = {
  binary: MODE_STYLES.deterministic,
  real: MODE_STYLES.none,
  /** Of nets that are sampled as stochastic weights are. */
  ensemble: MODE_STYLES.stochastic,
  ternary: { colour: 'var(--weights-ternary)', dash: '9 2.5 2 2.5' },
} as const;

/** The layers' own ramp, first to last. */
export function layerColour(index: number, layers: number): string {
  const share = layers < 2 ? 0 : Math.round((100 * index) / (layers - 1));
  return `color-mix(in oklab, var(--layer-last) ${share}%, var(--layer-first))`;
}

const LAYER_DASHES = ['', '8 3', '3 2', '8 3 2 3'] as const;
export const layerDash = (index: number): string => LAYER_DASHES[index % LAYER_DASHES.length] ?? '';
