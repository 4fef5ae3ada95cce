/**
 * z [B, height, width, O] = SCALE * windows of x times weights [I, O]: a workgroup of four lanes computes
 * a run of pixels of one row and 4 J channels; lane l holds channels l J .. l J + J - 1 of them.
 */
import type { KernelSource } from '../../kernel.ts';
import {
  BEGIN,
  bestPlan,
  PLACE,
  STORE,
  each,
  mayMiss,
  swapped,
  tapsOf,
  type Plan,
  type Windows,
} from './windows.ts';

export interface QuadForward {
  readonly windows: Windows;
  /** Numbers of x that may be indexed. */
  readonly length: number;
  /** Where its zeros begin; null where no window that counts hangs over an edge. */
  readonly zero: number | null;
  /** True where weights are read as sign bits [I, ceil(O / 32)], false for real ones [I, O]. */
  readonly bits: boolean;
  /** Bytes the loop's machine code may have. */
  readonly code: number;
}

export interface QuadKernel {
  readonly source: KernelSource;
  /** Columns and rows of workgroups. */
  readonly groups: readonly [number, number];
}

interface ForwardPlan extends Plan {
  /** Output channels of a lane. */
  readonly J: number;
  /** Fours of input channels a turn goes over. */
  readonly blocks: number;
}

/** Real weights of four neighbouring output channels can be loaded at once. */
const inFours = (J: number, O: number, bits: boolean): boolean =>
  !bits && J % 4 === 0 && O % 4 === 0;

function planOf({ windows: w, bits, code }: QuadForward): ForwardPlan {
  const { from, to, stride, kernel } = w;
  const O = to.channels;
  const lanes = [8, 4, 2, 1].filter((J) => J === 1 || 2 * J < O);
  const ways = tapsOf(w).flatMap((taps) =>
    [1, 2]
      .filter((blocks) => blocks === 1 || (taps === 1 && from.channels % 8 === 0))
      .flatMap((blocks) => lanes.map((J) => ({ taps, blocks, J }))),
  );
  return bestPlan(to.width, code, ways, ({ taps, blocks, J }, run) => {
    const rows = 4 * taps * blocks;
    const fours = inFours(J, O, bits);
    const weights = bits ? rows / 4 : fours ? 0 : rows * J;
    const workgroups = Math.ceil(to.width / run) * Math.ceil(O / (4 * J));
    const columns = taps > 1 ? (run - 1) * stride + taps : run;
    return {
      turn: {
        loads: columns * blocks + weights,
        loadsOfFour: fours ? (rows * J) / 4 : 0,
        // Making a factor of a bit costs as much as a product.
        products: rows * J * (run + (bits ? 1 : 0)),
        carried: run * J,
      },
      turns: (workgroups * kernel ** 2 * Math.ceil(from.channels / (4 * blocks))) / taps,
      outside:
        workgroups *
        (BEGIN + run * J * STORE + (kernel ** 2 / taps) * (columns * PLACE + run * J * 2)),
    };
  });
}

