import type { StoredLook } from '../state/strip.ts';
import { token } from './tokens.ts';

/** Give the canvas as many pixels as the screen has there. */
export function fit(canvas: HTMLCanvasElement): { width: number; height: number; scale: number } {
  const scale = Math.min(3, devicePixelRatio || 1);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  return { width, height, scale };
}

/**
 * Bars of a layer's stored weights, as high as the root of their share. Where weights are clipped,
 * the outermost bins are the masses at -H and +H, and carry the colours of the signs.
 */
export function paintHistogram(
  canvas: HTMLCanvasElement,
  probe: StoredLook | undefined,
  isClipped: boolean,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height, scale } = fit(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  const base = height - 1;
  context.fillStyle = token(canvas, '--hair-strong');
  context.fillRect(0, base, width, 1);
  if (probe === undefined) return;

  const bins = probe.histogram;
  const highest = bins.reduce((most, count) => Math.max(most, count), 1);
  const pitch = width / bins.length;
  const ink = token(canvas, '--bar');
  const ends = [token(canvas, '--sign-minus'), token(canvas, '--sign-plus')] as const;
  bins.forEach((count, bin) => {
    const bar = Math.sqrt(count / highest) * (base - 2);
    const end = bin === 0 ? ends[0] : bin === bins.length - 1 ? ends[1] : ink;
    context.fillStyle = isClipped ? end : ink;
    context.fillRect(bin * pitch, base - bar, Math.max(pitch - 1, 1), bar);
  });
  // Zero, where a sign flips.
  context.fillStyle = token(canvas, '--ink-2');
  context.fillRect(Math.round(width / 2), 0, 1, height);
}
