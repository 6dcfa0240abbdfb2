import { useMemo } from 'react';
import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { endpointKey } from '#shared/graph/portNames';
import { nodeOf } from '#shared/graph/queries';
import { findLayer } from '#shared/layers/catalogue';
import { familyColour } from '#shared/drawing/layout';
import { boxOf } from '#shared/drawing/scene';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { layerName, nodeTitle } from '../state/nodeTitle.ts';
import { useViewStore } from '../state/viewStore.ts';
import { ChoicePalette } from '../ui/ChoicePalette.tsx';
import type { Choice } from '../ui/ChoicePalette.tsx';
import { useCanvasStore } from './canvasStore.ts';
import type { Connecting } from './canvasStore.ts';
import { offerBackEdge } from './editing/backEdge.ts';
import { groundOf } from './editing/connect.ts';
import { connectPorts } from './editing/edits.ts';
import { jointsOf } from './editing/joints.ts';
import type { Joint } from './editing/joints.ts';
import styles from './Palettes.module.css';
import { middleOfCanvas } from './view.ts';
import { portWords } from './words.ts';

/** More than this is not read by anyone. */
const mostShown = 60;

/** Wires a node by name, while it is open: what its ports fit, in both directions. */
export function ConnectPalette(): JSX.Element | null {
  const node = useCanvasStore((store) => store.joining);
  return node === null ? null : <OpenConnect node={node} />;
}

/** How far apart the middles of two nodes are on the sheet. */
function distanceFrom(node: NodeId): (other: NodeId) => number {
  const { nodes } = useCanvasStore.getState().flow.scene;
  const middle = (id: NodeId): { readonly x: number; readonly y: number } | null => {
    const found = nodes.get(id);
    if (found === undefined) return null;
    const { left, right, top, bottom } = boxOf(found);
    return { x: (left + right) / 2, y: (top + bottom) / 2 };
  };
  const own = middle(node);
  return (id) => {
    const other = middle(id);
    return own === null || other === null ? Number.MAX_VALUE : Math.hypot(own.x - other.x, own.y - other.y);
  };
}

function join(node: NodeId, { own, other, isCycle, reachable }: Joint): void {
  const held = { node, port: own.id };
  if (isCycle) {
    const connecting: Connecting = { from: held, side: own.side, ...reachable, reattached: null };
    offerBackEdge(connecting, other, middleOfCanvas());
  } else if (own.side === 'output') connectPorts(held, other);
  else connectPorts(other, held);
}

function OpenConnect({ node }: { readonly node: NodeId }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const check = useDocumentStore((store) => store.check);
  const sheet = useViewStore((store) => store.sheet);
  const ground = useMemo(() => groundOf(document, sheet, check), [document, sheet, check]);
  const joints = useMemo(() => (ground === null ? [] : jointsOf(ground, node, distanceFrom(node))), [ground, node]);
  const own = ground === null ? undefined : nodeOf(ground.graph, node);
  const title = own === undefined ? '' : nodeTitle(locale, own, document.cells);
  const choices = joints.flatMap((joint): readonly (Choice & { readonly words: string })[] => {
    const other = ground === null ? undefined : nodeOf(ground.graph, joint.other.node);
    if (other === undefined) return [];
    const name = nodeTitle(locale, other, document.cells);
    const [from, to] = joint.own.side === 'output' ? [joint.own, joint.otherPort] : [joint.otherPort, joint.own];
    const ports = say('canvas.joint.ports', { from: portWords(locale, from), to: portWords(locale, to) });
    const what = joint.isCycle
      ? say('canvas.joint.loop')
      : joint.replaces === null
        ? null
        : say('canvas.joint.replaces');
    const hint = what === null ? ports : say('canvas.joint.hint', { ports, what });
    return [
      {
        id: `${joint.own.id} ${endpointKey(joint.other)}`,
        name: say(joint.own.side === 'output' ? 'canvas.joint.to' : 'canvas.joint.from', { name }),
        hint,
        hue: familyColour(findLayer(other.type)?.family ?? 'structure'),
        words: [name, layerName(locale, other.type, other.params), other.id, hint].join(' ').toLowerCase(),
        choose: () => join(node, joint),
      },
    ];
  });
  const find = (query: string): readonly Choice[] => {
    const parts = query.trim().toLowerCase().split(/\s+/);
    return choices.filter(({ words }) => parts.every((part) => words.includes(part))).slice(0, mostShown);
  };
  return (
    <ChoicePalette
      label={say('canvas.joint.title', { name: title })}
      placeholder={say('canvas.joint.placeholder', { name: title })}
      className={styles.find}
      find={find}
      nothing={() => say('canvas.joint.nothing')}
      onClose={() => useCanvasStore.setState({ joining: null })}
    />
  );
}
