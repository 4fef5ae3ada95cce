/** Colours as they are printed: the light theme's, on white, whatever the page shows. Pure. */

/** Twins of tokens.css, which a test compares; paper is white. */
export const PRINT_TOKENS: Readonly<Record<string, string>> = {
  '--paper': '#ffffff',
  '--ink': '#1b1e22',
  '--ink-2': '#565b63',
  '--hair': '#dedbd3',
  '--hair-strong': '#87837a',
  '--bar': '#6f737a',
  '--mode-none': '#3c4656',
  '--mode-deterministic': '#b5480a',
  '--mode-stochastic': '#0a6cb0',
  '--weights-ternary': '#8b1f86',
  '--layer-first': '#3a1a6e',
  '--layer-last': '#9b78d8',
  '--sign-plus': '#0b5d57',
  '--sign-minus': '#d07a9c',
};

const token = (name: string): string => PRINT_TOKENS[name] ?? '#000000';

/** `var(--name)` or a mix of two such, as colours.ts writes them, as `#rrggbb`. */
export function printColour(css: string): string {
  const mixed = /^color-mix\(in oklab, var\((--[\w-]+)\) (\d+)%, var\((--[\w-]+)\)\)$/.exec(css);
  if (mixed !== null) {
    const [, a = '', share = '', b = ''] = mixed;
    return mixOklab(token(a), token(b), Number(share) / 100);
  }
  return token(/^var\((--[\w-]+)\)$/.exec(css)?.[1] ?? '');
}

type Triple = readonly [number, number, number];

/** A share 0..1 of `a` with the rest of `b`, as CSS color-mix does it in Oklab (Ottosson 2020). */
export function mixOklab(a: string, b: string, share: number): string {
  const [first, second] = [toOklab(a), toOklab(b)];
  const part = (k: 0 | 1 | 2) => share * first[k] + (1 - share) * second[k];
  return fromOklab([part(0), part(1), part(2)]);
}

function toOklab(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  const [r, g, b] = [16, 8, 0].map((shift) => linear(((value >> shift) & 255) / 255)) as [
    number,
    number,
    number,
  ];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([L, a, b]: Triple): string {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${channels
    .map((channel) => Math.round(255 * Math.min(1, Math.max(0, encoded(channel)))))
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}`;
}

const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const encoded = (v: number): number =>
  v <= 0.0031308 ? 12.92 * v : 1.055 * Math.max(0, v) ** (1 / 2.4) - 0.055;
