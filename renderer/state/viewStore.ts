import { z } from 'zod';
import { create } from 'zustand';
import type { CellId, NodeId } from '#shared/graph/identifiers';
import { locales } from '#shared/text/locale';
import type { Locale } from '#shared/text/locale';
import { preferredLocale } from '../platform/i18n.ts';
import { localStore, readStored, writeStored } from '../platform/storage.ts';

/** What the gradient's colour on a wire is measured against; 'off' draws resting wires. */
export const overlayModes = ['relative', 'absolute', 'off'] as const;
export type OverlayMode = (typeof overlayModes)[number];

/** Wires show the gradient of activations; 'weights' shows the gradient of each node's weights on the node. */
export const overlaySubjects = ['activations', 'weights'] as const;
export type OverlaySubject = (typeof overlaySubjects)[number];

export const dockTabs = [
  'curves',
  'depth',
  'time',
  'findings',
  'values',
  'reasoning',
  'predictions',
  'sweep',
  'slices',
  'problems',
  'data',
] as const;
export type DockTab = (typeof dockTabs)[number];

export const railTabs = ['layers', 'training', 'runs', 'history', 'lessons'] as const;
export type RailTab = (typeof railTabs)[number];

/** A window this wide has room for both side panels beside a canvas of at least 60 % of its area. */
const wideWindow = 1400;

function isWide(): boolean {
  return typeof window === 'undefined' || window.innerWidth >= wideWindow;
}

/** How wide the panel on the right is until a person makes it wider or narrower. */
export function usualInspectorWidth(): number {
  return isWide() ? 280 : 312;
}

/** A window narrower than this (one at 200 % zoom, say) has room for one side panel beside the canvas, not for two. */
const narrowWindow = 900;

/** A window that is also shorter than this has room for one panel at all, be it beside the canvas or beneath it. */
export const shortWindow = 560;

/** Whether panels are open. */
type Open = Pick<Kept, 'paletteOpen' | 'inspectorOpen' | 'dockOpen'>;

interface Size {
  readonly innerWidth: number;
  readonly innerHeight: number;
}

/**
 * The panels that have to give way to those that open, where there is no room for all: in a narrow window one side panel to
 * the other, in one that is short as well each to each.
 */
export function givenWay(opening: Partial<Open>, { innerWidth, innerHeight }: Size): Partial<Open> {
  if (innerWidth > narrowWindow) return {};
  const isShort = innerHeight <= shortWindow;
  if (opening.dockOpen === true && isShort) return { paletteOpen: false, inspectorOpen: false };
  const beneath = isShort ? { dockOpen: false } : {};
  if (opening.paletteOpen === true) return { inspectorOpen: false, ...beneath };
  return opening.inspectorOpen === true ? { paletteOpen: false, ...beneath } : {};
}

/** How many panels a window has room for beside or beneath its canvas: one, one and the dock, all. */
function roomIn({ innerWidth, innerHeight }: Size): 1 | 2 | 3 {
  if (innerWidth > narrowWindow) return 3;
  return innerHeight > shortWindow ? 2 : 1;
}

/** The panels that fold because a window has become so small: of the side panels the left one, of all the dock. */
export function foldedFor({ paletteOpen, inspectorOpen, dockOpen }: Open, size: Size): readonly (keyof Open)[] {
  const way = givenWay({ paletteOpen, inspectorOpen }, size);
  if (size.innerWidth > narrowWindow) return [];
  const isSideOpen = paletteOpen || inspectorOpen;
  return [
    ...(paletteOpen && inspectorOpen ? (['paletteOpen'] as const) : []),
    ...(dockOpen && isSideOpen && way.dockOpen === false ? (['dockOpen'] as const) : []),
  ];
}

