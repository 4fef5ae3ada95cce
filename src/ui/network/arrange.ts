/** Layers that come, go and change places: what else of the network speaks of them goes along. Pure. */
import type { ExperimentSpec, LayerSpec } from '../../experiment/spec.ts';

type Network = ExperimentSpec['network'];

/** The names of hidden layers as records and companions use them; null for pooling, which has none. */
export function namesOf(hidden: readonly LayerSpec[]): (string | null)[] {
  let weighted = 0;
  return hidden.map(({ type }) => (type === 'pool' ? null : `${type}${++weighted}`));
}

/**
 * The network with other hidden layers: each is one of those it has, at its old place, or a new one. A
 * companion follows its layer, and goes with it.
 */
export function arranged(network: Network, layers: readonly (number | LayerSpec)[]): Network {
  const { companions, ...rest } = network;
  const hidden = layers.flatMap((layer) =>
    typeof layer === 'number' ? (network.hidden[layer] ?? []) : [layer],
  );
  if (companions === undefined) return { ...rest, hidden };
  const before = namesOf(network.hidden);
  const after = namesOf(hidden);
  const at = layers.flatMap((layer, position) => {
    const name = typeof layer === 'number' ? before[layer] : null;
    const renamed = after[position];
    return name && renamed && companions.at.includes(name) ? [renamed] : [];
  });
  return at.length === 0
    ? { ...rest, hidden }
    : { ...rest, hidden, companions: { ...companions, at } };
}

const places = (hidden: readonly LayerSpec[]): number[] => hidden.map((_, position) => position);

export const without = (network: Network, position: number): Network =>
  arranged(network, places(network.hidden).toSpliced(position, 1));

/** With the layer at `position` changed places with the one before (-1) or after it (1). */
export function moved(network: Network, position: number, by: -1 | 1): Network {
  const order = places(network.hidden);
  const other = position + by;
  if (other < 0 || other >= order.length) return network;
  return arranged(network, order.with(position, other).with(other, position));
}

/** With a layer put in before `position`. */
export function withNew(network: Network, position: number, layer: LayerSpec): Network {
  const order: (number | LayerSpec)[] = places(network.hidden);
  return arranged(network, order.toSpliced(position, 0, layer));
}

/** What is published for companions; see the recipe `cifar10-dsn`. */
export const COMPANIONS = { rate: 0.001, fade: { slope: 0.0001, power: 0.75 } } as const;

/** With a companion at the hidden layer of that name, or without it. */
export function accompanied(network: Network, name: string, isThere: boolean): Network {
  const { companions = { ...COMPANIONS, at: [] as string[] }, ...rest } = network;
  const wanted = namesOf(network.hidden).filter((other) =>
    other === name ? isThere : other !== null && companions.at.includes(other),
  );
  const at = wanted.filter((other) => other !== null);
  return at.length === 0 ? rest : { ...rest, companions: { ...companions, at } };
}

/** `object` with a field set, or without it: what is absent and what is undefined are not the same spec. */
export function withField<T extends object, K extends keyof T>(
  object: T,
  key: K,
  value: T[K] | undefined,
): T {
  const copy = { ...object, [key]: value };
  if (value === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
