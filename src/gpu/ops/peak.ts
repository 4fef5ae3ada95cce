/** The largest number that a channel has of each example. */
import type { Maps } from '../../experiment/datasets.ts';
import text from '../../shaders/peak.wgsl?raw';
import type { Dispatch, KernelSource } from '../kernel.ts';
import { LIB } from '../wgsl.ts';
import { groups, type Builder } from './builder.ts';

export const PEAK: KernelSource = {
  name: 'peak',
  parts: [LIB.step, { file: 'peak.wgsl', text }],
  bindings: ['read', 'write'],
};

export interface PeakRequest {
  readonly label: string;
  readonly examples: number;
  readonly maps: Maps;
  /** [examples, height, width, channels] */
  readonly values: GPUBuffer;
  /** [examples] */
  readonly peaks: GPUBuffer;
}

/** The channel is the step's `start`. */
export const peak = ({ kernels }: Builder, r: PeakRequest): Promise<Dispatch> =>
  kernels.dispatch({
    label: r.label,
    source: PEAK,
    constants: {
      PLACES: r.maps.height * r.maps.width,
      CHANNELS: r.maps.channels,
      EXAMPLES: r.examples,
    },
    buffers: [r.values, r.peaks],
    grid: [groups(r.examples, 64)],
  });
