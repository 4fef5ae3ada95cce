/**
 * The weights [kernel * kernel, channels, O] of a convolution as those by which its input gradient is a
 * convolution of dz: the kernel turned by half a turn, and channels and outputs exchanged, so
 * [kernel * kernel, O, channels]. A lane turns 32 channels by 32 outputs: sign bits, or real numbers.
 */
import type { KernelSource } from '../../kernel.ts';
import type { QuadKernel } from './forward.ts';
import { each } from './windows.ts';

export interface QuadTurn {
  readonly kernel: number;
  readonly channels: number;
  readonly O: number;
  readonly bits: boolean;
}

/** 32 words at a time, so that none is loaded twice. */
const TURN_BITS = `
  ${each(32, (c) => `let w${c} = select(0u, w[(row + ${c}u) * across + o / 32u], ${c}u < channels);`)}
  for (var k = 0u; k < outputs; k++) {
    let bit = 1u << k;
    ${each(32, (c) => `let t${c} = select(0u, ${2 ** c}u, (w${c} & bit) != 0u);`)}
    turned[(turnedRow + k) * down + channel / 32u] = ${Array.from({ length: 32 }, (_, c) => `t${c}`).join(' | ')};
  }`;

const TURN_REAL = `
  for (var c = 0u; c < channels; c++) {
    for (var k = 0u; k < outputs; k++) {
      turned[(turnedRow + k) * CHANNELS + channel + c] = w[(row + c) * OUTPUTS + o + k];
    }
  }`;

/** By whether the weights are bits. */
const SOURCES = [false, true].map((bits): KernelSource => ({
  name: bits ? 'quad_turn_bits' : 'quad_turn',
  parts: [
    {
      file: 'quad_turn.wgsl',
      text: `// Written by src/gpu/ops/quad/turn.ts.
override KERNEL: u32;
override CHANNELS: u32;
override OUTPUTS: u32;

@group(1) @binding(0) var<storage, read> w: array<${bits ? 'u32' : 'f32'}>;
@group(1) @binding(1) var<storage, read_write> turned: array<${bits ? 'u32' : 'f32'}>;

@compute @workgroup_size(4)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let down = (CHANNELS + 31u) / 32u;
  let across = (OUTPUTS + 31u) / 32u;
  let index = (group.y * grid.x + group.x) * 4u + lane;
  let tap = index / (down * across);
  if (tap >= KERNEL * KERNEL) {
    return;
  }
  let channel = index / across % down * 32u;
  let o = index % across * 32u;
  let row = tap * CHANNELS + channel;
  let turnedRow = (KERNEL * KERNEL - 1u - tap) * OUTPUTS + o;
  let channels = min(CHANNELS - channel, 32u);
  let outputs = min(OUTPUTS - o, 32u);
${bits ? TURN_BITS : TURN_REAL}
}
`,
    },
  ],
  bindings: ['read', 'write'],
}));

export function quadTurn({ kernel, channels, O, bits }: QuadTurn): QuadKernel & {
  readonly constants: Readonly<Record<string, number>>;
} {
  const source = SOURCES[Number(bits)];
  if (source === undefined) throw new RangeError('no kernel turns these weights');
  const blocks = kernel ** 2 * Math.ceil(channels / 32) * Math.ceil(O / 32);
  return {
    source,
    constants: { KERNEL: kernel, CHANNELS: channels, OUTPUTS: O },
    groups: [1, Math.ceil(blocks / 4)],
  };
}
