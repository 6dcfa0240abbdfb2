/** The part of a wheel event that tells a mouse from a trackpad. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly timeStamp: number;
  /** What browsers still tell of old: multiples of 120 for a notched wheel. */
  readonly wheelDeltaY?: number;
}

/** What a turn of the wheel does: pans by pixels, or zooms by a factor around the pointer. */
export type WheelMeaning =
  { readonly kind: 'pan'; readonly x: number; readonly y: number } | { readonly kind: 'zoom'; readonly factor: number };

const pause = 180;
const linePixels = 33;
/** Two fingers begin with less than this; screens with scaling let a notch of a wheel fall short of 100 px. */
const notch = 50;

function isWholeNotches(delta: number | undefined): boolean {
  return delta !== undefined && delta !== 0 && delta % 120 === 0;
}

/**
 * A notched mouse wheel zooms, as in Blender and ComfyUI; two fingers on a trackpad pan, and pinching (which browsers
 * report as Ctrl with small steps) zooms. A gesture once taken for a trackpad's stays one until it pauses.
 */
export class WheelReader {
  #trackpadUntil = Number.NEGATIVE_INFINITY;

  read(turn: WheelTurn): WheelMeaning {
    const scale = turn.deltaMode === 1 ? linePixels : turn.deltaMode === 2 ? 400 : 1;
    const [x, y] = [turn.deltaX * scale, turn.deltaY * scale];
    if (turn.ctrlKey || turn.metaKey) {
      // A pinch comes in small steps, a wheel with Ctrl held in large ones.
      const pull = Math.abs(y) < 50 ? y * 0.01 : Math.sign(y) * 0.25;
      return { kind: 'zoom', factor: Math.exp(-pull) };
    }
    const isNotched =
      turn.timeStamp > this.#trackpadUntil &&
      turn.deltaX === 0 &&
      (turn.deltaMode !== 0 || Math.abs(turn.deltaY) >= notch || isWholeNotches(turn.wheelDeltaY));
    if (!isNotched) {
      this.#trackpadUntil = turn.timeStamp + pause;
      return turn.shiftKey && x === 0 ? { kind: 'pan', x: y, y: 0 } : { kind: 'pan', x, y };
    }
    if (turn.shiftKey) return { kind: 'pan', x: y, y: 0 };
    return { kind: 'zoom', factor: Math.exp(-Math.max(-240, Math.min(240, y)) * 0.0016) };
  }
}
