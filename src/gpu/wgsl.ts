/** The shared functions of src/shaders/lib, as parts of kernels. */
import augment from '../shaders/lib/augment.wgsl?raw';
import chunks from '../shaders/lib/chunks.wgsl?raw';
import windows from '../shaders/lib/windows.wgsl?raw';
import binarise from '../shaders/lib/binarise.wgsl?raw';
import conv from '../shaders/lib/conv.wgsl?raw';
import columns from '../shaders/lib/columns.wgsl?raw';
import dropout from '../shaders/lib/dropout.wgsl?raw';
import matmulTile from '../shaders/lib/matmul_tile.wgsl?raw';
import normal from '../shaders/lib/normal.wgsl?raw';
import optimizer from '../shaders/lib/optimizer.wgsl?raw';
import philox from '../shaders/lib/philox.wgsl?raw';
import sign from '../shaders/lib/sign.wgsl?raw';
import slabF16 from '../shaders/lib/slab_f16.wgsl?raw';
import slabF32 from '../shaders/lib/slab_f32.wgsl?raw';
import step from '../shaders/lib/step.wgsl?raw';
import type { Wgsl } from './kernel.ts';

const lib = (name: string, text: string): Wgsl => ({ file: `lib/${name}.wgsl`, text });

export const LIB = {
  windows: lib('windows', windows),
  chunks: lib('chunks', chunks),
  augment: lib('augment', augment),
  binarise: lib('binarise', binarise),
  columns: lib('columns', columns),
  conv: lib('conv', conv),
  dropout: lib('dropout', dropout),
  matmulTile: lib('matmul_tile', matmulTile),
  normal: lib('normal', normal),
  optimizer: lib('optimizer', optimizer),
  philox: lib('philox', philox),
  sign: lib('sign', sign),
  slabF16: lib('slab_f16', slabF16),
  slabF32: lib('slab_f32', slabF32),
  step: lib('step', step),
} as const;