export function quadForward(request: QuadForward): QuadKernel {
  const { windows: w, length, bits } = request;
  // Windows that do not count may read anything.
  const zero = request.zero ?? 0;
  const { B, from, to, spread, kernel, stride, padding } = w;
  const { channels } = from;
  const O = to.channels;
  const { taps, run, J, blocks } = planOf(request);
  const whole = channels % 4 === 0;
  const fours = inFours(J, O, bits);
  const runs = Math.ceil(to.width / run);
  const columns = Math.ceil(O / (4 * J));
  const words = Math.ceil(O / 32);
  const rows = kernel ** 2 * channels;

  /** The columns of x that a run's windows cover, from the first one's on. */
  const shifts = Array.from({ length: (run - 1) * stride + taps }, (_, t) => t).filter(
    (t) => taps > 1 || t % stride === 0,
  );
  const place = (t: number): string => {
    if (spread > 1) {
      return `let column${t} = ox + kx + ${t}u - ${padding}u;
let inside${t} = column${t} % ${spread}u == 0u && column${t} / ${spread}u < ${from.width}u;
let at${t} = min(select(${zero}u, (line + column${t} / ${spread}u) * ${channels}u, inY && inside${t}), ${length - channels}u);`;
    }
    const inside = mayMiss(w, taps, run, t)
      ? `inY && ox * ${stride}u + kx + ${t}u - ${padding}u < ${from.width}u`
      : 'inY';
    return `let at${t} = min(select(${zero}u, first + ${t * channels}u, ${inside}), ${length - channels}u);`;
  };

  const loadX = (u: number, t: number): string => {
    const index = `at${t} + c${u}`;
    const counts = `c${u} < ${channels}u`;
    if (whole) return swapped(`x${u}_${t}`, `x[${index}]`);
    return swapped(
      `x${u}_${t}`,
      request.zero === null
        ? `select(0.0, x[min(${index}, ${length - 1}u)], ${counts})`
        : `x[select(${zero}u, ${index}, ${counts})]`,
    );
  };

  /** Row of the weights at tap k for channel c. */
  const row = (k: number, c: string): string => {
    const tap = `(ky * ${kernel}u + ${taps > 1 ? `${k}u` : 'kx'})`;
    return `(${tap} * ${channels}u + ${whole ? c : `min(${c}, ${channels - 1}u)`})`;
  };
  const loadWeights = (u: number, k: number): string => {
    if (bits) {
      // A minus is a 1 here. The bits of a lane's last channel go to the sign's place; those of the
      // channels before it follow by doubling.
      return `${swapped(`n${u}_${k}`, `~w[${row(k, `c${u}`)} * ${words}u + word]`)}
${each(4, (s) => `let p${u}_${k}_${s}_${J - 1} = n${u}_${k}_${s} * power;`)}`;
    }
    return each(4, (s) => {
      const at = `r${u}_${k}_${s}`;
      const channel = `block * ${4 * blocks}u + ${4 * u}u + l${s}`;
      return fours
        ? `let ${at} = ${row(k, channel)} * ${O / 4}u;
${each(J / 4, (q) => `let v${u}_${k}_${s}_${q} = w[${at} + o${q}];`)}`
        : `let ${at} = ${row(k, channel)} * ${O}u;`;
    });
  };
  const weight = (u: number, k: number, s: number, j: number): string => {
    const name = `w${u}_${k}_${s}_${j}`;
    if (!bits) {
      const value = fours ? `v${u}_${k}_${s}_${j >> 2}[${j & 3}]` : `w[r${u}_${k}_${s} + o${j}]`;
      return `let ${name} = ${value};`;
    }
    const p = (of: number) => `p${u}_${k}_${s}_${of}`;
    const moved = j < J - 1 ? `let ${p(j)} = ${p(j + 1)} + ${p(j + 1)};\n` : '';
    return `${moved}let ${name} = bitcast<f32>((${p(j)} & signBit) | one);`;
  };
  const inner = (term: (u: number, k: number, s: number) => string): string =>
    each(blocks, (u) => each(taps, (k) => each(4, (s) => term(u, k, s))));
  /** Products of one output channel of a lane, for all pixels of the run. */
  const multiply = (j: number): string => {
    const sums = each(
      run,
      (r) =>
        `z${r}_${j} = z${r}_${j}${inner((u, k, s) => ` + x${u}_${r * stride + k}_${s} * w${u}_${k}_${s}_${j}`)};`,
    );
    return `${inner((u, k, s) => weight(u, k, s, j))}\n${sums}`;
  };

  // Around another loop, one that turns once keeps SwiftShader's compiler busy for ever in some shapes.
  const loopY = kernel > 1 ? `for (var ky = 0u; ky < ${kernel}u; ky++) {` : '{\n    let ky = 0u;';
  const loopX = taps === 1 && kernel > 1;
  const lastOfRow = to.width % run === 0 ? '' : `if (ox + RUN < ${to.width}u) `;
  const text = `// Written by src/gpu/ops/quad/forward.ts.
override SCALE: f32;

@group(1) @binding(0) var<storage, read> x: array<f32, ${length}>;
@group(1) @binding(1) var<storage, read> w: array<${
    bits ? `u32, ${rows * words}` : fours ? `vec4<f32>, ${(rows * O) / 4}` : `f32, ${rows * O}`
  }>;
@group(1) @binding(2) var<storage, read_write> z: array<f32>;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.x / ${columns}u * grid.y + group.y;
  if (index >= ${B * to.height * runs}u) {
    return;
  }
  let ox = index % ${runs}u * ${run}u;
  let image = index / ${runs}u / ${to.height}u;
  let oy = index / ${runs}u % ${to.height}u;
  let columns = min(group.x % ${columns}u, ${columns - 1}u) * ${4 * J}u;
  let o = columns + lane * ${J}u;
${
  bits
    ? `let word = min(columns >> 5u, ${words - 1}u);
  let power = 1u << (31u - ((o + ${J - 1}u) & 31u));
  // Not constants, which would be loaded from memory for every use.
  let signBit = 0x80000000u | group.z;
  let one = 0x3f800000u | group.z;`
    : `let l0 = lane;
  let l1 = min(lane ^ 1u, 3u);
  let l2 = min(lane ^ 2u, 3u);
  let l3 = min(lane ^ 3u, 3u);
  ${each(fours ? J / 4 : J, (j) => (fours ? `let o${j} = min(o / 4u + ${j}u, ${O / 4 - 1}u);` : `let o${j} = min(o + ${j}u, ${O - 1}u);`))}`
}
  ${each(run, (r) => each(J, (j) => `var z${r}_${j} = 0.0;`))}
  ${loopY}
    let y = oy * ${stride}u + ky - ${padding}u;
    let inY = ${spread > 1 ? `y % ${spread}u == 0u && y / ${spread}u` : 'y'} < ${from.height}u;
    let line = (image * ${from.height}u + ${spread > 1 ? `y / ${spread}u` : 'y'}) * ${from.width}u;
    ${loopX ? `for (var kx = 0u; kx < ${kernel}u; kx++) {` : 'let kx = 0u;'}
    let first = (line + ox * ${stride}u + kx - ${padding}u) * ${channels}u;
    ${shifts.map(place).join('\n')}
    for (var block = 0u; block < ${Math.ceil(channels / (4 * blocks))}u; block++) {
      ${each(blocks, (u) => `let c${u} = block * ${4 * blocks}u + ${4 * u}u + lane;`)}
      ${each(blocks, (u) => shifts.map((t) => loadX(u, t)).join('\n'))}
      ${each(blocks, (u) => each(taps, (k) => loadWeights(u, k)))}
      ${each(J, (j) => multiply(J - 1 - j))}
    }
    ${loopX ? '}' : ''}
  }
  let e = ((image * ${to.height}u + oy) * ${to.width}u + ox) * ${O}u + o;
  ${each(run, (r) => {
    const stores = each(
      J,
      (j) =>
        `${O % (4 * J) === 0 ? '' : `if (o + ${j}u < ${O}u) `}{ z[e + ${r * O + j}u] = SCALE * z${r}_${j}; }`,
    );
    return `${lastOfRow.replace('RUN', `${r}u`)}{ ${stores} }`;
  })}
}
`;
  const key = JSON.stringify([request, taps, run, J, blocks]);
  return {
    source: {
      name: 'quad_forward',
      key,
      parts: [{ file: 'quad_forward.wgsl', text }],
      bindings: ['read', 'read', 'write'],
      subgroups: true,
    },
    groups: [columns, B * to.height * runs],
  };
}
