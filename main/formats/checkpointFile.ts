import { NpzProblem, readNpz, writeNpz } from './npz.ts';
import type { NpzArray, NpzArrays } from './npz.ts';

/** What a checkpoint holds: optimiser steps done, all weights, and what the optimiser remembers. */
export interface CheckpointArrays {
  readonly step: number;
  readonly weights: NpzArrays;
  readonly memory: NpzArrays;
}

const stepName = 'step';
const weightPrefix = 'weights/';
const memoryPrefix = 'memory/';

/** A checkpoint as one .npz, so that weights, memory and step are always those of one moment. */
export function writeCheckpoint({ step, weights, memory }: CheckpointArrays): Uint8Array {
  const named = (prefix: string, arrays: NpzArrays): [string, NpzArray][] =>
    Object.entries(arrays).map(([name, array]) => [`${prefix}${name}`, array]);
  return writeNpz({
    [stepName]: { shape: [], dtype: 'int32', data: Int32Array.of(step) },
    ...Object.fromEntries([...named(weightPrefix, weights), ...named(memoryPrefix, memory)]),
  });
}

/** The inverse of `writeCheckpoint`. Throws an NpzProblem that says what is wrong. */
export function readCheckpoint(bytes: Uint8Array): CheckpointArrays {
  const weights: Record<string, NpzArray> = {};
  const memory: Record<string, NpzArray> = {};
  let step: number | null = null;
  for (const [name, array] of Object.entries(readNpz(bytes))) {
    if (name === stepName) step = array.data[0] ?? null;
    else if (name.startsWith(weightPrefix)) weights[name.slice(weightPrefix.length)] = array;
    else if (name.startsWith(memoryPrefix)) memory[name.slice(memoryPrefix.length)] = array;
    else throw new NpzProblem(`"${name}" is no array of a checkpoint: expected step, weights/… or memory/…`);
  }
  if (step === null || step < 0) throw new NpzProblem('the checkpoint does not say after which step it was taken');
  return { step, weights, memory };
}
