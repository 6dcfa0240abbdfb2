import { useEffect, useEffectEvent } from 'react';
import type { RefObject } from 'react';
import { untilTick } from './ticks.ts';

/** Adds a listener and returns how to take it away. */
export type Subscribe = (notify: () => void) => () => void;

/** The theme that the window shows. */
export function shownTheme(): 'light' | 'dark' {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

/** Told when the theme changes: drawn things read their colours from CSS anew. */
export function subscribeToTheme(notify: () => void): () => void {
  const observer = new MutationObserver(notify);
  observer.observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'data-projected', 'lang'],
  });
  return () => observer.disconnect();
}

/** Told when the window goes to a screen of another density, or is zoomed. */
export function subscribeToPixelRatio(notify: () => void): () => void {
  let query: MediaQueryList | null = null;
  const watch = (): void => {
    query?.removeEventListener('change', changed);
    query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`);
    query.addEventListener('change', changed);
  };
  const changed = (): void => {
    watch();
    notify();
  };
  watch();
  return () => query?.removeEventListener('change', changed);
}

/**
 * Draws once per animation frame at most: at the start, whenever one of `sources` says so, when the theme or the language
 * changes, and when `element` changes its size. With a `pause`, what a source asks for soon after a drawing waits for the next
 * tick of so many milliseconds.
 */
export function useDrawing(
  element: RefObject<Element | null>,
  sources: readonly Subscribe[],
  draw: () => void,
  pause = 0,
): void {
  const drawNow = useEffectEvent(draw);

  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = Number.NEGATIVE_INFINITY;
    const request = (): void => {
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        last = performance.now();
        drawNow();
      });
    };
    const requestLater = (): void => {
      const wait = pause === 0 ? 0 : untilTick(last, pause);
      if (wait === 0) request();
      else
        timer ??= setTimeout(() => {
          timer = undefined;
          request();
        }, wait);
    };
    const observer = new ResizeObserver(request);
    if (element.current !== null) observer.observe(element.current);
    const takeAway = [...sources.map((subscribe) => subscribe(requestLater)), subscribeToTheme(request)];
    request();
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      observer.disconnect();
      for (const remove of takeAway) remove();
    };
    // Sources are compared one by one: callers write them as a list in place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [element, pause, ...sources]);

  // What the drawing shows may depend on what was rendered.
  useEffect(() => {
    const frame = requestAnimationFrame(() => drawNow());
    return () => cancelAnimationFrame(frame);
  });
}

/**
 * Sizes a canvas to its box in device pixels, clears it and returns its context in CSS pixels with the box's size; null
 * where it has no area.
 */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
): { readonly context: CanvasRenderingContext2D; readonly width: number; readonly height: number } | null {
  const { width, height } = canvas.getBoundingClientRect();
  const context = canvas.getContext('2d');
  if (context === null || width === 0 || height === 0) return null;
  const scale = window.devicePixelRatio;
  const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** How much larger the type is than at a desk; what is drawn for words needs as much more room. */
export function typeScale(element: Element): number {
  return Number.parseFloat(cssValue(element, '--text-tiny')) / 11;
}

/** The value of a custom property such as `--series-1` where an element stands. */
export function cssValue(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}
