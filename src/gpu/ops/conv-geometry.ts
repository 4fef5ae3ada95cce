/** Geometry of a convolution as its kernels take it (shaders/lib/conv.wgsl). */
import type { LayerShape } from '../../experiment/shapes.ts';

export const convConstants = ({ from, to, kernel, stride, padding }: LayerShape) => ({
  HEIGHT: from.height,
  WIDTH: from.width,
  CHANNELS: from.channels,
  OUT_HEIGHT: to.height,
  OUT_WIDTH: to.width,
  OUTPUTS: to.channels,
  KERNEL: kernel,
  STRIDE: stride,
  PADDING: padding,
});

/** Pixels of the map a layer reads, and of the one its product makes, of B examples. */
export const pixelsIn = (B: number, { from }: LayerShape): number => B * from.height * from.width;
export const pixelsOut = (B: number, { to }: LayerShape): number => B * to.height * to.width;
