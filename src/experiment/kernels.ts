/**
 * The matrix kernels a run is computed by, as text that links and checkpoints carry: `auto`, a
 * family (`tile` for GPUs, `quad` for software adapters), or a family and, after a colon, one
 * variant for each product of each layer: `quad:q10.q10.q16-q10.q10.q32-…` (forward, input gradient,
 * weight gradient; layers joined by hyphens). Kernels differ in the order of their sums, so a replay
 * to the bit needs the ones the run was made with.
 */
import { fail, ok, type Result } from './result.ts';

export const FAMILIES = ['tile', 'quad'] as const;
export type Family = (typeof FAMILIES)[number];

/**
 * What a layer computes as a matrix product, and the kernels there are for each: t workgroup tiles, h
 * the same with half floats (for binary weights, on adapters that have them), q one subgroup of four
 * lanes (on adapters whose subgroups are that).
 */
export const VARIANTS = {
  forward: ['t32', 't64', 'h32', 'h64', 'q10', 'q20'],
  inputGradient: ['t32', 't64', 'h32', 'h64', 'q10', 'q20'],
  weightGradient: ['t32', 't64', 'q16', 'q32'],
} as const;
export type Role = keyof typeof VARIANTS;
export const ROLES = ['forward', 'inputGradient', 'weightGradient'] as const satisfies Role[];
export type VariantId = (typeof VARIANTS)[Role][number];
export type LayerKernels = Readonly<Record<Role, VariantId>>;

/** A family's kernels before anything was measured. */
export const DEFAULTS: Readonly<Record<Family, LayerKernels>> = {
  tile: { forward: 't32', inputGradient: 't32', weightGradient: 't32' },
  quad: { forward: 'q10', inputGradient: 'q10', weightGradient: 'q16' },
};

export interface Kernels {
  readonly family: Family;
  /** By layer; null: the family's defaults for all. */
  readonly tuned: readonly LayerKernels[] | null;
}

export const MAX_KERNELS_LENGTH = 400;

/** What is allowed, as the end of a sentence. */
export const kernelsAllowed = (layers: number): string =>
  `auto, tile, quad, or one of the two with variants for each of the ${layers} layers, such as "quad:${new Array(layers).fill('q10.q10.q16').join('-')}"`;

/** True where a product is computed by a variant. */
export const computes = (role: Role, variant: VariantId): boolean =>
  VARIANTS[role].some((id) => id === variant);

const isVariant = (role: Role, text: string | undefined): text is VariantId =>
  VARIANTS[role].some((id) => id === text);

function parseLayer(text: string): LayerKernels | null {
  const [forward, inputGradient, weightGradient, ...rest] = text.split('.');
  return rest.length === 0 &&
    isVariant('forward', forward) &&
    isVariant('inputGradient', inputGradient) &&
    isVariant('weightGradient', weightGradient)
    ? { forward, inputGradient, weightGradient }
    : null;
}

/** Read a choice of kernels for a network of `layers` layers; null means `auto`. The error says what is allowed. */
export function parseKernels(text: string, layers: number): Result<Kernels | null> {
  if (text === 'auto') return ok(null);
  const wrong = fail(`allowed is ${kernelsAllowed(layers)}`);
  if (text.length > MAX_KERNELS_LENGTH) return wrong;
  const colon = text.indexOf(':');
  const family = FAMILIES.find((name) => name === (colon < 0 ? text : text.slice(0, colon)));
  if (family === undefined) return wrong;
  if (colon < 0) return ok({ family, tuned: null });
  const tuned: LayerKernels[] = [];
  for (const part of text.slice(colon + 1).split('-')) {
    const layer = parseLayer(part);
    if (layer === null) return wrong;
    tuned.push(layer);
  }
  if (tuned.length !== layers) return wrong;
  return ok({ family, tuned });
}

/** The text of a choice of kernels: the inverse of `parseKernels`. */
export function formatKernels({ family, tuned }: Kernels): string {
  if (tuned === null) return family;
  const layers = tuned.map((layer) => ROLES.map((role) => layer[role]).join('.'));
  return `${family}:${layers.join('-')}`;
}
