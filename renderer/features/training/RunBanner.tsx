import { useState } from 'react';
import type { JSX } from 'react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode, findWire } from '#shared/graph/queries';
import type { NotFinite } from '#shared/protocol/calls';
import { revealNodes } from '../../canvas/view.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useRunStore } from '../../state/runStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { nodeTitle } from '../../ui/nodeTitle.ts';
import { describeMessage } from '../../ui/words.ts';

/** Why the run failed: the first number that stopped being finite and its place, or what the services say. */
export function RunBanner(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const { failure, notFinite } = useRunStore();
  const isReady = useEngineStore((store) => store.report?.state === 'ready');
  const [dismissed, setDismissed] = useState<unknown>(null);
  const cause = notFinite ?? failure;
  // While the engine is not there, its own banner speaks.
  if (cause === null || cause === dismissed || !isReady) return null;
  const aside = (
    <>
      {notFinite !== null && (
        <Button size="small" icon="reveal" onClick={() => show(notFinite)}>
          {say('training.notFinite.show')}
        </Button>
      )}
      <IconButton icon="close" size="small" label={say('ui.dismiss')} onClick={() => setDismissed(cause)} />
    </>
  );
  return (
    <Banner tone="problem" aside={aside}>
      {notFinite !== null ? (
        <NotFiniteWords notFinite={notFinite} />
      ) : (
        <>
          <strong>{say('training.failed')}</strong> {failure !== null && describeMessage(locale, 'failure', failure)}
        </>
      )}
    </Banner>
  );
}

function NotFiniteWords({ notFinite }: { readonly notFinite: NotFinite }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const { kind, what, node: id, path, step } = notFinite;
  const node = findNode(document, id as NodeId)?.node;
  return (
    <>
      <strong>
        {say(`training.notFinite.${kind}`, {
          what: say(`training.notFinite.${what}`),
          node: node === undefined ? id : nodeTitle(locale, node),
          step: count(step),
        })}
      </strong>{' '}
      {path !== '' && say('training.notFinite.path', { path })} {say('training.notFinite.help')}
    </>
  );
}

/** Selects the place where the numbers stopped being finite and brings it into view. */
function show({ node: id, wire: wireId }: NotFinite): void {
  const { document } = useDocumentStore.getState();
  const { select } = useSelectionStore.getState();
  const wire = wireId === null ? undefined : findWire(document, wireId as WireId);
  const node = findNode(document, id as NodeId);
  const place = wire ?? node;
  if (place === undefined) return;
  const { sheet, showSheet } = useViewStore.getState();
  if (place.sheet !== sheet) showSheet(place.sheet);
  if (wire !== undefined) select({ wires: [wire.wire.id] });
  else if (node !== undefined) select({ nodes: [node.node.id] });
  const nodes = wire === undefined ? [id as NodeId] : [wire.wire.from.node, wire.wire.to.node];
  requestAnimationFrame(() => revealNodes(new Set(nodes)));
}
