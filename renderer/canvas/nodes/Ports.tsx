import { Handle, Position } from '@xyflow/react';
import { memo } from 'react';
import type { CSSProperties, JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { endpointKey } from '#shared/graph/portNames';
import type { PlacedPort } from '#shared/drawing/layout';
import { endBehind } from '#shared/drawing/scene';
import { useLocale } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
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
  return (
    <div className={styles.ports}>
      {ports.map((placed) => (
        <PortDot key={placed.port.id} node={node} placed={placed} />
      ))}
      {ports.filter(isNamed).map((placed) => (
        <PortName key={placed.port.id} placed={placed} />
      ))}
    </div>
  );
});

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

function PortDot({ node, placed }: { readonly node: string; readonly placed: PlacedPort }): JSX.Element {
  const { port, x, y, wired } = placed;
  const fit = useCanvasStore(({ connecting }) => {
    if (connecting === null) return 'rest';
    const key = endpointKey(endBehind({ node: node as NodeId, port: port.id }));
    if (endpointKey(connecting.from) === key) return 'held';
    return connecting.fits.has(key) ? 'fits' : connecting.cycles.has(key) ? 'back' : 'unfit';
  });
  return (
    <Handle
      id={port.id}
      type={port.side === 'input' ? 'target' : 'source'}
      position={port.side === 'input' ? Position.Left : Position.Right}
      className={classes(
        styles.port,
        wired && styles.wired,
        styles[fit],
        port.role === 'variadic' && port.optional === true && !wired && styles.open,
        port.role === 'state' && styles.state,
      )}
      style={{ left: x, top: y } satisfies CSSProperties}
    />
  );
}
