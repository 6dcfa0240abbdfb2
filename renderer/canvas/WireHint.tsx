import type { JSX } from 'react';
import type { Endpoint } from '#shared/graph/document';
import type { WireId } from '#shared/graph/identifiers';
import type { Mark } from '#shared/protocol/telemetry';
import type { TextKey } from '#shared/text/text';
import { nameOfFace, shapeWords } from '#shared/drawing/words';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { telemetry } from '../state/telemetry.ts';
import { useViewStore } from '../state/viewStore.ts';
import { count, magnitude } from '../ui/format.ts';
import { LiveText } from '../ui/LiveText.tsx';
import { useCanvasStore } from './canvasStore.ts';
import { readings, shownOnWire } from './overlay/current.ts';
import styles from './WireHint.module.css';

type MarkKey = Extract<TextKey, `measure.mark.${Mark}`>;

/** Beside the pointer on a wire: where it leads, what it carries, and the number that the overlay shows. */
export function WireHint(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const hover = useCanvasStore((store) => store.hover);
  const nodes = useCanvasStore((store) => store.flow.nodes);
  const wire = useCanvasStore((store) => (hover === null ? undefined : store.flow.scene.wires.get(hover.wire)?.wire));
  const type = useDocumentStore((store) => (hover === null ? undefined : store.check.wires.get(hover.wire)));
  const overlay = useViewStore((store) => store.overlay);
  const subject = useViewStore((store) => store.overlayOf);
  if (hover === null || wire === undefined) return null;
  const nameOf = ({ node }: Endpoint): string => {
    const face = nodes.find(({ id }) => id === node)?.data.face;
    return face === undefined ? node : nameOfFace(locale, face);
  };
  const read = (): string => numberOf(hover.wire, say);
  return (
    <div className={styles.hint} style={{ left: hover.at.x, top: hover.at.y }} role="status">
      <span className={styles.name}>
        {nameOf(wire.from)} → {nameOf(wire.to)}
      </span>
      <span className={styles.shape}>{shapeWords(locale, type?.shape ?? null)}</span>
      {overlay !== 'off' && subject === 'activations' && (
        <LiveText className={styles.number} source={(notify) => telemetry.onFrame(notify)} read={read} />
      )}
    </div>
  );
}

function numberOf(wire: WireId, say: (key: TextKey, values?: Readonly<Record<string, unknown>>) => string): string {
  const reading = shownOnWire(wire);
  if (reading === null) {
    const stale = readings.staleAround(wire);
    return stale === null ? say('canvas.hover.nothing') : say('canvas.loop.stale', { measured: stale.measured });
  }
  const step = count(reading.step);
  if (reading.mark !== 'none')
    return say('canvas.hover.mark', { mark: say(`measure.mark.${reading.mark}` as MarkKey), step });
  const scale = useViewStore.getState().overlay === 'absolute' ? 'absolute' : 'relative';
  return say(`canvas.hover.${scale}`, { value: magnitude(reading.value), step });
}
