import { useEffect, useRef, type RefObject } from 'react';
import { playground } from '../page.ts';
import type { Streams } from '../state/streams.ts';

/** Paints a frame; true asks for another one after it. */
export type Paint = (canvas: HTMLCanvasElement, streams: Streams, now: number) => boolean;

/**
 * Keeps a canvas painted from the streams, outside React: at most once a display frame, only when
 * something changed (data, size or theme), and not while the page is hidden. Pass a stable `paint`.
 * @param every milliseconds between two paintings at least, and none out of sight; 0: at once.
 */
export function usePainter(paint: Paint, every = 0): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = -Infinity;
    let isInSight = every === 0;
    const draw = (now: number) => {
      frame = 0;
      last = now;
      if (paint(element, playground.streams, now)) request();
    };
    const request = () => {
      if (!isInSight || frame !== 0 || timer !== undefined) return;
      const wait = last + every - performance.now();
      if (wait <= 0) frame = requestAnimationFrame(draw);
      else {
        timer = setTimeout(() => {
          timer = undefined;
          request();
        }, wait);
      }
    };
    const sight = new IntersectionObserver((entries) => {
      isInSight = entries.at(-1)?.isIntersecting ?? false;
      request();
    });
    if (every > 0) sight.observe(element);
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
      sight.disconnect();
      clearTimeout(timer);
      themes.disconnect();
      dark.removeEventListener('change', request);
      cancelAnimationFrame(frame);
    };
  }, [paint, every]);
  return canvas;
}
