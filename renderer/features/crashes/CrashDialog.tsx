import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import type { CallResult, Failure } from '#shared/protocol/calls';
import type { CrashReport } from '#shared/protocol/crashes';
import { failureOf, getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { moment } from '../../ui/format.ts';
import { describeMessage } from '../../ui/words.ts';
import styles from './CrashDialog.module.css';

/** The reports of what ended against the person's will, while they are shown: to be read, copied and deleted. */
export function CrashDialog(): JSX.Element | null {
  const isOpen = useViewStore((store) => store.dialogs.some(({ kind }) => kind === 'crashes'));
  return isOpen ? <OpenCrashes /> : null;
}

function list(): Promise<CallResult<'crash.list'>> {
  return getClient().call('crash.list', {});
}

function OpenCrashes(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const close = useViewStore((store) => store.closeDialog);
  const [listed, setListed] = useState<CallResult<'crash.list'> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    list().then(setListed, (problem: unknown) => setFailure(failureOf(problem)));
  }, []);
  const remove = (name: string): void => {
    getClient()
      .call('crash.remove', { name })
      .then(list)
      .then(setListed, (problem: unknown) => setFailure(failureOf(problem)));
  };
  return (
    <Dialog
      title={say('crash.command')}
      width="medium"
      onClose={close}
      actions={<Button onClick={close}>{say('ui.close')}</Button>}
    >
      {failure !== null && <p role="alert">{describeMessage(locale, 'failure', failure)}</p>}
      {listed !== null && (
        <p>{say(listed.reports.length === 0 ? 'crash.none' : 'crash.help', { folder: listed.folder })}</p>
      )}
      <ul className={styles.list}>
        {listed?.reports.map((report) => (
          <Report key={report.name} report={report} onRemove={() => remove(report.name)} />
        ))}
      </ul>
    </Dialog>
  );
}

function Report({ report, onRemove }: { readonly report: CrashReport; onRemove(): void }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const [written, setWritten] = useState<string | null>(null);
  const title = say(`crash.cause.${report.cause}`, { time: moment(report.time, locale) });
  const read = async (): Promise<void> => {
    const { text } = await getClient().call('crash.read', { name: report.name });
    setWritten(text);
  };
  return (
    <li className={styles.report} aria-label={title}>
      <div className={styles.head}>
        <strong className={styles.title}>{title}</strong>
        <Button
          size="small"
          aria-expanded={written !== null}
          aria-label={`${say('crash.read')}: ${title}`}
          onClick={() => {
            if (written === null) read().catch(() => setWritten(say('crash.gone')));
            else setWritten(null);
          }}
        >
          {say('crash.read')}
        </Button>
        <Button size="small" aria-label={`${say('crash.remove')}: ${title}`} onClick={onRemove}>
          {say('crash.remove')}
        </Button>
      </div>
      {written !== null && (
        <pre className={styles.text} tabIndex={0}>
          {written}
        </pre>
      )}
    </li>
  );
}
