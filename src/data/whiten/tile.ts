/**
 * The inside of a matrix product: a tile of 4 x 8 numbers, summed over k. As WebAssembly with
 * 128-bit vectors where the platform has it (some 10^10 multiplications a second a core), else as
 * plain loops (about a tenth of that). Both add in the same order, so they give the same bits.
 */

/** Rows and columns of a tile. */
export const TILE = { rows: 4, columns: 8 } as const;

/** Numbers and the one thing done with them. All positions are indices into `floats`. */
export interface Tiles {
  readonly floats: Float32Array;
  /**
   * floats[c + i * cStride + j] += sum over p < k of floats[a + p * aStride + i] * floats[b + 8 * p + j],
   * for i < 4, j < 8.
   */
  addTile(a: number, aStride: number, b: number, k: number, c: number, cStride: number): void;
}

const PAGE_FLOATS = 16_384;

/** Room for `length` numbers. Throws a RangeError where there is no memory. */
export function tilesFor(length: number): Tiles {
  const compiled = compile();
  if (compiled === null) return plainTiles(new Float32Array(length));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(length / PAGE_FLOATS) });
  const { exports } = new WebAssembly.Instance(compiled, { e: { m: memory } });
  const run = exports['f'] as (...bytes: number[]) => void;
  return {
    floats: new Float32Array(memory.buffer),
    addTile: (a, aStride, b, k, c, cStride) => {
      run(4 * a, 4 * aStride, 4 * b, k, 4 * c, 4 * cStride);
    },
  };
}

/** The same in plain loops. */
export function plainTiles(floats: Float32Array): Tiles {
  const { rows, columns } = TILE;
  const sums = new Float32Array(rows * columns);
  return {
    floats,
    addTile(a, aStride, b, k, c, cStride) {
      sums.fill(0);
      for (let p = 0; p < k; p++) {
        for (let i = 0; i < rows; i++) {
          const x = floats[a + p * aStride + i] ?? 0;
          for (let j = 0; j < columns; j++) {
            const e = i * columns + j;
            const product = Math.fround(x * (floats[b + columns * p + j] ?? 0));
            sums[e] = (sums[e] ?? 0) + product;
          }
        }
      }
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const e = c + i * cStride + j;
          floats[e] = (floats[e] ?? 0) + (sums[i * columns + j] ?? 0);
        }
      }
    },
  };
}

let module: WebAssembly.Module | null | undefined;

/** The compiled function, or null where there are no vectors or a page's rules forbid compiling. */
function compile(): WebAssembly.Module | null {
  if (module !== undefined) return module;
  try {
    module = new WebAssembly.Module(tileModule());
  } catch {
    module = null;
  }
  return module;
}

// What follows writes a WebAssembly module (version 1, with the fixed-width SIMD of version 2) byte
// by byte: one function `f` over an imported memory `e.m`.

/** LEB128, as WebAssembly writes whole numbers. */
function leb(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)];
}
const list = (items: readonly (readonly number[])[]): number[] => [
  ...leb(items.length),
  ...items.flat(),
];
const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...leb(content.length),
  ...content,
];
const I32 = 0x7f;
const V128 = 0x7b;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const plus = (a: readonly number[], b: readonly number[]): number[] => [...a, ...b, 0x6a];
const constant = (n: number): number[] => [0x41, n];
const simd = (op: number): number[] => [0xfd, ...leb(op)];
const load = (offset: number): number[] => [...simd(0), 4, ...leb(offset)];
const loadSplat = (offset: number): number[] => [...simd(9), 2, ...leb(offset)];
const store = (offset: number): number[] => [...simd(11), 4, ...leb(offset)];
const addVectors = simd(228);
const multiplyVectors = simd(230);

function tileModule(): Uint8Array<ArrayBuffer> {
  const [a, aStride, b, k, c, cStride, b0, x, sums] = [0, 1, 2, 3, 4, 5, 6, 8, 9] as const;
  const halves = [0, 1];
  const rows = Array.from({ length: TILE.rows }, (_, i) => i);
  const step = [
    ...halves.flatMap((h) => [...get(b), ...load(16 * h), ...set(b0 + h)]),
    ...rows.flatMap((i) => [
      ...get(a),
      ...loadSplat(4 * i),
      ...set(x),
      ...halves.flatMap((h) => [
        ...get(sums + 2 * i + h),
        ...[...get(x), ...get(b0 + h), ...multiplyVectors],
        ...addVectors,
        ...set(sums + 2 * i + h),
      ]),
    ]),
    ...plus(get(a), get(aStride)),
    ...set(a),
    ...plus(get(b), constant(32)),
    ...set(b),
    // k <- k - 1, and again while it is not 0.
    ...get(k),
    ...constant(1),
    ...[0x6b, 0x22, k, 0x0d, 0],
  ];
  const finish = rows.flatMap((i) => [
    ...halves.flatMap((h) => [
      ...[...get(c), ...get(c), ...load(16 * h)],
      ...get(sums + 2 * i + h),
      ...addVectors,
      ...store(16 * h),
    ]),
    ...plus(get(c), get(cStride)),
    ...set(c),
  ]);
  const locals = list([[...leb(3 + 2 * TILE.rows), V128]]);
  const body = [...locals, 0x03, 0x40, ...step, 0x0b, ...finish, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list([[0x60, ...list(Array.from({ length: 6 }, () => [I32])), 0]])),
    ...section(2, list([[1, 0x65, 1, 0x6d, 2, 0, 1]])),
    ...section(3, list([[0]])),
    ...section(7, list([[1, 0x66, 0, 0]])),
    ...section(10, list([[...leb(body.length), ...body]])),
  ]);
}
