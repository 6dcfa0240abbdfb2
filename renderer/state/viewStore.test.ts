import { afterEach, describe, expect, test, vi } from 'vitest';
import { foldedFor, givenWay } from './viewStore.ts';
import type { ViewState } from './viewStore.ts';

const wide = { innerWidth: 1280, innerHeight: 800 };
const narrow = { innerWidth: 800, innerHeight: 900 };
const small = { innerWidth: 640, innerHeight: 400 };

test('in a wide window every panel may be open', () => {
  expect(givenWay({ paletteOpen: true }, wide)).toEqual({});
  expect(foldedFor({ paletteOpen: true, inspectorOpen: true, dockOpen: true }, wide)).toEqual([]);
});

test('in a narrow one a side panel gives way to the other, and the dock stays', () => {
  expect(givenWay({ paletteOpen: true }, narrow)).toEqual({ inspectorOpen: false });
  expect(givenWay({ inspectorOpen: true }, narrow)).toEqual({ paletteOpen: false });
  expect(givenWay({ dockOpen: true }, narrow)).toEqual({});
  expect(foldedFor({ paletteOpen: true, inspectorOpen: true, dockOpen: true }, narrow)).toEqual(['paletteOpen']);
});

test('in a small one each panel gives way to the one that opens', () => {
  expect(givenWay({ dockOpen: true }, small)).toEqual({ paletteOpen: false, inspectorOpen: false });
  expect(givenWay({ inspectorOpen: true }, small)).toEqual({ paletteOpen: false, dockOpen: false });
  expect(foldedFor({ paletteOpen: true, inspectorOpen: true, dockOpen: true }, small)).toEqual([
    'paletteOpen',
    'dockOpen',
  ]);
  expect(foldedFor({ paletteOpen: false, inspectorOpen: false, dockOpen: true }, small)).toEqual([]);
});

describe('panels that a window folds', () => {
  const items = new Map<string, string>();

  afterEach(() => {
    items.clear();
    vi.unstubAllGlobals();
  });

  /** A page that was just loaded in a window of this size, with what former visits have stored. */
  async function visit(size: { readonly innerWidth: number; readonly innerHeight: number }) {
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    });
    const page = Object.assign(new EventTarget(), size);
    vi.stubGlobal('window', page);
    vi.resetModules();
    const { keepRoomForCanvas, useViewStore } = await import('./viewStore.ts');
    keepRoomForCanvas();
    return {
      open: () => {
        const { paletteOpen, inspectorOpen, dockOpen } = useViewStore.getState();
        return { paletteOpen, inspectorOpen, dockOpen };
      },
      set: (values: Parameters<ViewState['set']>[0]) => useViewStore.getState().set(values),
      project: (on: boolean) => useViewStore.getState().project(on),
      resize: (next: Partial<typeof size>) => {
        Object.assign(page, next);
        page.dispatchEvent(new Event('resize'));
      },
    };
  }
  const full = { innerWidth: 1440, innerHeight: 900 };

  test('the projector view begins without side panels, shows those that are asked for, and gives back those before', async () => {
    const page = await visit(wide);
    page.set({ paletteOpen: false, inspectorOpen: true, dockOpen: true });
    const before = page.open();
    page.project(true);
    expect(page.open()).toEqual({ paletteOpen: false, inspectorOpen: false, dockOpen: true });
    page.set({ inspectorOpen: true });
    page.set({ paletteOpen: true });
    expect(page.open()).toEqual({ paletteOpen: true, inspectorOpen: true, dockOpen: true });
    page.set({ inspectorOpen: false });
    page.project(false);
    expect(page.open()).toEqual(before);
    // A reload from within it comes back to what was before, too.
    page.project(true);
    expect((await visit(wide)).open()).toEqual(before);
  });

  test('are there again at the next visit in a full window', async () => {
    const before = await visit(full);
    before.set({ dockOpen: true });
    expect(before.open()).toEqual({ paletteOpen: true, inspectorOpen: true, dockOpen: true });
    const between = await visit(small);
    between.set({ dockTab: 'curves' });
    expect(between.open()).toEqual({ paletteOpen: false, inspectorOpen: true, dockOpen: false });
    expect((await visit(full)).open()).toEqual({ paletteOpen: true, inspectorOpen: true, dockOpen: true });
  });

  test('a first visit in a small window leaves a full one as it is by default', async () => {
    const first = await visit(small);
    first.set({ dockOpen: true });
    expect(first.open()).toEqual({ paletteOpen: false, inspectorOpen: false, dockOpen: true });
    expect((await visit(full)).open()).toEqual({ paletteOpen: true, inspectorOpen: true, dockOpen: true });
  });

  test('what a person folds stays folded when the window grows, and at the next visit', async () => {
    const page = await visit(small);
    page.set({ dockOpen: true });
    page.set({ inspectorOpen: true });
    page.set({ dockOpen: false });
    page.resize(full);
    expect(page.open()).toEqual({ paletteOpen: false, inspectorOpen: true, dockOpen: false });
    expect((await visit(full)).open()).toMatchObject({ dockOpen: false });
  });

  test('come back as soon as there is room for them, in a narrow window that becomes high enough too', async () => {
    const page = await visit(full);
    page.set({ dockOpen: true });
    page.resize(small);
    expect(page.open()).toEqual({ paletteOpen: false, inspectorOpen: true, dockOpen: false });
    page.resize({ innerHeight: 900 });
    expect(page.open()).toEqual({ paletteOpen: false, inspectorOpen: true, dockOpen: true });
    page.resize({ innerWidth: 1000 });
    expect(page.open()).toEqual({ paletteOpen: true, inspectorOpen: true, dockOpen: true });
  });

  test('stay folded while a narrow window becomes no larger, whatever a person folds to have the canvas', async () => {
    const page = await visit(narrow);
    expect(page.open()).toMatchObject({ paletteOpen: false, inspectorOpen: true });
    page.set({ paletteOpen: true });
    page.set({ inspectorOpen: true });
    page.set({ inspectorOpen: false });
    page.resize({ innerWidth: 790 });
    page.resize({ innerWidth: 810, innerHeight: 910 });
    expect(page.open()).toMatchObject({ paletteOpen: false, inspectorOpen: false });
    page.resize(full);
    expect(page.open()).toMatchObject({ paletteOpen: true, inspectorOpen: false });
  });
});
