import { useEffect, useRef } from 'react';
import type { Maps } from '../../experiment/datasets.ts';
import { paintPicture } from './paint-maps.ts';

interface PictureProps {
  /** [height, width, channels] */
  readonly bytes: Uint8Array;
  readonly shape: Maps;
  /** What it shows; absent where words beside it say so. */
  readonly label?: string;
}

/** A small picture, pixel by pixel. */
export function Picture({ bytes, shape, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width, channels } = shape;
  useEffect(() => {
    if (canvas.current === null || bytes.length !== height * width * channels) return;
    paintPicture(canvas.current, bytes, { height, width, channels });
  }, [bytes, height, width, channels]);
  return label === undefined ? (
    <canvas ref={canvas} className="picture" aria-hidden="true" />
  ) : (
    <canvas ref={canvas} className="picture" role="img" aria-label={label} />
  );
}
