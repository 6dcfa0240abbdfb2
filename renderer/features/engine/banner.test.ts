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
  expect(bannerFor({ provision: null, provisionHidden: false, ...engine })).toBe(banner);
});

const slow = { state: 'ready', backend: 'javascript' } as const;
test.each([
  [slow, 'absent', false, false, 'provision'],
  [slow, 'absent', false, true, 'none'],
  [native, 'absent', false, false, 'none'],
  [slow, 'downloading', false, true, 'provision'],
  [{ ...slow, state: 'starting' }, 'unpacking', false, false, 'provision'],
  [slow, 'failed', false, false, 'provision'],
  [slow, 'failed', false, true, 'none'],
  [slow, 'unread', false, false, 'provision'],
  [slow, 'unread', false, true, 'none'],
  [slow, 'unnoted', false, false, 'provision'],
  [slow, 'unnoted', false, true, 'none'],
  [slow, 'ready', true, false, 'provision'],
  [slow, 'ready', false, false, 'fallback'],
  [native, 'ready', false, false, 'none'],
] as const)(
  '%j with an engine that is %s (waiting %s, put off %s) shows %s',
  (report, stage, waiting, hidden, banner) => {
    const engine = {
      report,
      died: null,
      connection: 'open',
      provision: { stage, waiting },
      provisionHidden: hidden,
    } as const;
    expect(bannerFor(engine)).toBe(banner);
    expect(bannerFor({ ...engine, connection: 'lost' })).toBe('lost');
    expect(bannerFor({ ...engine, died: 'signal 9' })).toBe(report.state === 'ready' ? 'replaced' : 'dead');
  },
);
