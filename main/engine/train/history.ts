import * as fileSystem from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '#shared/protocol/engine';
import { framesOf, stepRecord } from '#shared/protocol/steps';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { encodeFrame, frameStep } from '#shared/protocol/telemetry';
import { writeCheckpoint } from '../../formats/checkpointFile.ts';
import { writeNpz } from '../../formats/npz.ts';
import { EngineFailure } from '../failure.ts';

/** What a run leaves in its folder beside what the services write there. */
export const historyFiles = {
  /** The RunTable that the steps' arrays follow. */
  table: 'table.json',
  /** Measured steps, as shared/protocol/steps.ts says; arrays that were not measured are empty. */
  steps: 'steps.bin',
  /** One JSON object per line and epoch. */
  epochs: 'epochs.jsonl',
  /** Weights, what the optimiser remembers, and the step: all that a run needs to go on. */
  checkpoint: 'checkpoint.npz',
  /** The weights under their ids, as a model: of the end, and every so often before. */
  weights: 'weights.npz',
} as const;

/** Bytes that the steps of one run may take; beyond, every second step goes and so on, so that the whole run stays in view. */
export const stepsLimit = 64 * 2 ** 20;

/** The calls of node:fs that the history uses, so that a test can watch their order or let one of them fail. */
export type HistoryFileSystem = Pick<
  typeof fileSystem,
  'closeSync' | 'existsSync' | 'fsyncSync' | 'mkdirSync' | 'openSync' | 'readFileSync' | 'renameSync' | 'writeSync'
>;

export interface HistoryOptions {
  /** Optimiser steps done by the run that goes on in this folder; what lies beyond it there is dropped. null: a new run. */
  readonly from: number | null;
  readonly limit?: number;
  readonly files?: HistoryFileSystem;
}

/** What an epoch's line tells of itself. */
interface EpochLine {
  readonly step: number;
  readonly seconds: number;
}

/** Why a folder could not be written, as a failure that names it. */
function onDisk<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw new EngineFailure('engine.history', { path, reason: error instanceof Error ? error.message : String(error) });
  }
}

/** The history of one run on disk. Everything is there when a method returns. Throws an EngineFailure where it cannot be. */
export class History {
  readonly #folder: string;
  readonly #files: HistoryFileSystem;
  readonly #limit: number;
  /** Seconds that the run took before, where it goes on. */
  readonly secondsBefore: number;
  #steps: number | null = null;
  #stepsSize = 0;
  /** One step in so many is kept. */
  #stride = 1;
  #epochs: number | null = null;

