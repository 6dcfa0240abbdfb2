import { useMemo, useState } from 'react';
import type { JSX } from 'react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { NotFinite } from '#shared/protocol/runs';
import { foundBehind, guessingOutputs } from '#shared/theory/guessing';
import type { GuessingOutput } from '#shared/theory/guessing';
import { showPlace } from '../../canvas/showPlace.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useRunStore } from '../../state/runStore.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { useFindings } from '../../state/useFindings.ts';
import { useOutdated } from '../../state/useOutdated.ts';
import { showDockTab } from '../../state/viewStore.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { count, decimals } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { describeMessage } from '../../ui/words.ts';

/**
 * What came of the run that was not meant: the first number that stopped being finite and its place, what the services say of
 * a failure, or an output that cannot be told from one that guesses; each with where to go from there.
 */
export function RunBanner(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const failure = useRunStore((store) => store.failure);
  const notFinite = useRunStore((store) => store.notFinite);
  const isReady = useEngineStore((store) => store.report?.state === 'ready');
  const guessing = useGuessing();
  const [dismissed, setDismissed] = useState<unknown>(null);
  const cause = notFinite ?? failure ?? guessing;
  // While the engine is not there, its own banner speaks.
  if (cause === null || cause === dismissed || !isReady) return null;
  const isMeasured = notFinite !== null || cause === guessing;
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
          {say('ui.showPlace')}
        </Button>
      )}
      {isMeasured && (
        <Button size="small" icon="pulse" onClick={() => showDockTab('findings')}>
          {say('training.showFindings')}
        </Button>
      )}
      <IconButton icon="close" size="small" label={say('ui.dismiss')} onClick={() => setDismissed(cause)} />
    </>
  );
  if (cause === guessing) {
    return (
      <Banner tone="note" aside={aside}>
        <GuessingWords guessing={guessing} />
      </Banner>
    );
  }
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

/** The first output that guesses, once the run is over and as long as the network is the one that ran. */
function useGuessing(): GuessingOutput | null {
  const isOver = useRunStore((store) => store.state === 'finished' || store.state === 'stopped');
  const document = useRunStore((store) => store.document);
  const epochs = useRunStore((store) => store.epochs);
  const outdated = useOutdated();
  const data = document?.training.data ?? null;
  const isAsked = isOver && !outdated && data !== null;
  const { result, failure, stale } = useAnswer(
    'data.preview',
    useMemo(() => (isAsked && data !== null ? { data, count: 1 } : null), [isAsked, data]),
    false,
  );
  // What guessing gives is not said twice, first without the frequencies of the classes and then with them.
  const isKnown = isAsked && !stale && (result !== null || failure !== null);
  return useMemo(
    () =>
      isKnown && document !== null ? (guessingOutputs(document, epochs, result?.classes ?? null)[0] ?? null) : null,
    [isKnown, document, epochs, result],
  );
}

function GuessingWords({ guessing }: { readonly guessing: GuessingOutput }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const { output, accuracy, classes, epochs, examples, frequent } = guessing;
  const found = useFindings();
  const behind = found === null ? [] : foundBehind(document, output, found.findings);
  const ailments = behind.map(({ ailment }) =>
    say('training.guessing.ailment', { ailment: say(`findings.ailment.${ailment}`) }),
  );
  const node = findNode(document, output)?.node;
  const name = node === undefined ? output : nodeTitle(locale, node);
  return (
    <>
      <strong>{say('training.guessing', { output: name })}</strong>{' '}
      {say(frequent === null ? 'training.guessing.numbers' : 'training.guessing.frequent', {
        epochs: count(epochs),
        examples: count(examples),
        accuracy: decimals(accuracy, 3),
        classes,
        share: decimals(frequent ?? 1 / classes, 3),
      })}
      {ailments.length > 0 &&
        ` ${say('training.guessing.found', { ailments: ailments.join(say('training.guessing.and')) })}`}
    </>
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
