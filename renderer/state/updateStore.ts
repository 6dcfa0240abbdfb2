import { create } from 'zustand';
import type { Update } from '#shared/protocol/calls';

/** How the app stands to newer versions of itself; null until that is known. Fed by `connectStores`. */
export const useUpdateStore = create<{ readonly update: Update | null }>()(() => ({ update: null }));
