/** A link as a QR code. Pure. */
import { encode } from 'uqr';

/** Bytes a QR code of the largest version holds at its lowest level of correction (ISO/IEC 18004). */
export const MOST_QR = 2953;
/** Modules of white around it that scanners need. */
const QUIET = 4;

export interface Qr {
  /** Modules on a side, with what is white around. */
  readonly size: number;
  /** One SVG path of all black modules, a unit each. */
  readonly path: string;
}

/** Null where the text is too long for any. */
export function qrOf(text: string): Qr | null {
  if (new TextEncoder().encode(text).length > MOST_QR) return null;
  const { data, size } = encode(text, { ecc: 'L', border: QUIET });
  const path = data
    .flatMap((row, y) => row.flatMap((isBlack, x) => (isBlack ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return { size, path };
}
