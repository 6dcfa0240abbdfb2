import { describe, expect, it } from 'vitest';
import { WheelReader } from './wheel.ts';
import type { WheelTurn } from './wheel.ts';

const turn = (values: Partial<WheelTurn>): WheelTurn => ({
  deltaX: 0,
  deltaY: 0,
  deltaMode: 0,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  timeStamp: 1000,
  ...values,
});

describe('WheelReader', () => {
  it('zooms with a notched wheel: in when it turns away from the person, out when it turns to them', () => {
    const reader = new WheelReader();
    expect(reader.read(turn({ deltaY: -100, wheelDeltaY: 120 }))).toEqual({ kind: 'zoom', factor: Math.exp(0.16) });
    expect(reader.read(turn({ deltaY: 3, deltaMode: 1 }))).toEqual({ kind: 'zoom', factor: Math.exp(-0.1584) });
  });

  it('takes a large first step for a notch, whatever the screen’s scaling makes of it', () => {
    expect(new WheelReader().read(turn({ deltaY: -66.7, wheelDeltaY: 80 })).kind).toBe('zoom');
    expect(new WheelReader().read(turn({ deltaY: -12, wheelDeltaY: 36 })).kind).toBe('pan');
  });

  it('pans with two fingers, and stays with it when one step looks like a wheel', () => {
    const reader = new WheelReader();
    expect(reader.read(turn({ deltaX: 4, deltaY: 7, wheelDeltaY: -21 }))).toEqual({ kind: 'pan', x: 4, y: 7 });
    expect(reader.read(turn({ deltaY: 40, wheelDeltaY: -120, timeStamp: 1016 }))).toEqual({ kind: 'pan', x: 0, y: 40 });
    expect(reader.read(turn({ deltaY: 40, wheelDeltaY: -120, timeStamp: 1500 })).kind).toBe('zoom');
  });

  it('zooms with a pinch in small steps and with a held key in bounded ones', () => {
    const reader = new WheelReader();
    expect(reader.read(turn({ deltaY: -5, ctrlKey: true }))).toEqual({ kind: 'zoom', factor: Math.exp(0.05) });
    expect(reader.read(turn({ deltaY: 300, metaKey: true }))).toEqual({ kind: 'zoom', factor: Math.exp(-0.25) });
  });

  it('pans sideways with shift', () => {
    const reader = new WheelReader();
    expect(reader.read(turn({ deltaY: 100, wheelDeltaY: -120, shiftKey: true }))).toEqual({
      kind: 'pan',
      x: 100,
      y: 0,
    });
  });
});
