import { useState } from 'react';
import type { JSX } from 'react';
import { serialiseDocument } from '#shared/graph/serialise';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { saveFile } from '../../ui/saveFile.ts';
import { bannerFor } from './banner.ts';
import { ProvisionBanner } from './ProvisionBanner.tsx';
import styles from './EngineBanner.module.css';

/** Says when the engine is not what it should be, what that means, and what can be done. Nothing where all is well. */
export function EngineBanner(): JSX.Element | null {
  const say = useText();
  const report = useEngineStore((store) => store.report);
  const died = useEngineStore((store) => store.died);
  const connection = useEngineStore((store) => store.connection);
  const provision = useEngineStore((store) => store.provision);
  const provisionHidden = useEngineStore((store) => store.provisionHidden);
  const [dismissed, setDismissed] = useState(false);
  const [open, setOpen] = useState(false);
  const banner = bannerFor({ report, died, connection, provision, provisionHidden });
  switch (banner) {
    case 'none':
      return null;
    case 'lost':
      return (
        <Banner
          tone="problem"
          aside={
            <Button size="small" onClick={downloadDocument}>
              {say('files.download')}
            </Button>
          }
        >
          <strong>{say('engine.banner.lost')}</strong> {say('engine.banner.lost.help')}
        </Banner>
      );
    case 'dead':
    case 'replaced':
      return (
        <Banner
          tone="problem"
          aside={
            banner === 'replaced' && (
              <IconButton
                icon="close"
                size="small"
                label={say('ui.dismiss')}
                onClick={() => useEngineStore.setState({ died: null })}
              />
            )
          }
        >
          <strong>{say('engine.banner.died')}</strong>{' '}
          {say(banner === 'dead' ? 'engine.banner.died.help' : 'engine.banner.replaced.help')}
          {died !== null && died !== '' && <code className={styles.reason}>{died}</code>}
        </Banner>
      );
    case 'provision':
      return provision === null ? null : <ProvisionBanner provision={provision} />;
    case 'fallback': {
      if (dismissed || report === null) return null;
      const tried = report.attempts.filter((attempt) => !attempt.ok);
      return (
        <Banner
          tone="note"
          aside={
            <>
              {tried.length > 0 && (
                <Button size="small" look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
                  {say(open ? 'engine.banner.less' : 'engine.banner.why')}
                </Button>
              )}
              <IconButton icon="close" size="small" label={say('ui.dismiss')} onClick={() => setDismissed(true)} />
            </>
          }
        >
          <strong>{say('engine.banner.fallback')}</strong>{' '}
          {say(provision?.stage === 'ready' ? 'provision.unloadable' : 'engine.banner.fallback.help')}
          {open && (
            <ul className={styles.attempts}>
              {tried.map((attempt) => (
                <li key={attempt.way}>
                  <code>{attempt.way}</code> {attempt.reason}
                </li>
              ))}
            </ul>
          )}
        </Banner>
      );
    }
  }
}

/** The way out where nothing can be saved: the browser writes the file itself. */
function downloadDocument(): void {
  const { document } = useDocumentStore.getState();
  saveFile(`${document.name}.gradloom.json`, 'application/json', serialiseDocument(document));
}
