import { useEffect } from 'react';
import type { JSX } from 'react';
import { useText } from '../platform/i18n.ts';
import { useNoticeStore } from '../state/noticeStore.ts';
import type { Notice } from '../state/noticeStore.ts';
import { Toast } from '../ui/Toast.tsx';
import styles from './Notices.module.css';

const shownFor = { information: 4000, problem: 8000 } as const;
/** A message that offers something stays for longer. */
const offeredFor = 20_000;

/** Short messages at the lower edge of the canvas. They go by themselves. */
export function Notices(): JSX.Element {
  const notices = useNoticeStore((store) => store.notices);
  return (
    <div className={styles.notices} data-part="notices">
      {notices.map((notice) => (
        <OneNotice key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function OneNotice({ notice }: { readonly notice: Notice }): JSX.Element {
  const say = useText();
  const dismiss = useNoticeStore((store) => store.dismiss);
  const { id, tone, key, values, action } = notice;
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), action === undefined ? shownFor[tone] : offeredFor);
    return () => clearTimeout(timer);
  }, [action, dismiss, id, tone]);
  const offer =
    action === undefined
      ? undefined
      : {
          label: say(action.label),
          run: () => {
            dismiss(id);
            action.run();
          },
        };
  return <Toast tone={tone} words={say(key, values)} action={offer} onDismiss={() => dismiss(id)} />;
}
