import { useEffect } from 'react';
import type { JSX } from 'react';
import type { CallArguments, CallName, Update } from '#shared/protocol/calls';
import { getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { orTell } from '../../state/chooseFile.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useUpdateStore } from '../../state/updateStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { byteWords, dayOf, moment } from '../../ui/format.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './UpdateDialog.module.css';

/** Newer versions of Gradloom, while they are asked about: what there is, what can be done, why nothing is looked for. */
export function UpdateDialog(): JSX.Element | null {
  const isOpen = useViewStore((store) => store.dialogs.some(({ kind }) => kind === 'update'));
  return isOpen ? <OpenUpdate /> : null;
}

function OpenUpdate(): JSX.Element {
  const say = useText();
  const close = useViewStore((store) => store.closeDialog);
  const version = useEngineStore((store) => store.shell?.version ?? '');
  const update = useUpdateStore((store) => store.update);
  useEffect(() => void look(), []);
  return (
    <Dialog
      title={say('update.title')}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{say('ui.close')}</Button>
          {update !== null && <Way update={update} />}
        </>
      }
    >
      <p>{say('update.this', { version })}</p>
      <div className={classes(styles.standing, update?.obstacle === null && styles.changing)} role="status">
        {update !== null && <Standing update={update} />}
      </div>
      {update !== null && update.obstacle === null && (
        <Toggle
          label={say('update.daily')}
          value={update.daily}
          onChange={(daily) => void tell('update.daily', { daily })}
        />
      )}
    </Dialog>
  );
}

/** What is known, in words. */
function Standing({ update }: { readonly update: Update }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const { stage, obstacle, found, failure, asked, done, total } = update;
  const [host, version] = [update.host ?? '', found?.version ?? ''];
  switch (stage) {
    case 'off':
      return obstacle === null ? null : <p>{say(`update.off.${obstacle}`)}</p>;
    case 'idle':
      return null;
    case 'checking':
      return <p>{say('update.checking', { host })}</p>;
    case 'current':
      return <p>{say('update.current', { host, time: asked === null ? '–' : moment(asked, locale) })}</p>;
    case 'available':
      return (
        <>
          <p>
            <strong>{say('update.available', { version })}</strong>{' '}
            {found !== null &&
              found.released !== null &&
              say('update.released', { date: dayOf(found.released, locale) })}{' '}
            {found !== null && found.size !== null && say('update.size', { size: byteWords(found.size) })}
          </p>
          <p>{say('update.available.help')}</p>
        </>
      );
    case 'downloading':
      return (
        <>
          <p>
            <strong>{say('update.downloading', { version })}</strong> {say('ui.progress.meanwhile')}
          </p>
          <ProgressBar label={say('update.downloading', { version })} done={done} total={total} />
        </>
      );
    case 'ready':
      return (
        <p>
          <strong>{say('update.ready', { version })}</strong> {say('update.ready.help')}
        </p>
      );
    case 'failed':
      return (
        <p>
          <strong>{say('update.failed')}</strong>{' '}
          {failure !== null && <span className={styles.failure}>{describeMessage(locale, 'failure', failure)}</span>}
        </p>
      );
  }
}

/** What can be done next, if anything. */
function Way({ update: { stage, found } }: { readonly update: Update }): JSX.Element | null {
  const say = useText();
  if (stage === 'downloading')
    return <Button onClick={() => void tell('update.stop', {})}>{say('update.stop')}</Button>;
  if (stage !== 'available' && stage !== 'failed') return null;
  return (
    <Button look="primary" onClick={() => void tell(found === null ? 'update.check' : 'update.download', {})}>
      {say(stage === 'available' ? 'update.download' : 'update.again')}
    </Button>
  );
}

/** To open the dialog is to ask, where nothing newer is known yet. */
async function look(): Promise<void> {
  const answer = await orTell('update.failed', getClient().call('update.state', {}));
  if (answer === undefined) return;
  const { update } = answer;
  useUpdateStore.setState({ update });
  if (update.obstacle === null && update.found === null) await tell('update.check', {});
}

async function tell<Name extends CallName>(name: Name, values: CallArguments<Name>): Promise<void> {
  await orTell('update.failed', getClient().call(name, values));
}
