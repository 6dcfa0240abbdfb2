import { useCallback } from 'react';
import type { JSX } from 'react';
import type { FoundWork } from '#shared/protocol/keptWork';
import { getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useKeptWork } from '../../state/keptWork.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { moment } from '../../ui/format.ts';
import { compareTexts, textOfFile, useComparison } from './comparing.ts';
import { discardFoundWork, openFoundWork } from './fileActions.ts';
import { KeptItem, KeptList } from './KeptList.tsx';
import { baseName } from './paths.ts';

/** What windows left behind unsaved: each with its file, its time and its differences, to be opened or discarded. */
export function FoundWorkDialog(): JSX.Element | null {
  const say = useText();
  const found = useKeptWork((store) => store.found);
  if (found === null) return null;
  const later = (): void => useKeptWork.setState({ found: null });
  return (
    <Dialog
      title={say('files.work.title')}
      width="medium"
      onClose={later}
      actions={<Button onClick={later}>{say('files.work.later')}</Button>}
    >
      <p>{say('files.work.help')}</p>
      <KeptList>
        {found.map((work, index) => (
          <Item key={work.window} work={work} isFirst={index === 0} />
        ))}
      </KeptList>
    </Dialog>
  );
}

function Item({ work, isFirst }: { readonly work: FoundWork; readonly isFirst: boolean }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { path, name, time } = work;
  const compare = useCallback(async () => {
    const { text } = await getClient().call('work.read', { window: work.window });
    return compareTexts(work.path === null ? null : await textOfFile(work.path), text);
  }, [work]);
  return (
    <KeptItem
      title={say('files.work.of', { name: path === null ? name : baseName(path), time: moment(time, locale) })}
      place={path ?? ''}
      comparison={useComparison(compare)}
      called={say('files.work.mine')}
      same={say('files.work.looksOnly')}
      alone={(counts) => say(path === null ? 'files.work.neverSaved' : 'files.work.noFile', counts)}
      actions={
        <>
          <Button size="small" look="danger" onClick={() => void discardFoundWork(work)}>
            {say('files.work.discard')}
          </Button>
          <Button
            size="small"
            look="primary"
            data-autofocus={isFirst || undefined}
            onClick={() => void openFoundWork(work)}
          >
            {say('files.work.open')}
          </Button>
        </>
      }
    />
  );
}
