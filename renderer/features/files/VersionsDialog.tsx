import { useCallback, useState } from 'react';
import type { JSX } from 'react';
import type { FileVersion } from '#shared/protocol/keptWork';
import { getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { byteSize, moment } from '../../ui/format.ts';
import { describeMessage } from '../../ui/words.ts';
import { compareWith, useComparison } from './comparing.ts';
import { openVersion } from './fileActions.ts';
import { KeptItem, KeptList } from './KeptList.tsx';
import { baseName } from './paths.ts';

/** The earlier versions of the document's file, while they are shown: when each was written and how it differs. */
export function VersionsDialog(): JSX.Element | null {
  const isOpen = useViewStore((store) => store.dialogs.some(({ kind }) => kind === 'versions'));
  const path = useDocumentStore((store) => store.path);
  return isOpen && path !== null ? <OpenVersions path={path} /> : null;
}

function OpenVersions({ path }: { readonly path: string }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const close = useViewStore((store) => store.closeDialog);
  const [question] = useState({ path });
  const { result, failure } = useAnswer('document.versions', question, false);
  const versions = result?.versions ?? [];
  return (
    <Dialog
      title={say('files.versions.title', { name: baseName(path) })}
      width="medium"
      onClose={close}
      actions={<Button onClick={close}>{say('ui.close')}</Button>}
    >
      {failure !== null && <p>{describeMessage(locale, 'failure', failure)}</p>}
      {result !== null && <p>{say(versions.length === 0 ? 'files.versions.none' : 'files.versions.help', { path })}</p>}
      <KeptList>
        {versions.map((version) => (
          <Item key={version.version} path={path} version={version} onOpen={close} />
        ))}
      </KeptList>
    </Dialog>
  );
}

function Item(props: { readonly path: string; readonly version: FileVersion; onOpen(): void }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { path, version, onOpen } = props;
  const compare = useCallback(async () => {
    const { text } = await getClient().call('document.version', { path, version: version.version });
    return compareWith(useDocumentStore.getState().document, text);
  }, [path, version]);
  const title = moment(version.time, locale);
  return (
    <KeptItem
      title={title}
      place={byteSize(version.size)}
      comparison={useComparison(compare)}
      called={say('files.versions.version')}
      same={say('files.versions.same')}
      actions={
        <Button
          size="small"
          aria-label={`${say('files.versions.open')}: ${title}`}
          onClick={() => {
            onOpen();
            void openVersion(version);
          }}
        >
          {say('files.versions.open')}
        </Button>
      }
    />
  );
}
