import type { JSX, ReactNode } from 'react';
import type { TextKey } from '#shared/text/text';
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

/** What is told in a banner, and its ways out. */
function Told(props: {
  readonly says: string;
  readonly more: ReactNode;
  readonly ways: readonly { readonly words: TextKey; go(): unknown }[];
}): JSX.Element {
  const say = useText();
  return (
    <Banner
      tone="problem"
      aside={props.ways.map(({ words, go }) => (
        <Button key={words} size="small" onClick={() => void go()}>
          {say(words)}
        </Button>
      ))}
    >
      <strong>{props.says}</strong> {props.more}
    </Banner>
  );
}

const elsewhere = { words: 'files.saveAs', go: saveAs } as const;

function NotKept(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const failure = useKeptWork((store) => store.failure);
  const isOpen = useEngineStore((store) => store.connection === 'open');
  // That the services are out of reach is told already.
  if (failure === null || !isOpen) return null;
  const more = `${describeMessage(locale, 'failure', failure)} ${say('files.notKept.help')}`;
  return <Told says={say('files.notKept')} more={more} ways={[elsewhere]} />;
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
        <Told
          says={say('files.disk.changed', { name })}
          more={dirty && say('files.disk.changed.mine')}
          ways={[
            { words: 'files.disk.reload', go: reload },
            { words: 'files.disk.keepMine', go: keepMine },
            { words: 'files.disk.beside', go: saveBeside },
          ]}
        />
      );
    case 'missing':
      return (
        <Told
          says={say('files.disk.missing', { name })}
          more={say('files.disk.missing.help')}
          ways={[{ words: 'files.disk.saveAgain', go: save }, elsewhere]}
        />
      );
    case 'unreachable':
      return (
        <Told
          says={say('files.disk.unreachable', { name })}
          more={say('files.disk.unreachable.help')}
          ways={[elsewhere]}
        />
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
