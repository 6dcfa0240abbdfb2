import { describe, expect, it } from 'vitest';
import { shellWithoutAsking } from './electron.mjs';

describe('shellWithoutAsking', () => {
  it('does what the person asks', () => {
    expect(shellWithoutAsking({ GRADLOOM_SHELL: 'electron' }, 'linux')?.shell).toBe('electron');
    expect(shellWithoutAsking({ GRADLOOM_SHELL: 'browser', DISPLAY: ':0' }, 'linux')?.shell).toBe('browser');
    expect(() => shellWithoutAsking({ GRADLOOM_SHELL: 'chrome' }, 'linux')).toThrow(
      'GRADLOOM_SHELL is "chrome"; expected "electron" or "browser"',
    );
  });
  it('takes the browser where Linux has no display', () => {
    expect(shellWithoutAsking({}, 'linux')).toMatchObject({ shell: 'browser' });
    expect(shellWithoutAsking({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBeUndefined();
  });
  it('leaves it to Electron’s binary elsewhere', () => {
    expect(shellWithoutAsking({}, 'darwin')).toBeUndefined();
    expect(shellWithoutAsking({}, 'win32')).toBeUndefined();
  });
});
