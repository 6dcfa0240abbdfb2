import { expect, test } from 'vitest';
import { foldedFor, givenWay } from './viewStore.ts';

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
