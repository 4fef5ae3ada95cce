/**
 * dwb [I, O] = the transposed windows of x times dz, summed over all pixels: a workgroup of four lanes
 * computes a row of the kernel (or one tap of a large one) for 4 A input and 4 D output channels. Lane
 * l loads input channel l and output channel l of each four, and by the swaps multiplies each with each.
 * Rows of dz whose window lies outside the maps are left out.
 */
import { bestPlan, each, mayMiss, swapped, tapsOf, type Plan, type Windows } from './windows.ts';
import type { QuadKernel } from './forward.ts';

interface Operand {
  /** Numbers that may be indexed. */
  readonly length: number;
  /** Where its zeros begin; null where no window hangs over an edge. */
  readonly zero: number | null;
}

export interface QuadWeightGradient {
  readonly windows: Windows;
  readonly x: Operand;
  readonly dz: Operand;
  /** Bytes the loop's machine code may have. */
  readonly code: number;
  /** Parts the pixels are split into, each with sums of its own: dwb is then [splits, I, O]. */
  readonly splits: number;
}

/** Fours of input and of output channels of a workgroup. */
const FOURS = [
  [1, 2],
  [1, 4],
  [1, 8],
  [2, 2],
  [2, 4],
  [2, 8],
  [4, 2],
  [4, 4],
  [8, 4],
  [6, 6],
] as const;

interface WeightGradientPlan extends Plan {
  /** Fours of input and of output channels of a workgroup. */
  readonly A: number;
  readonly D: number;
  /** Workgroups for all input channels, all output channels, and all rows or taps of the kernel. */
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: number;
}

/** How a weight gradient is cut up. */
export function weightGradientPlan(
  w: Windows,
  code: number,
): WeightGradientPlan & { readonly workgroups: number } {
  const { from, to, stride, kernel } = w;
  const ways = tapsOf(w).flatMap((taps) =>
    FOURS.map(([a, d]) => {
      const A = Math.min(a, Math.ceil(from.channels / 4));
      const D = Math.min(d, Math.ceil(to.channels / 4));
      const inputs = Math.ceil(from.channels / (4 * A));
      const outputs = Math.ceil(to.channels / (4 * D));
      return { taps, A, D, inputs, outputs, rows: taps === kernel ? kernel : kernel ** 2 };
    }),
  );
  const plan = bestPlan(to.width, code, ways, ({ taps, A, D, inputs, outputs, rows }, run) => {
    const sums = taps * A * 4 * D;
    return {
      turn: {
        loads: (taps > 1 ? (run - 1) * stride + taps : run) * A + run * D,
        loadsOfFour: 0,
        products: sums * run,
        carried: sums,
      },
      turns: Math.ceil(to.width / run) * inputs * outputs * rows,
      // Once for all examples: little.
      outside: 0,
    };
  });
  return { ...plan, workgroups: plan.inputs * plan.outputs * plan.rows };
}

