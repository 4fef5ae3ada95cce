/** Kernels of four lanes as they are written for one small convolution: to be compiled, or compared. */
import type { KernelSource } from '../../kernel.ts';
import { quadForward } from './forward.ts';
import { quadTurn } from './turn.ts';
import { quadWeightGradient } from './weight-gradient.ts';
import type { Windows } from './windows.ts';

const WINDOWS: Windows = {
  B: 2,
  from: { height: 5, width: 6, channels: 8 },
  spread: 1,
  kernel: 3,
  stride: 1,
  padding: 1,
  to: { height: 5, width: 6, channels: 20 },
};
const X = { length: 488, zero: 480 };
const DZ = { length: 1220, zero: 1200 };

export const QUAD_EXAMPLES: readonly KernelSource[] = [
  ...[true, false].flatMap((bits) => [
    quadForward({ windows: WINDOWS, ...X, bits, code: 30_000 }),
    quadTurn({ kernel: 3, channels: 8, O: 20, bits }),
  ]),
  quadWeightGradient({
    windows: WINDOWS,
    x: X,
    dz: DZ,
    code: 30_000,
    splits: 2,
  }),
].map(({ source }) => source);
