import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { JSX } from 'react';
import { staleLoopsNow } from '../../state/measuredLoops.ts';
import { telemetry } from '../../state/telemetry.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { cssValue, shownTheme, subscribeToPixelRatio, subscribeToTheme } from '../../ui/drawing.ts';
import { useCanvasStore } from '../canvasStore.ts';
import { countRender } from '../counters.ts';
import { drawsCards } from '../detail.ts';
import { onMoved } from '../panning.ts';
import { readings } from './current.ts';
import { farCards } from './farCards.ts';
import { Ground } from './ground.ts';
import styles from './Overlay.module.css';
import { paint, see } from './paint.ts';
import type { Palette, Picture } from './paint.ts';
import { installProbe, keepDrawn } from './probe.ts';
import { DrawScheduler } from './scheduler.ts';

function readPalette(element: Element): Palette {
  const known = new Map<string, string>();
  return {
    theme: shownTheme(),
    resting: cssValue(element, '--colour-line-strong'),
    quiet: cssValue(element, '--colour-text-faint'),
    canvas: cssValue(element, '--colour-canvas'),
    text: cssValue(element, '--colour-text'),
    danger: cssValue(element, '--colour-danger'),
    onBadge: cssValue(element, '--colour-panel'),
    structure: cssValue(element, '--family-structure'),
    line: cssValue(element, '--colour-line-strong'),
    font: cssValue(element, '--font-mono'),
    raised: cssValue(element, '--colour-raised'),
    warning: cssValue(element, '--colour-warning'),
    colourOf: (hue) => {
      const colour = known.get(hue) ?? cssValue(element, /^var\((--[\w-]+)\)$/.exec(hue)?.[1] ?? '');
      known.set(hue, colour);
      return colour === '' ? hue : colour;
    },
  };
}

function readGround(element: Element): Ground {
  return new Ground(cssValue(element, '--colour-canvas'), cssValue(element, '--colour-grid'));
}

/**
 * One canvas beneath the cards, in React Flow's own transform. Numbers go from the telemetry's typed arrays to this
 * canvas; neither React nor React Flow hears of them.
 */
export function Overlay(): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    let context: CanvasRenderingContext2D | null = null;
    let palette = readPalette(element);
    let ground = readGround(element);
    let shown: Picture | null = null;

    const draw = (): void => {
      const {
        transform: [x, y, zoom],
        width,
        height,
      } = flow.getState();
      const pixelRatio = window.devicePixelRatio;
      const [across, down] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
      if (across === 0 || down === 0) return;
      // A canvas of another size begins empty.
      if (element.width !== across || element.height !== down) {
        element.width = across;
        element.height = down;
        shown = null;
      }
      // Without the window's picture beneath. Not before there is something to draw: until then it would be black.
      context ??= element.getContext('2d', { alpha: false });
      if (context === null) return;
      const { overlay, overlayOf, iterations } = useViewStore.getState();
      const canvasFlow = useCanvasStore.getState().flow;
      readings.choose(iterations);
      readings.leaveOut(staleLoopsNow());
      const painting = {
        scene: canvasFlow.scene,
        farCards: overlay !== 'off' && drawsCards(zoom, canvasFlow.scene.nodes.size) ? farCards(canvasFlow) : null,
        view: { x, y, zoom, width, height, pixelRatio },
        palette,
        mode: overlay,
        subject: overlayOf,
        readings,
        ground,
      };
      const picture = see(painting, shown);
      countRender(paint(context, picture, shown) ? 'draw' : 'spared');
      shown = picture;
      keepDrawn(picture);
    };
    const layGround = (): void => {
      ground.close();
      ground = readGround(element);
    };
    const onRestored = (): void => {
      shown = null;
      // With the canvas the pictures of the dots may be lost.
      layGround();
      scheduler.inNextFrame();
    };

    const scheduler = new DrawScheduler(draw);
    const takeAway = [
      telemetry.onFrame((frame) => {
        readings.take(frame);
        scheduler.inNextFrame();
      }),
      telemetry.onTable(() => {
        readings.reset();
        scheduler.inNextFrame();
      }),
      flow.subscribe((state, before) => {
        // At rest after a quiet movement the place is the one that was drawn.
        const moved = state.transform.some((value, at) => value !== before.transform[at]);
        if (moved || state.width !== before.width || state.height !== before.height) scheduler.withThisEvent();
      }),
      onMoved(() => scheduler.withThisEvent()),
      useCanvasStore.subscribe((state, before) => {
        const isCardOther =
          state.flow.nodes !== before.flow.nodes && shown !== null && shown.painting.farCards !== null;
        if (state.flow.scene !== before.flow.scene || isCardOther) scheduler.withThisEvent();
      }),
      useViewStore.subscribe((state, before) => {
        if (
          state.overlay !== before.overlay ||
          state.overlayOf !== before.overlayOf ||
          state.iterations !== before.iterations
        ) {
          scheduler.withThisEvent();
        }
      }),
      subscribeToTheme(() => {
        palette = readPalette(element);
        layGround();
        scheduler.inNextFrame();
      }),
      subscribeToPixelRatio(() => scheduler.withThisEvent()),
    ];
    element.addEventListener('contextrestored', onRestored);
    installProbe();
    scheduler.withThisEvent();
    return () => {
      scheduler.stop();
      element.removeEventListener('contextrestored', onRestored);
      for (const remove of takeAway) remove();
      ground.close();
    };
  }, [flow]);

  return <canvas ref={canvas} className={styles.overlay} aria-hidden="true" />;
}
