import { useRef } from 'react';
import type { JSX, PointerEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import type { RunTable } from '#shared/protocol/telemetry';
import { colourAt } from '../../canvas/overlay/colourScale.ts';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { useText } from '../../platform/i18n.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { cssValue, prepareCanvas, shownTheme, useDrawing } from '../../ui/drawing.ts';
import { count } from '../../ui/format.ts';
import { SavePlot } from '../../ui/plot/SavePlot.tsx';
import { Section } from '../../ui/Section.tsx';
import { acrossIterations } from './choosePath.ts';
import { latestGradients, markAt, onFrame } from './frames.ts';
import styles from './Inspector.module.css';
import { stripDrawing, stripTable } from './savedStrip.ts';
import type { StripCell } from './savedStrip.ts';

export interface IterationStripProps {
  readonly table: RunTable;
  readonly indices: readonly number[];
  /** The measure that is shown now. */
  readonly shown: number;
  readonly loop: NodeId;
  readonly name: string;
}

/** One cell for each iteration of a loop, coloured by the wire's gradient there. Arrow keys and pointer choose one. */
export function IterationStrip({ table, indices, shown, loop, name }: IterationStripProps): JSX.Element {
  const say = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const overlay = useViewStore((store) => store.overlay);
  const showIteration = useViewStore((store) => store.showIteration);
  const kind: ScaleKind = overlay === 'absolute' ? 'absolute' : 'relative';
  const across = acrossIterations(table, indices, loop, shown);
  const current = across.indexOf(shown);

  useDrawing(
    canvas,
    [onFrame],
    () => {
      const element = canvas.current;
      const prepared = element === null ? null : prepareCanvas(element);
      const frame = latestGradients();
      if (element === null || prepared === null) return;
      const { context, width, height } = prepared;
      const theme = shownTheme();
      const cell = width / across.length;
      const gap = cell > 5 ? 1.5 : 0;
      for (const [place, index] of across.entries()) {
        const left = place * cell;
        const mark = frame === null ? 'noPath' : markAt(frame.wireMark, index);
        const size = (frame?.wireRms[index] ?? Number.NaN) / (kind === 'relative' ? (frame?.headRms ?? Number.NaN) : 1);
        if (mark === 'none' && size > 0) {
          const [red, green, blue] = colourAt(Math.log10(size), kind, theme);
          context.fillStyle = `rgb(${red} ${green} ${blue})`;
          context.fillRect(left, 2, cell - gap, height - 4);
        } else {
          context.strokeStyle = cssValue(element, '--colour-mark');
          context.strokeRect(left + 0.5, 2.5, Math.max(1, cell - gap - 1), height - 5);
        }
        if (place === current) {
          context.strokeStyle = cssValue(element, '--colour-text');
          context.lineWidth = 1.5;
          context.strokeRect(left + 0.75, 1, Math.max(2, cell - gap - 1.5), height - 2);
          context.lineWidth = 1;
        }
      }
    },
    80,
  );

  const acrossNow = (): readonly StripCell[] => {
    const frame = latestGradients();
    return across.map((index) => ({
      rms: frame?.wireRms[index] ?? Number.NaN,
      headRms: frame?.headRms ?? Number.NaN,
      mark: frame === null ? 'noPath' : markAt(frame.wireMark, index),
    }));
  };
  const stepNow = (): string => say('gradients.atStep', { step: count(latestGradients()?.step ?? 0) });

  const choose = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * across.length);
    showIteration(loop, Math.max(0, Math.min(across.length - 1, place)));
  };

  return (
    <Section
      title={say('inspector.iterationsOf', { loop: name })}
      aside={
        <>
          <SavePlot
            name={name}
            svg={() =>
              stripDrawing(acrossNow(), kind, `${say('inspector.iterationsOf', { loop: name })} · ${stepNow()}`)
            }
            csv={() => stripTable(acrossNow())}
          />
          <DefinitionButton measure="iterations" />
        </>
      }
    >
      <div
        role="slider"
        tabIndex={0}
        aria-label={say('inspector.iteration.choose', { loop: name })}
        aria-valuemin={1}
        aria-valuemax={across.length}
        aria-valuenow={current + 1}
        className={styles.strip}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          choose(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) choose(event);
        }}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
          if (by === 0) return;
          event.preventDefault();
          showIteration(loop, Math.max(0, Math.min(across.length - 1, current + by)));
        }}
      >
        <canvas ref={canvas} className={styles.stripCanvas} />
      </div>
      <p className={styles.note}>
        {say('inspector.iteration.shown', { iteration: current + 1, count: across.length })}
      </p>
    </Section>
  );
}
