import * as fileSystem from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Checkpoint } from '#shared/protocol/engine';
import { framesOf } from '#shared/protocol/steps';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { encodeFrame, frameStep } from '#shared/protocol/telemetry';
import { readCheckpoint, writeCheckpoint } from '../../formats/checkpointFile.ts';
import { History, historyFiles } from './history.ts';
import type { HistoryFileSystem } from './history.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-history-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const none = new Float32Array(0);
const frame = (step: number): TelemetryFrame => ({
  run: 'r',
  sequence: step,
  step,
  epoch: 0,
  loss: 1,
  learningRate: 0.1,
  examplesPerSecond: 1,
  secondsLeft: 1,
  gradientNorm: 1,
  appliedNorm: 1,
  headRms: 1,
  details: false,
  headLoss: none,
  metrics: none,
  wireRms: none,
  wireMax: none,
  wireMark: new Uint8Array(0),
  valueMean: none,
  valueDeviation: none,
  valueZeros: none,
  forkCosine: none,
  forkSum: none,
  wireL2: none,
  weightGradient: none,
  weightMark: new Uint8Array(0),
  weightNorm: none,
  updateRatio: none,
});
const recordSize = 4 + encodeFrame(frame(0)).length;
const checkpoint: Checkpoint = {
  step: 7,
  weights: { 'a/kernel': { shape: [2], dtype: 'float32', data: Float32Array.of(1, -0.5) } },
  memory: { 'a/kernel:first': { shape: [2], dtype: 'float32', data: Float32Array.of(0.25, 3) } },
};

const stepsIn = (): number[] => framesOf(new Uint8Array(readFileSync(join(folder, historyFiles.steps)))).map(frameStep);

/** The machine's own calls, each written down before it is done; one of them may fail. */
function watched(fails?: string): { files: HistoryFileSystem; calls: string[] } {
  const calls: string[] = [];
  const names = new Map<number, string>();
  const note = (call: string): void => {
    calls.push(call);
    if (call === fails) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  const nameOf = (file: number): string => names.get(file) ?? '?';
  const files = {
    ...fileSystem,
    openSync: (path: string, flags: string) => {
      const file = fileSystem.openSync(path, flags);
      names.set(file, path === folder ? 'folder' : basename(path));
      return file;
    },
    writeSync: (file: number, bytes: Uint8Array, offset: number) => {
      note(`write ${nameOf(file)}`);
      return fileSystem.writeSync(file, bytes, offset);
    },
    fsyncSync: (file: number) => {
      note(`flush ${nameOf(file)}`);
      fileSystem.fsyncSync(file);
    },
    renameSync: (from: string, to: string) => {
      note(`rename ${basename(from)} to ${basename(to)}`);
      fileSystem.renameSync(from, to);
    },
  } as unknown as HistoryFileSystem;
  return { files, calls };
}

describe('a checkpoint on disk', () => {
  test('is written beside, flushed, renamed, and the folder flushed: in this order', () => {
    const { files, calls } = watched();
    const history = new History(folder, { from: null, files });
    history.checkpoint(checkpoint);
    history.close();
    expect(calls).toEqual([
      'write checkpoint.npz.part',
      'flush checkpoint.npz.part',
      'rename checkpoint.npz.part to checkpoint.npz',
      'flush folder',
    ]);
    expect(readCheckpoint(new Uint8Array(readFileSync(join(folder, 'checkpoint.npz'))))).toEqual(checkpoint);
  });

  test.each(['write', 'flush', 'rename'])('where the disk gives way at the %s, the old one stays whole', (call) => {
    const before = new History(folder);
    before.checkpoint(checkpoint);
    before.close();
    const rest = call === 'rename' ? ' to checkpoint.npz' : '';
    const { files } = watched(`${call} checkpoint.npz.part${rest}`);
    const history = new History(folder, { from: 0, files });
    expect(() => history.checkpoint({ ...checkpoint, step: 8 })).toThrow(/checkpoint\.npz.*no space left/su);
    history.close();
    expect(readCheckpoint(new Uint8Array(readFileSync(join(folder, 'checkpoint.npz')))).step).toBe(7);
  });

  test('that holds something else is refused by name', () => {
    const bytes = writeCheckpoint({ ...checkpoint, step: -1 });
    expect(() => readCheckpoint(bytes)).toThrow('after which step');
  });
});

describe('the steps on disk', () => {
  test('are thinned evenly when they reach their limit, and the file never exceeds it', () => {
    const limit = 40 * recordSize;
    const history = new History(folder, { from: null, limit });
    for (let step = 0; step < 333; step++) {
      history.step(frame(step));
      expect(fileSystem.statSync(join(folder, historyFiles.steps)).size).toBeLessThanOrEqual(limit);
    }
    history.close();
    const steps = stepsIn();
    const stride = (steps[1] ?? 0) - (steps[0] ?? 0);
    expect(steps[0]).toBe(0);
    expect(steps.length).toBeGreaterThan(10);
    expect(steps).toEqual(Array.from({ length: steps.length }, (_, index) => index * stride));
    expect(333 - (steps.at(-1) ?? 0)).toBeLessThanOrEqual(stride);
    expect(readdirSync(folder).sort()).toEqual(['epochs.jsonl', 'steps.bin']);
  });

  test('a run that goes on drops what lay beyond its checkpoint, half a record and half a line included', () => {
    const history = new History(folder);
    for (let step = 0; step < 10; step++) history.step(frame(step));
    history.epoch({ step: 4, seconds: 1.5 });
    history.epoch({ step: 8, seconds: 3 });
    history.close();
    truncateSync(join(folder, historyFiles.steps), 10 * recordSize - 3);
    writeFileSync(join(folder, historyFiles.epochs), '{"step":12,"sec', { flag: 'a' });
    const next = new History(folder, { from: 5 });
    expect(next.secondsBefore).toBe(1.5);
    expect(stepsIn()).toEqual([0, 1, 2, 3, 4]);
    next.step(frame(5));
    next.epoch({ step: 8, seconds: 9 });
    next.close();
    expect(stepsIn()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(readFileSync(join(folder, historyFiles.epochs), 'utf8')).toBe(
      '{"step":4,"seconds":1.5}\n{"step":8,"seconds":9}\n',
    );
  });
});
