import { useStoreApi } from '@xyflow/react';
import { memo } from 'react';
import type { JSX, MouseEvent, TouchEvent } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { endpointKey } from '#shared/graph/portNames';
import type { PlacedPort } from '#shared/drawing/layout';
import { endBehind } from '#shared/drawing/scene';
import { useLocale } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import type { Connecting } from '../canvasStore.ts';
import { pullFromPort } from '../wires/pull.ts';
import { portWords } from '../words.ts';
import styles from './Ports.module.css';

/** The ports of a node: dots, filled when wired. While a wire is dragged, those that fit grow and the others fade. */
export const Ports = memo(function Ports({
  node,
  ports,
}: {
  readonly node: string;
  readonly ports: readonly PlacedPort[];
}): JSX.Element {
  const store = useStoreApi();
  const connecting = useCanvasStore((state) => state.connecting);
  const over = useCanvasStore((state) => (state.over?.node === node ? state.over.port : null));
  const press = ({ nativeEvent }: MouseEvent | TouchEvent): void => pullFromPort(store, nativeEvent);
  return (
    <div className={styles.ports} onMouseDown={press} onTouchStart={press}>
      {ports.map((placed) => (
        <PortDot
          key={placed.port.id}
          node={node}
          flow={store.getState().rfId}
          placed={placed}
          fit={fitOf(connecting, node, placed)}
          isOver={over === placed.port.id}
        />
      ))}
      {ports.filter(isNamed).map((placed) => (
        <PortName key={placed.port.id} placed={placed} />
      ))}
    </div>
  );
});

type Fit = 'rest' | 'held' | 'fits' | 'back' | 'unfit';

/** What a port is to the wire that is being drawn. */
function fitOf(connecting: Connecting | null, node: string, { port }: PlacedPort): Fit {
  if (connecting === null) return 'rest';
  const key = endpointKey(endBehind({ node: node as NodeId, port: port.id }));
  if (endpointKey(connecting.from) === key) return 'held';
  return connecting.fits.has(key) ? 'fits' : connecting.cycles.has(key) ? 'back' : 'unfit';
}

/** Ports that are told apart by what they mean; the ports of a loop have their names on its border. */
function isNamed({ port }: PlacedPort): boolean {
  return port.role === 'named' || port.role === 'cell';
}

/** The name of a port, beside its dot and above its wire. */
function PortName({ placed: { port, x, y } }: { readonly placed: PlacedPort }): JSX.Element {
  const locale = useLocale();
  return (
    <span
      className={classes(styles.label, port.side === 'input' ? styles.before : styles.after)}
      style={{ left: x, top: y }}
      data-part="port"
    >
      {portWords(locale, port)}
    </span>
  );
}

/** To React Flow's core a port is what carries these classes and attributes: it looks for them when a wire is drawn. */
const PortDot = memo(function PortDot({
  node,
  flow,
  placed: { port, x, y, wired },
  fit,
  isOver,
}: {
  readonly node: string;
  readonly flow: string;
  readonly placed: PlacedPort;
  readonly fit: Fit;
  readonly isOver: boolean;
}): JSX.Element {
  const type = port.side === 'input' ? 'target' : 'source';
  return (
    <div
      className={classes(
        'react-flow__handle nodrag nopan connectable connectablestart connectableend',
        type,
        styles.port,
        wired && styles.wired,
        styles[fit],
        isOver && styles.over,
        port.role === 'variadic' && port.optional === true && !wired && styles.open,
        port.role === 'state' && styles.state,
      )}
      data-id={`${flow}-${node}-${port.id}-${type}`}
      data-nodeid={node}
      data-handleid={port.id}
      style={{ left: x, top: y }}
    />
  );
});
