import { expect, test } from 'vitest';
import { bannerFor } from './banner.ts';

const native = { state: 'ready', backend: 'tensorflow' } as const;

test.each([
  [{ report: native, died: null, connection: 'open' }, 'none'],
  [{ report: null, died: null, connection: 'connecting' }, 'none'],
  [{ report: { ...native, state: 'starting' }, died: null, connection: 'open' }, 'none'],
  [{ report: { ...native, state: 'starting' }, died: 'signal 9', connection: 'open' }, 'dead'],
  [{ report: { ...native, state: 'dead' }, died: 'signal 9', connection: 'open' }, 'dead'],
  [{ report: native, died: 'signal 9', connection: 'open' }, 'replaced'],
  [{ report: { ...native, backend: 'javascript' }, died: 'signal 9', connection: 'open' }, 'replaced'],
  [{ report: { ...native, backend: 'javascript' }, died: null, connection: 'open' }, 'fallback'],
  [{ report: native, died: null, connection: 'lost' }, 'lost'],
] as const)('%j shows %s', (engine, banner) => {
  expect(bannerFor(engine)).toBe(banner);
});
