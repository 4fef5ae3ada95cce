/** Colour tokens of the style sheet, for canvases. */
export type Rgb = readonly [number, number, number];

/** Reads `#rrggbb` tokens; the style sheet writes those that canvases need in that form. */
export function token(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

export function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** `a` with a share 0..1 of `b`, as one little-endian RGBA pixel. */
export function mix(a: Rgb, b: Rgb, share: number): number {
  const channel = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share);
  return ((255 << 24) | (channel(2) << 16) | (channel(1) << 8) | channel(0)) >>> 0;
}
