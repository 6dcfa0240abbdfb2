import { useState } from 'react';
import type { JSX } from 'react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { NotFinite } from '#shared/protocol/runs';
import { showPlace } from '../../canvas/showPlace.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useRunStore } from '../../state/runStore.ts';
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
        <Button
          size="small"
          icon="reveal"
          onClick={() =>
            showPlace({ node: notFinite.node as NodeId, wire: (notFinite.wire ?? undefined) as WireId | undefined })
          }
        >
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
