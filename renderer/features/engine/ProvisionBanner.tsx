import type { JSX } from 'react';
import type { CallName, Provision } from '#shared/protocol/calls';
import { getClient } from '../../platform/client.ts';
import type { CallArguments } from '#shared/protocol/calls';
import { useLocale, useText } from '../../platform/i18n.ts';
import { chooseEngine, orTell } from '../../state/chooseFile.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { byteWords } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './EngineBanner.module.css';

/** The one place where the native engine of a packaged app is offered, fetched and handed over. */
export function ProvisionBanner({ provision }: { readonly provision: Provision }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { stage, file, host, tensorflow: version } = provision;
  const [size, unpacked, done, total] = [provision.size, provision.unpacked, provision.done, provision.total].map(
    byteWords,
  );
  const why = provision.failure !== null && (
    <span className={styles.failure}>{describeMessage(locale, 'failure', provision.failure)}</span>
  );
  switch (stage) {
    case 'downloading':
    case 'checking':
    case 'unpacking':
      return (
        <Banner
          tone="calm"
          aside={
            <Button size="small" onClick={() => void tell('engine.installStop', {})}>
              {say('provision.stop')}
            </Button>
          }
        >
          <strong>{say(`provision.${stage}`)}</strong> {say('ui.progress.meanwhile')}
          <ProgressBar label={say(`provision.${stage}`)} done={provision.done} total={provision.total} />
        </Banner>
      );
    case 'ready':
      return (
        <Banner
          tone="calm"
          aside={
            <>
              <Button size="small" look="primary" onClick={() => void tell('engine.restart', {})}>
                {say('provision.use')}
              </Button>
              <Later />
            </>
          }
        >
          <strong>{say('provision.ready')}</strong> {say('provision.ready.help')}
        </Banner>
      );
    case 'failed':
      return (
        <Banner tone="problem" aside={<Ways provision={provision} download="provision.again" />}>
          <strong>{say('provision.failed')}</strong> {why}
        </Banner>
      );
    case 'unread':
    case 'unnoted':
      return (
        <Banner
          tone="problem"
          aside={
            <>
              <Button size="small" look="primary" onClick={() => void tell('engine.check', {})}>
                {say('provision.check')}
              </Button>
              {stage === 'unread' ? <Ways provision={provision} download="provision.anew" /> : <Later />}
            </>
          }
        >
          <strong>{say(`provision.${stage}`)}</strong> {why} {say(`provision.${stage}.help`)}
        </Banner>
      );
    case 'absent': {
      const isBegun = host !== null && provision.done > 0;
      const ways = <Ways provision={provision} download={isBegun ? 'provision.goOn' : 'provision.download'} />;
      return (
        <Banner tone="note" aside={ways}>
          <strong>{say('provision.absent')}</strong>{' '}
          {host === null
            ? say('provision.absent.file', { version, file, unpacked })
            : say('provision.absent.help', { version, size, host, unpacked })}
          {isBegun && ` ${say('provision.kept', { done, total })}`}
        </Banner>
      );
    }
  }
}

/** What a person can do: download where there is an address, name a file, put it off. */
function Ways({
  provision,
  download,
}: {
  readonly provision: Provision;
  readonly download: 'provision.download' | 'provision.goOn' | 'provision.again' | 'provision.anew';
}): JSX.Element {
  const say = useText();
  return (
    <>
      {provision.host !== null && (
        <Button
          size="small"
          look={download === 'provision.anew' ? 'plain' : 'primary'}
          onClick={() => void tell('engine.install', { path: null })}
        >
          {say(download)}
        </Button>
      )}
      <Button size="small" onClick={() => void installFromFile()}>
        {say('provision.choose')}
      </Button>
      <Later />
    </>
  );
}

function Later(): JSX.Element {
  const say = useText();
  return (
    <IconButton
      icon="close"
      size="small"
      label={say('ui.dismiss')}
      onClick={() => useEngineStore.setState({ provisionHidden: true })}
    />
  );
}

async function installFromFile(): Promise<void> {
  const path = await chooseEngine();
  if (path !== null) await tell('engine.install', { path });
}

async function tell<Name extends CallName>(name: Name, values: CallArguments<Name>): Promise<void> {
  useEngineStore.setState({ provisionHidden: false });
  await orTell('provision.command', getClient().call(name, values));
}
