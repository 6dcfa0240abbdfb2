import { create } from 'zustand';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';

/** A button within a message. */
export interface NoticeAction {
  readonly label: TextKey;
  run(): void;
}

/** A short message that goes by itself. */
export interface Notice {
  readonly id: number;
  readonly tone: 'information' | 'problem';
  readonly key: TextKey;
  readonly values: TextValues;
  /** What can be done about it at once. */
  readonly action?: NoticeAction;
}

export interface NoticeState {
  readonly notices: readonly Notice[];
  /** Shows a message, in place of one that says the same. */
  notify(tone: Notice['tone'], key: TextKey, values?: TextValues, action?: NoticeAction): void;
  dismiss(id: number): void;
}

let lastId = 0;

/** Messages at the edge of the canvas. */
export const useNoticeStore = create<NoticeState>()((set) => ({
  notices: [],
  notify: (tone, key, values = {}, action) => {
    const notice: Notice = { id: ++lastId, tone, key, values, ...(action === undefined ? {} : { action }) };
    set(({ notices }) => ({ notices: [...notices.filter((other) => other.key !== key), notice].slice(-3) }));
  },
  dismiss: (id) => set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
}));
