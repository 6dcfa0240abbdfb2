import { useCallback, useEffect, useState } from 'react';
import type { JSX } from 'react';
import type { CrashReport } from '#shared/protocol/crashes';
import { CallFailure, getClient } from '../../platform/client.ts';
import type { CallResult } from '#shared/protocol/calls';
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

function OpenCrashes(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const close = useViewStore((store) => store.closeDialog);
  const [listed, setListed] = useState<CallResult<'crash.list'> | null>(null);
  const [failure, setFailure] = useState<CallFailure['failure'] | null>(null);
  const orTell = useCallback(async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof CallFailure)) throw problem;
      setFailure(problem.failure);
    }
  }, []);
  const load = useCallback(() => orTell(async () => setListed(await getClient().call('crash.list', {}))), [orTell]);
  useEffect(() => {
    void load();
  }, [load]);
  const remove = (name: string): void =>
    void orTell(async () => {
      await getClient().call('crash.remove', { name });
      await load();
    });
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
