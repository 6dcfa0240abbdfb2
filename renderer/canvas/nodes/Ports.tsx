import { Handle, Position } from '@xyflow/react';
import { memo } from 'react';
import type { CSSProperties, JSX } from 'react';
import { classes } from '../../ui/classes.ts';
import { useCanvasStore } from '../canvasStore.ts';
import type { PlacedPort } from '../scene/layout.ts';
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
    </div>
  );
});

function PortDot({ node, placed }: { readonly node: string; readonly placed: PlacedPort }): JSX.Element {
  const { port, x, y, wired } = placed;
  const fit = useCanvasStore(({ connecting }) => {
    if (connecting === null) return 'rest';
    if (connecting.from.node === node && connecting.from.port === port.id) return 'held';
    return connecting.fits.has(`${node}/${port.id}`) ? 'fits' : 'unfit';
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
