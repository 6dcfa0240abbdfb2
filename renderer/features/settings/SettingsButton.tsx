import { useRef, useState } from 'react';
import type { JSX } from 'react';
import { locales } from '#shared/text/locale';
import { runCommand } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Popover } from '../../ui/Popover.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import styles from './SettingsButton.module.css';

/** Each language in its own words, as people look for it. */
const languageNames = { en: 'English', 'zh-CN': '简体中文' } as const;

/** Theme, language, and what the window runs on. */
export function SettingsButton(): JSX.Element {
  const say = useText();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        ref={button}
        icon="gear"
        label={say('ui.settings')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Popover anchor={button} label={say('ui.settings')} className={styles.popover} onClose={() => setOpen(false)}>
          <Settings onLeave={() => setOpen(false)} />
        </Popover>
      )}
    </>
  );
}

function Settings({ onLeave }: { onLeave(): void }): JSX.Element {
  const say = useText();
  const theme = useViewStore((store) => store.theme);
  const locale = useViewStore((store) => store.locale);
  const set = useViewStore((store) => store.set);
  const report = useEngineStore((store) => store.report);
  const shell = useEngineStore((store) => store.shell);
  return (
    <div className={styles.settings}>
      <div className={styles.group}>
        <h2 className={styles.heading}>{say('ui.settings.theme')}</h2>
        <Segmented
          label={say('ui.settings.theme')}
          value={theme}
          options={[
            { value: 'system', label: say('ui.settings.theme.system'), icon: 'monitor' },
            { value: 'light', label: say('ui.settings.theme.light'), icon: 'sun' },
            { value: 'dark', label: say('ui.settings.theme.dark'), icon: 'moon' },
          ]}
          onChange={(value) => set({ theme: value })}
        />
      </div>
      <div className={styles.group}>
        <h2 className={styles.heading}>{say('ui.settings.language')}</h2>
        <Segmented
          label={say('ui.settings.language')}
          value={locale}
          options={locales.map((value) => ({ value, label: languageNames[value] }))}
          onChange={(value) => set({ locale: value })}
        />
      </div>
      {(
        [
          ['view.projector', 'command.projector'],
          ['commands.keys', 'commands.keys'],
        ] as const
      ).map(([command, label]) => (
        <Button
          key={command}
          onClick={() => {
            onLeave();
            runCommand(command);
          }}
        >
          {say(label)}
        </Button>
      ))}
      {report !== null && (
        <div className={styles.group}>
          <h2 className={styles.heading}>{say('ui.settings.engine')}</h2>
          <FactList>
            <Fact name={say('ui.settings.engine.backend')}>{say(`engine.banner.backend.${report.backend}`)}</Fact>
            <Fact name={say('ui.settings.engine.version')}>{report.version}</Fact>
            <Fact name={say('ui.settings.engine.devices')}>{report.devices.join(', ')}</Fact>
            <Fact name={say('ui.settings.engine.threads')}>{report.threads}</Fact>
            {shell !== null && <Fact name={say('ui.settings.version')}>{shell.version}</Fact>}
          </FactList>
        </div>
      )}
    </div>
  );
}
