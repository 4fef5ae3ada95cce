/**
 * Reads a QR code of versions 1 to 6 at the lowest level of correction, as a scanner does that sees every
 * module right (ISO/IEC 18004). Shares nothing with what draws codes.
 */

/** Codewords of data by version, from 1; version 6 deals them out to two blocks. */
const DATA = [19, 34, 55, 80, 108, 136];

const MASKS: readonly ((i: number, j: number) => number)[] = [
  (i, j) => (i + j) % 2,
  (i) => i % 2,
  (_, j) => j % 3,
  (i, j) => (i + j) % 3,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2,
  (i, j) => ((i * j) % 2) + ((i * j) % 3),
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2,
];

/** The modules that an SVG path of unit squares fills, without the white around; true is black. */
export function modulesOf(path: string, size: number, quiet = 4): boolean[][] {
  const black = new Set<string>();
  const rest = path.replace(/M(\d+) (\d+)h1v1h-1z/g, (_, x: string, y: string) => {
    black.add(`${x} ${y}`);
    return '';
  });
  if (rest !== '') throw new Error(`not a path of squares: ${rest.slice(0, 20)}`);
  const isBlack = (x: number, y: number) => black.delete(`${x} ${y}`);
  const side = size - 2 * quiet;
  const rows = Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (__, x) => isBlack(x + quiet, y + quiet)),
  );
  if (black.size > 0) throw new Error('something is black in the white around');
  return rows;
}

/** Finders with what is around them, timing, and the one alignment pattern: no data lies there. */
function isFixed(i: number, j: number, side: number): boolean {
  const isFinder = (i < 9 && (j < 9 || j >= side - 8)) || (i >= side - 8 && j < 9);
  const isAlignment = side > 21 && Math.abs(i - (side - 7)) <= 2 && Math.abs(j - (side - 7)) <= 2;
  return isFinder || isAlignment || i === 6 || j === 6;
}

/** The text of a code in bytes. */
export function readQr(modules: readonly (readonly boolean[])[]): string {
  const side = modules.length;
  const version = (side - 17) / 4;
  const words = DATA[version - 1];
  if (words === undefined) throw new Error(`version ${version}`);
  const bit = (i: number, j: number) => (modules[i]?.[j] === true ? 1 : 0);
  // Format, under its own mask of 10101…: two bits of level, three of mask.
  const format = [0, 1, 2, 3, 4].map((j) => bit(8, j) ^ (j % 2 === 0 ? 1 : 0));
  const [, , a = 0, b = 0, c = 0] = format;
  if (format[0] !== 0 || format[1] !== 1) throw new Error('another level of correction');
  const mask = MASKS[4 * a + 2 * b + c];

  const bits: number[] = [];
  let isUp = true;
  for (let right = side - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let k = 0; k < side; k++) {
      const i = isUp ? side - 1 - k : k;
      for (const j of [right, right - 1]) {
        if (!isFixed(i, j, side)) bits.push(bit(i, j) ^ (mask?.(i, j) === 0 ? 1 : 0));
      }
    }
    isUp = !isUp;
  }
  const number = (from: number, length: number) =>
    bits.slice(from, from + length).reduce((value, next) => 2 * value + next, 0);
  const dealt = Array.from({ length: words }, (_, k) => number(8 * k, 8));
  const blocks = version === 6 ? 2 : 1;
  const data = Array.from({ length: blocks }, (_, block) =>
    dealt.filter((__, k) => k % blocks === block),
  ).flat();
  // Four bits of mode (4: bytes), eight of length, then the bytes, half a byte off.
  const halves = data.flatMap((word) => [word >> 4, word & 15]);
  const whole = (at: number) => 16 * (halves[at] ?? 0) + (halves[at + 1] ?? 0);
  if (halves[0] !== 4) throw new Error('not a code of bytes');
  const text = Array.from({ length: whole(1) }, (_, k) => whole(3 + 2 * k));
  return new TextDecoder().decode(new Uint8Array(text));
}
