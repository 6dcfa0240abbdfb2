import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedArrays } from '#shared/protocol/engine';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { encodeFrame } from '#shared/protocol/telemetry';
import { writeNpz } from '../../formats/npz.ts';
import { EngineFailure } from '../failure.ts';

/** What a run leaves in its folder beside what the services write there. */
export const historyFiles = {
  /** The RunTable that the steps' arrays follow. */
  table: 'table.json',
  /** Every measured step: its length as uint32, little-endian, then the frame; arrays that were not measured are empty. */
  steps: 'steps.bin',
  /** One JSON object per line and epoch. */
  epochs: 'epochs.jsonl',
  /** The weights of the last checkpoint, under their ids. */
  weights: 'weights.npz',
} as const;

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
  #steps: number | null;
  #epochs: number | null;

  constructor(folder: string) {
    this.#folder = folder;
    const open = (name: string): number => onDisk(this.#path(name), () => openSync(this.#path(name), 'w'));
    onDisk(folder, () => mkdirSync(folder, { recursive: true }));
    this.#steps = open(historyFiles.steps);
    this.#epochs = open(historyFiles.epochs);
  }

  table(table: RunTable): void {
    this.#replace(historyFiles.table, new TextEncoder().encode(`${JSON.stringify(table)}\n`));
  }

  step(frame: TelemetryFrame): void {
    const bytes = encodeFrame(frame);
    const record = new Uint8Array(4 + bytes.length);
    new DataView(record.buffer).setUint32(0, bytes.length, true);
    record.set(bytes, 4);
    this.#append(historyFiles.steps, this.#steps, record);
  }

  epoch(epoch: object): void {
    this.#append(historyFiles.epochs, this.#epochs, new TextEncoder().encode(`${JSON.stringify(epoch)}\n`));
  }

  weights(weights: NamedArrays): void {
    this.#replace(historyFiles.weights, writeNpz(weights));
  }

  close(): void {
    for (const file of [this.#steps, this.#epochs]) if (file !== null) closeSync(file);
    this.#steps = null;
    this.#epochs = null;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #append(name: string, file: number | null, bytes: Uint8Array): void {
    if (file === null) return;
    onDisk(this.#path(name), () => {
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    });
  }

  /** Beside, then renamed: a reader sees the old file or the new one, never half of one. */
  #replace(name: string, bytes: Uint8Array): void {
    const path = this.#path(name);
    onDisk(path, () => {
      writeFileSync(`${path}.part`, bytes);
      renameSync(`${path}.part`, path);
    });
  }
}