/** What the browser keeps from one visit to the next. A value of another version falls back to its default. */
const keptSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  locale: z.enum(locales).nullable().catch(null),
  overlay: z.enum(overlayModes).catch('relative'),
  overlayOf: z.enum(overlaySubjects).catch('activations'),
  dockTab: z.enum(dockTabs).catch('curves'),
  dockHeight: z.number().min(80).max(1200).catch(214),
  dockOpen: z.boolean().catch(false),
  /** Whether the dock has opened by itself at a first run; from then on it is the person's to open and fold. */
  dockOffered: z.boolean().catch(false),
  railTab: z.enum(railTabs).catch('layers'),
  paletteWidth: z.number().min(140).max(480).catch(196),
  paletteOpen: z.boolean().catch(isWide),
  inspectorWidth: z.number().min(200).max(640).catch(usualInspectorWidth),
  inspectorOpen: z.boolean().catch(true),
  minimapOpen: z.boolean().catch(true),
  /** Whether nodes that are dragged keep to the dots of the sheet. */
  snap: z.boolean().catch(false),
  hintSeen: z.boolean().catch(false),
  /** Whether the first-run tour was gone through or skipped. */
  tourSeen: z.boolean().catch(false),
  /** The time of the newest report of a crash that was told of. */
  crashSeen: z.number().catch(0),
  /** The newer version of Gradloom that was told of last. */
  updateSeen: z.string().catch(''),
  /** Whether the inspector shows the factors of the chain rule. */
  factorsOpen: z.boolean().catch(false),
});
type Kept = z.infer<typeof keptSchema>;

/** A sheet that leads to another one, and the instance on it that was opened; null: it is not known which. */
export interface Passage {
  readonly sheet: CellId | null;
  readonly instance: NodeId | null;
}

