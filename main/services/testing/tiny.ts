import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GradloomDocument } from '#shared/graph/document';
import { documentSchema } from '#shared/graph/document';
import type { ExportChoice, ExportFormat } from '#shared/protocol/exports';
import type { EngineLauncher } from '../engineClient.ts';
import { forkLauncher } from '../forkLauncher.ts';

const program = fileURLToPath(new URL('tinyEngine.mjs', import.meta.url));

/** Launches the process of tinyEngine.mjs with the named habits. */
export function tinyEngine(habits: string, talk: (text: string) => void = () => undefined): EngineLauncher {
  return (listener, environment) => {
    const before = process.env['GRADLOOM_TINY'];
    process.env['GRADLOOM_TINY'] = habits;
    try {
      return forkLauncher(program, talk)(listener, environment);
    } finally {
      if (before === undefined) delete process.env['GRADLOOM_TINY'];
      else process.env['GRADLOOM_TINY'] = before;
    }
  };
}

/** A temporary folder that goes when `use` is done. */
export async function inTemporaryFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'gradloom-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until `holds`, asking again and again; fails loudly where it never does. */
export async function until(holds: () => boolean, what: string, patience = 20_000): Promise<void> {
  const end = Date.now() + patience;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${patience} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A network of one dense layer on two spirals. */
export function smallDocument(change: (draft: Record<string, unknown>) => void = () => undefined): GradloomDocument {
  const draft: Record<string, unknown> = {
    format: 'gradloom',
    version: 1,
    name: 'small',
    graph: {
      nodes: [
        { id: 'points', type: 'input', params: { shape: [2] }, position: { x: 0, y: 0 }, label: 'coordinates' },
        { id: 'layer', type: 'dense', params: { units: 2 }, position: { x: 200, y: 0 } },
        { id: 'out', type: 'output', params: {}, position: { x: 400, y: 0 }, label: 'classes' },
      ],
      wires: [
        { id: 'w1', from: { node: 'points', port: 'out' }, to: { node: 'layer', port: 'in' } },
        { id: 'w2', from: { node: 'layer', port: 'out' }, to: { node: 'out', port: 'in' } },
      ],
    },
    cells: [],
    training: {
      losses: [{ output: 'out', kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      metrics: [{ output: 'out', kind: 'accuracy', target: 'label' }],
      optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
      schedule: { kind: 'constant' },
      clipping: { kind: 'none' },
      epochs: 2,
      batch: 16,
      seed: 1,
      data: {
        source: { kind: 'twoSpirals', size: 64, noise: 0.1 },
        seed: 1,
        validation: 0.25,
        inputs: { points: 'point' },
      },
      probes: { every: 1, details: 10 },
    },
  };
  change(draft);
  return documentSchema.parse(draft);
}

/** A model file of a format, with nothing rounded and nothing added. */
export function plainChoice(format: ExportFormat): ExportChoice {
  return { format, precision: 'float32', attentionMaps: false, page: false };
}
