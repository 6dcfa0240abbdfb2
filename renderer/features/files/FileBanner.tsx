import type { JSX } from 'react';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useKeptWork } from '../../state/keptWork.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { describeMessage } from '../../ui/words.ts';
import { keepMine, reload, save, saveAs, saveBeside } from './fileActions.ts';
import { baseName } from './paths.ts';

/** Says when unsaved changes are not kept, or the document's file is not as it was, with the ways out. */
export function FileBanner(): JSX.Element {
  return (
    <>
      <NotKept />
      <OnDisk />
    </>
  );
}

function NotKept(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const failure = useKeptWork((store) => store.failure);
  const isOpen = useEngineStore((store) => store.connection === 'open');
  // That the services are out of reach is told already.
  if (failure === null || !isOpen) return null;
  return (
    <Banner
      tone="problem"
      aside={
        <Button size="small" onClick={() => void saveAs()}>
          {say('files.saveAs')}
        </Button>
      }
    >
      <strong>{say('files.notKept')}</strong> {describeMessage(locale, 'failure', failure)} {say('files.notKept.help')}
    </Banner>
  );
}

function OnDisk(): JSX.Element | null {
  const say = useText();
  const file = useKeptWork((store) => store.file);
  const othersRead = useKeptWork((store) => store.othersRead);
  const dirty = useDocumentStore((store) => store.dirty);
  if (file === null) return null;
  const name = baseName(file.path);
  switch (file.state) {
    case 'changed':
      return (
        <Banner
          tone="problem"
          aside={
            <>
              <Button size="small" onClick={() => void reload()}>
                {say('files.disk.reload')}
              </Button>
              <Button size="small" onClick={keepMine}>
                {say('files.disk.keepMine')}
              </Button>
              <Button size="small" onClick={() => void saveBeside()}>
                {say('files.disk.beside')}
              </Button>
            </>
          }
        >
          <strong>{say('files.disk.changed', { name })}</strong> {dirty && say('files.disk.changed.mine')}
        </Banner>
      );
    case 'missing':
      return (
        <Banner
          tone="problem"
          aside={
            <>
              <Button size="small" onClick={() => void save()}>
                {say('files.disk.saveAgain')}
              </Button>
              <Button size="small" onClick={() => void saveAs()}>
                {say('files.saveAs')}
              </Button>
            </>
          }
        >
          <strong>{say('files.disk.missing', { name })}</strong> {say('files.disk.missing.help')}
        </Banner>
      );
    case 'unreachable':
      return (
        <Banner
          tone="problem"
          aside={
            <Button size="small" onClick={() => void saveAs()}>
              {say('files.saveAs')}
            </Button>
          }
        >
          <strong>{say('files.disk.unreachable', { name })}</strong> {say('files.disk.unreachable.help')}
        </Banner>
      );
    case 'same':
      if (file.others === 0 || othersRead) return null;
      return (
        <Banner
          tone="note"
          aside={
            <IconButton
              icon="close"
              size="small"
              label={say('ui.dismiss')}
              onClick={() => useKeptWork.setState({ othersRead: true })}
            />
          }
        >
          <strong>{say('files.disk.others', { name, count: file.others })}</strong> {say('files.disk.others.help')}
        </Banner>
      );
  }
}
