import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import { z } from 'zod';
import { useText } from '../../platform/i18n.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import styles from './AboutDialog.module.css';

/** What the build writes beside the page, of each package of others that is in it. */
const noticesSchema = z.array(
  z.object({
    name: z.string(),
    version: z.string(),
    licence: z.string(),
    source: z.string().nullable(),
    text: z.string(),
  }),
);
type Notice = z.infer<typeof noticesSchema>[number];

/** What Gradloom is, and the licences of those whose work is in it, while they are shown. */
export function AboutDialog(): JSX.Element | null {
  const isOpen = useViewStore((store) => store.dialogs.some(({ kind }) => kind === 'about'));
  return isOpen ? <OpenAbout /> : null;
}

function OpenAbout(): JSX.Element {
  const say = useText();
  const close = useViewStore((store) => store.closeDialog);
  const version = useEngineStore((store) => store.shell?.version ?? '');
  const [notices, setNotices] = useState<readonly Notice[] | null>(null);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    readNotices().then(setNotices, () => setMissing(true));
  }, []);
  return (
    <Dialog
      title={say('about.title')}
      width="medium"
      onClose={close}
      actions={<Button onClick={close}>{say('ui.close')}</Button>}
    >
      <p>{say('about.this', { version })}</p>
      {isMissing && <p role="alert">{say('about.missing')}</p>}
      {notices !== null && (
        <>
          <p className={styles.others}>{say('about.others', { count: notices.length })}</p>
          <ul className={styles.list}>
            {notices.map((notice) => (
              <Row key={`${notice.name} ${notice.version}`} notice={notice} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

function Row({ notice: { name, version, licence, source, text } }: { readonly notice: Notice }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button type="button" className={styles.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={styles.name}>{name}</span>
        <span className={styles.version}>{version}</span>
        <span className={styles.licence}>{licence}</span>
      </button>
      {open && (
        <pre className={styles.text} tabIndex={0}>
          {source === null ? text : `${source}\n\n${text}`}
        </pre>
      )}
    </li>
  );
}

/** They lie beside the page: in every shell it comes from this machine. */
async function readNotices(): Promise<readonly Notice[]> {
  const answer = await fetch('notices.json');
  if (!answer.ok) throw new Error(`notices.json: ${answer.status}`);
  return noticesSchema.parse(await answer.json());
}
