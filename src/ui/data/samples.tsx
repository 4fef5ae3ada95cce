import { useEffect, useRef } from 'react';
import type { Maps } from '../../experiment/datasets.ts';
import type { Preview } from './import-protocol.ts';

/** Twelve examples with their labels, as they will be trained on. */
export function Samples({ preview }: { readonly preview: Preview }) {
  const { samples, classNames, shape } = preview;
  return (
    <ul className="own-samples">
      {samples.map(({ pixels, label }, i) => {
        const name = classNames[label] ?? '';
        return (
          <li key={i}>
            <Picture pixels={pixels} shape={shape} name={name} />
            <span title={name}>{name}</span>
          </li>
        );
      })}
    </ul>
  );
}

interface PictureProps {
  readonly pixels: Uint8Array;
  readonly shape: Maps;
  readonly name: string;
}

function Picture({ pixels, shape, name }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width, channels } = shape;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let p = 0; p < height * width; p++) {
      const grey = pixels[p * channels] ?? 0;
      const colours =
        channels < 3 ? [grey, grey, grey] : pixels.subarray(p * channels, p * channels + 3);
      image.data.set(colours, 4 * p);
      image.data[4 * p + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [pixels, height, width, channels]);
  // The frame is square; the picture keeps its proportions within.
  const frame = height >= width ? { height: '100%' } : { width: '100%' };
  return (
    <span className="own-frame">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        style={frame}
        role="img"
        aria-label={`An example labelled ${name}`}
      />
    </span>
  );
}