/** A dialog that is open; the features that draw them add their own values. */
export interface Dialog {
  readonly kind: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface ViewState extends Omit<Kept, 'locale'> {
  readonly locale: Locale;
  /** The sheet on the canvas: the document's own graph (null) or a cell definition's. */
  readonly sheet: CellId | null;
  /** The way in from the document's own graph as it was gone, outermost first; empty where the sheet was turned to at once. */
  readonly trail: readonly Passage[];
  /** The iteration of a loop that its inside shows; a loop not named here shows its first one. */
  readonly iterations: ReadonlyMap<NodeId, number>;
  /** Whether the tour is on now. */
  readonly tourOn: boolean;
  /** Projector view: large type, the canvas and at most one plot; side panels where they are asked for. */
  readonly isProjected: boolean;
  /** Open dialogs, the topmost last. */
  readonly dialogs: readonly Dialog[];
  /** Changes anything that is kept between visits. */
  set(values: Partial<Omit<Kept, 'locale'>> & { readonly locale?: Locale }): void;
  showSheet(sheet: CellId | null, trail?: readonly Passage[]): void;
  project(on: boolean): void;
  showIteration(loop: NodeId, iteration: number): void;
  openDialog(dialog: Dialog): void;
  /** Closes the topmost dialog. */
  closeDialog(): void;
}

const storageKey = 'gradloom.view';

const stored = z.record(z.string(), z.unknown()).catch({}).parse(readStored(localStore, storageKey));
const kept = keptSchema.parse(stored);
/** What a person has set, in this visit or a former one. All else is the default of the window that it is in. */
const chosen = new Set(Object.keys(stored));

const panels = ['paletteOpen', 'inspectorOpen', 'dockOpen'] as const;
/** The panels that gave way to others for want of room; they come back when the window grows. */
let folded: readonly (keyof Open)[] = [];

/**
 * The side panels as they were before the projector view, which begins without them; null outside of it. What is opened
 * there is shown there, and what was open before comes back.
 */
let beforeProjector: Pick<Open, 'paletteOpen' | 'inspectorOpen'> | null = null;

function opened(closed: readonly (keyof Open)[]): Partial<Open> {
  return Object.fromEntries(closed.map((panel) => [panel, true]));
}

/** A panel that gave way is kept as open, as is one before the projector view: folding it was not the person's doing. */
function writeKept(state: ViewState): void {
  const all = Object.entries(keptSchema.parse({ ...state, ...beforeProjector, ...opened(folded) }));
  writeStored(localStore, storageKey, Object.fromEntries(all.filter(([key]) => chosen.has(key))));
}

/** How the window is arranged. Not part of the document and not in its history. */
export const useViewStore = create<ViewState>()((set) => ({
  ...kept,
  locale: kept.locale ?? preferredLocale(typeof navigator === 'undefined' ? [] : navigator.languages),
  sheet: null,
  trail: [],
  iterations: new Map(),
  tourOn: false,
  isProjected: false,
  dialogs: [],
  set: (values) => {
    const way = typeof window === 'undefined' ? {} : givenWay(values, window);
    for (const key of Object.keys(values)) chosen.add(key);
    set((state) => {
      // A panel that a person opens or folds is no longer the window's to bring back.
      const still = folded.filter((panel) => values[panel] === undefined);
      folded = [...still, ...panels.filter((panel) => way[panel] === false && state[panel])];
      return { ...values, ...way };
    });
  },
  showSheet: (sheet, trail = []) => set({ sheet, trail }),
  project: (isProjected) =>
    set((state) => {
      if (isProjected === state.isProjected) return {};
      const { paletteOpen, inspectorOpen } = state;
      const panels = isProjected ? { paletteOpen: false, inspectorOpen: false } : beforeProjector;
      beforeProjector = isProjected ? { paletteOpen, inspectorOpen } : null;
      return { isProjected, ...panels };
    }),
  showIteration: (loop, iteration) => set((state) => ({ iterations: new Map(state.iterations).set(loop, iteration) })),
  openDialog: (dialog) => set((state) => ({ dialogs: [...state.dialogs, dialog] })),
  closeDialog: () => set((state) => ({ dialogs: state.dialogs.slice(0, -1) })),
}));

useViewStore.subscribe(writeKept);

/**
 * Folds panels while a window is small, so that the canvas keeps room, and opens them again when it has room for more of them
 * than it had: of a person who folds a panel to have the canvas, the next pixel does not open another one.
 */
export function keepRoomForCanvas(): () => void {
  let room = roomIn(window);
  const follow = (): void => {
    const hasGrown = roomIn(window) > room;
    room = roomIn(window);
    const state = useViewStore.getState();
    const now = foldedFor(state, window);
    if (now.length > 0) {
      folded = [...folded, ...now];
      useViewStore.setState(Object.fromEntries(now.map((panel) => [panel, false])));
      return;
    }
    if (!hasGrown) return;
    const back: (keyof Open)[] = [];
    for (const panel of folded) {
      const isRoom = foldedFor({ ...state, ...opened([...back, panel]) }, window).length === 0;
      if (isRoom) back.push(panel);
    }
    if (back.length === 0) return;
    folded = folded.filter((panel) => !back.includes(panel));
    useViewStore.setState(opened(back));
  };
  follow();
  window.addEventListener('resize', follow);
  return () => window.removeEventListener('resize', follow);
}

/** Shows a panel on the left. */
export function showRail(tab: RailTab): void {
  useViewStore.getState().set({ railTab: tab, paletteOpen: true });
}

/** Shows a panel on the left where there is room for it beside all that is open. */
export function showRailBeside(tab: RailTab): void {
  const state = useViewStore.getState();
  const way = typeof window === 'undefined' ? {} : givenWay({ paletteOpen: true }, window);
  if (!panels.some((panel) => way[panel] === false && state[panel])) showRail(tab);
}

/** Shows a panel on the left, or folds it away where it is shown. */
export function toggleRail(tab: RailTab): void {
  const { railTab, paletteOpen, set } = useViewStore.getState();
  set({ railTab: tab, paletteOpen: railTab !== tab || !paletteOpen });
}

/** Shows a tab beneath the canvas. */
export function showDockTab(tab: DockTab): void {
  useViewStore.getState().set({ dockTab: tab, dockOpen: true });
}
