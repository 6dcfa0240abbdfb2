import { dirname } from 'node:path';
import { z } from 'zod';
import { decodeText, readWhole, replaceFile } from '../services/fileSystem.ts';
import type { FileSystem } from '../services/fileSystem.ts';
import type { Area } from './electronApi.ts';

/** Where the window stood when it was closed last. */
const stateSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(800).max(20_000),
  height: z.number().int().min(560).max(20_000),
  isMaximized: z.boolean(),
});
export type WindowState = z.infer<typeof stateSchema>;

/** At least so much of the window's head must be on a screen, so that it can be taken hold of. */
const leastShown = { width: 200, height: 40 };

/**
 * The former place of the window where one of today's screens still shows its head; its size alone where a screen has
 * been taken away; nothing where nothing was kept.
 */
export function placeOf(
  state: WindowState | null,
  screens: readonly Area[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } | null {
  if (state === null) return null;
  const { x, y, width, height } = state;
  const isShown = screens.some((screen) => {
    const shown = Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x);
    return shown >= leastShown.width && y >= screen.y && y + leastShown.height <= screen.y + screen.height;
  });
  return isShown ? { width, height, x, y } : { width, height };
}

/** How far a further window stands from the one in front, so that the heads of both are seen. */
const beside = 28;

/** Where a further window is to stand. */
export function besideWindow({ x, y, width, height }: Area): WindowState {
  return { x: x + beside, y: y + beside, width, height, isMaximized: false };
}

/** Losing the window's place costs a drag, so no trouble with it stops anyone. */
export async function readWindowState(fileSystem: FileSystem, path: string): Promise<WindowState | null> {
  try {
    const { bytes } = await readWhole(fileSystem, path, 64 * 1024);
    return stateSchema.parse(JSON.parse(decodeText(bytes, path)));
  } catch {
    return null;
  }
}

/** Keeps where the window stands. */
export async function writeWindowState(fileSystem: FileSystem, path: string, state: WindowState): Promise<void> {
  try {
    await fileSystem.mkdir(dirname(path), { recursive: true });
    await replaceFile(fileSystem, path, `${JSON.stringify(state)}\n`);
  } catch {
    // As above.
  }
}
