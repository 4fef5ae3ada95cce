import { useEffect, useRef, type RefObject } from 'react';
import { playground } from '../page.ts';
import type { Streams } from '../state/streams.ts';

/** Paints a frame; true asks for another one after it. */
export type Paint = (canvas: HTMLCanvasElement, streams: Streams, now: number) => boolean;

/**
 * Keeps a canvas painted from the streams, outside React: at most once a display frame, only when
 * something changed (data, size or theme), and not while the page is hidden. Pass a stable `paint`.
 */
export function usePainter(paint: Paint): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let frame = 0;
    const draw = (now: number) => {
      frame = 0;
      if (paint(element, playground.streams, now)) request();
    };
    const request = () => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const unsubscribe = playground.streams.subscribe(request);
    const sizes = new ResizeObserver(request);
    sizes.observe(element);
    const themes = new MutationObserver(request);
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', request);
    request();
    return () => {
      unsubscribe();
      sizes.disconnect();
      themes.disconnect();
      dark.removeEventListener('change', request);
      cancelAnimationFrame(frame);
    };
  }, [paint]);
  return canvas;
}