  constructor(folder: string, { from, limit = stepsLimit, files = fileSystem }: HistoryOptions = { from: null }) {
    this.#folder = folder;
    this.#files = files;
    this.#limit = limit;
    onDisk(folder, () => files.mkdirSync(folder, { recursive: true }));
    this.secondsBefore = from === null ? 0 : this.#cut(from);
    const open = (name: string): number =>
      onDisk(this.#path(name), () => files.openSync(this.#path(name), from === null ? 'w' : 'a'));
    this.#steps = open(historyFiles.steps);
    this.#epochs = open(historyFiles.epochs);
  }

  table(table: RunTable): void {
    this.#replace(historyFiles.table, new TextEncoder().encode(`${JSON.stringify(table)}\n`));
  }

  step(frame: TelemetryFrame): void {
    if (frame.step % this.#stride !== 0) return;
    const record = stepRecord(encodeFrame(frame));
    if (this.#stepsSize + record.length > this.#limit) this.#thin();
    if (frame.step % this.#stride !== 0) return;
    this.#append(historyFiles.steps, this.#steps, record);
    this.#stepsSize += record.length;
  }

  epoch(epoch: EpochLine & object): void {
    this.#append(historyFiles.epochs, this.#epochs, new TextEncoder().encode(`${JSON.stringify(epoch)}\n`));
  }

  checkpoint(checkpoint: Checkpoint): void {
    this.#replace(historyFiles.checkpoint, writeCheckpoint(checkpoint));
  }

  weights({ weights }: Checkpoint): void {
    this.#replace(historyFiles.weights, writeNpz(weights));
  }

  close(): void {
    for (const file of [this.#steps, this.#epochs]) if (file !== null) this.#files.closeSync(file);
    this.#steps = null;
    this.#epochs = null;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #read(name: string): Uint8Array {
    const path = this.#path(name);
    return onDisk(path, () => (this.#files.existsSync(path) ? this.#files.readFileSync(path) : new Uint8Array(0)));
  }

  /** Drops what an earlier run did after the step it goes on from; returns the seconds it took until there. */
  #cut(from: number): number {
    const frames = framesOf(this.#read(historyFiles.steps)).filter((frame) => frameStep(frame) < from);
    this.#replaceSteps(frames);
    // A run that was thinned goes on as thinned: the common distance of its steps says how far.
    const steps = frames.map(frameStep);
    while (steps.length > 1 && steps.every((step) => step % (2 * this.#stride) === 0)) this.#stride *= 2;
    const lines = new TextDecoder()
      .decode(this.#read(historyFiles.epochs))
      .split('\n')
      .flatMap((line) => {
        const epoch = epochOf(line);
        return epoch !== null && epoch.step <= from ? [{ line, epoch }] : [];
      });
    this.#replace(historyFiles.epochs, new TextEncoder().encode(lines.map(({ line }) => `${line}\n`).join('')));
    return lines.at(-1)?.epoch.seconds ?? 0;
  }

  /** Every second step goes, until half of what is allowed is free. */
  #thin(): void {
    let frames = framesOf(this.#read(historyFiles.steps));
    const sizeOf = (list: readonly Uint8Array[]): number => list.reduce((sum, { length }) => sum + 4 + length, 0);
    while (frames.length > 1 && sizeOf(frames) > this.#limit / 2) {
      this.#stride *= 2;
      frames = frames.filter((frame) => frameStep(frame) % this.#stride === 0);
    }
    if (this.#steps !== null) this.#files.closeSync(this.#steps);
    this.#steps = null;
    this.#replaceSteps(frames);
    const path = this.#path(historyFiles.steps);
    this.#steps = onDisk(path, () => this.#files.openSync(path, 'a'));
  }

  #replaceSteps(frames: readonly Uint8Array[]): void {
    const bytes = Buffer.concat(frames.map(stepRecord));
    this.#replace(historyFiles.steps, bytes);
    this.#stepsSize = bytes.length;
  }

  #append(name: string, file: number | null, bytes: Uint8Array): void {
    if (file === null) return;
    onDisk(this.#path(name), () => this.#write(file, bytes));
  }

  #write(file: number, bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) written += this.#files.writeSync(file, bytes, written);
  }

  /** Written beside, flushed to the disk, then renamed: whenever the machine stops, there is the old file or the new one. */
  #replace(name: string, bytes: Uint8Array): void {
    const path = this.#path(name);
    const files = this.#files;
    onDisk(path, () => {
      const beside = `${path}.part`;
      const file = files.openSync(beside, 'w');
      try {
        this.#write(file, bytes);
        files.fsyncSync(file);
      } finally {
        files.closeSync(file);
      }
      files.renameSync(beside, path);
      this.#flushFolder();
    });
  }

  /** Makes the rename itself durable. Windows cannot open folders; there the rename is as durable as it gets. */
  #flushFolder(): void {
    if (process.platform === 'win32') return;
    const folder = this.#files.openSync(this.#folder, 'r');
    try {
      this.#files.fsyncSync(folder);
    } finally {
      this.#files.closeSync(folder);
    }
  }
}

/** A line of the epochs' file; null for one that was cut off. */
function epochOf(line: string): EpochLine | null {
  try {
    const epoch = JSON.parse(line) as Partial<EpochLine>;
    return typeof epoch.step === 'number' && typeof epoch.seconds === 'number'
      ? { step: epoch.step, seconds: epoch.seconds }
      : null;
  } catch {
    return null;
  }
}
