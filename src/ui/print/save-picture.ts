/** Pictures as files: SVG as it is, PNG by way of the browser's own drawing of it. */
import { saveBlob } from '../runs/save.ts';

export type PictureKind = 'png' | 'svg';

interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Dots for each unit of the drawing: about 300 an inch where the picture is 6 inches wide. */
const SCALE = 2.5;

/** @returns a sentence where the browser could not draw it; null: saved. */
export async function savePicture(
  kind: PictureKind,
  name: string,
  { svg, width, height }: Picture,
): Promise<string | null> {
  const drawn = new Blob([svg], { type: 'image/svg+xml' });
  if (kind === 'svg') {
    saveBlob(`${name}.svg`, drawn);
    return null;
  }
  const url = URL.createObjectURL(drawn);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * SCALE);
    canvas.height = Math.round(height * SCALE);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, 'image/png');
    });
    if (blob === null) return FAILED;
    saveBlob(`${name}.png`, blob);
    return null;
  } catch {
    return FAILED;
  } finally {
    URL.revokeObjectURL(url);
  }
}

const FAILED = 'This browser could not draw the picture as PNG; SVG works without that.';