export function quadWeightGradient(request: QuadWeightGradient): QuadKernel {
  const { windows: w, x, dz, code, splits } = request;
  const { B, from, kernel, stride, padding, to } = w;
  const { channels } = from;
  const O = to.channels;
  const { taps, run, A, D, inputs, outputs, rows } = weightGradientPlan(w, code);
  const runs = Math.ceil(to.width / run);
  /** Windows that even the last run of a row has. */
  const sure = to.width - (runs - 1) * run;

  const shifts = Array.from({ length: (run - 1) * stride + taps }, (_, t) => t).filter(
    (t) => taps > 1 || t % stride === 0,
  );
  const inside = shifts.filter((t) => kernel === taps && !mayMiss(w, taps, run, t));
  const furthest = Math.max(padding, ...inside);
  const loadX = (t: number): string => {
    const column = `ox * ${stride}u + kx + ${t}u - ${padding}u`;
    const at = inside.includes(t)
      ? `base + ${(t - padding) * channels}u`
      : `min(select(${x.zero ?? 0}u, (line + ${column}) * ${channels}u, ${column} < ${from.width}u), ${x.length - channels}u)`;
    return `let at${t} = ${at};
${each(A, (a) => swapped(`x${t}_${a}`, `x[at${t} + i${a}]`))}`;
  };
  const loadDz = (u: number): string => {
    // What does not count is zero in dz: then x may be anything.
    const counts = `ox + ${u}u < ${to.width}u`;
    const further = `pixel * ${O}u + ${u * O}u`;
    const last = dz.length - O;
    let at = `start + ${u * O}u`;
    let value = (d: number) => `dz[to${u} + o${d}]`;
    if (u >= sure && dz.zero !== null) {
      at = `min(select(${dz.zero}u, ${further}, ${counts}), ${last}u)`;
    } else if (u >= sure) {
      at = `min(${further}, ${last}u)`;
      value = (d) => `select(0.0, dz[to${u} + o${d}], ${counts})`;
    }
    return `let to${u} = ${at};
${each(D, (d) => `let y${u}_${d} = ${value(d)};`)}`;
  };
  /** One line for each sum. */
  const sums = (line: (k: number, a: number, s: number, d: number) => string): string =>
    each(D, (d) => each(taps, (k) => each(A, (a) => each(4, (s) => line(k, a, s, d)))));

  const text = `// Written by src/gpu/ops/quad/weight-gradient.ts.
@group(1) @binding(0) var<storage, read> x: array<f32, ${x.length}>;
@group(1) @binding(1) var<storage, read> dz: array<f32, ${dz.length}>;
@group(1) @binding(2) var<storage, read_write> dwb: array<f32>;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = group.x / ${outputs}u * grid.y + group.y;
  if (index >= ${inputs * rows * splits}u) {
    return;
  }
  let outputs = group.x % ${outputs}u * ${4 * D}u;
  let row = index % ${rows}u;
  let ky = ${rows === kernel ? 'row' : `row / ${kernel}u`};
  let kx = ${rows === kernel ? '0u' : `row % ${kernel}u`};
  let inputs = index / ${rows}u % ${inputs}u * ${4 * A}u;
  let split = index / ${rows * inputs}u;
  // Lanes past the last channel repeat it; they are not stored.
  ${each(A, (a) => `let i${a} = min(inputs + ${4 * a}u + lane, ${channels - 1}u);`)}
  ${each(D, (d) => `let o${d} = min(outputs + ${4 * d}u + lane, ${O - 1}u);`)}

  // Rows of dz whose windows' row ky lies on the maps: low .. high - 1.
  let low = (${padding}u - min(ky, ${padding}u) + ${stride - 1}u) / ${stride}u;
  let reach = ${from.height + padding}u - min(ky, ${from.height + padding}u);
  let high = max(low, min((reach + ${stride - 1}u) / ${stride}u, ${to.height}u));
  let turns = ${B * runs}u * (high - low);
  let share = turns / ${splits}u;
  let rest = turns % ${splits}u;
  let begin = split * share + min(split, rest);
  let end = begin + share + select(0u, 1u, split < rest);
  let height = max(high - low, 1u);
  var ox = begin % ${runs}u * ${run}u;
  var oy = low + begin / ${runs}u % height;
  var image = begin / ${runs}u / height;
  ${sums((k, a, s, d) => `var g${k}_${a}_${s}_${d} = 0.0;`)}
  for (var n = begin; n < end; n++) {
    let line = (image * ${from.height}u + oy * ${stride}u + ky - ${padding}u) * ${from.width}u;
    let base = min((line + ox * ${stride}u) * ${channels}u, ${x.length - (furthest - padding + 1) * channels}u);
    let pixel = (image * ${to.height}u + oy) * ${to.width}u + ox;
    let start = min(pixel * ${O}u, ${dz.length - sure * O}u);
    ${shifts.map(loadX).join('\n')}
    ${each(run, loadDz)}
    ${sums((k, a, s, d) => {
      const g = `g${k}_${a}_${s}_${d}`;
      return `${g} = ${g}${each(run, (u) => ` + x${u * stride + k}_${a}_${s} * y${u}_${d}`)};`;
    })}
    // By hand: dividing n costs more.
    ox += ${run}u;
    let ended = ox >= ${to.width}u;
    ox = select(ox, 0u, ended);
    oy = select(oy, oy + 1u, ended);
    let done = oy >= high;
    oy = select(oy, low, done);
    image = select(image, image + 1u, done);
  }
  let first = split * ${kernel ** 2 * channels}u + (ky * ${kernel}u + kx) * ${channels}u;
  ${sums(
    (k, a, s, d) => `{
    let i = inputs + ${4 * a}u + (lane ^ ${s}u);
    let o = outputs + ${4 * d}u + lane;
    if (i < ${channels}u && o < ${O}u) { dwb[(first + ${k * channels}u + i) * ${O}u + o] = g${k}_${a}_${s}_${d}; }
  }`,
  )}
}
`;
  const key = JSON.stringify([request, taps, run, A, D]);
  return {
    source: {
      name: 'quad_weight_gradient',
      key,
      parts: [{ file: 'quad_weight_gradient.wgsl', text }],
      bindings: ['read', 'read', 'write'],
      subgroups: true,
    },
    groups: [outputs, inputs * rows * splits],
  };
}
