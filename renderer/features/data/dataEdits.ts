import { bindInputs, withSource } from '#shared/graph/dataBinding';
import { newSource } from '#shared/graph/dataSources';
import type { GraphNode } from '#shared/graph/document';
import type { Data, GeneratedSource, Training } from '#shared/graph/training';

/** Data of a source, with every input of the network reading the first field that can be one. */
export function newData(kind: GeneratedSource['kind'], inputs: readonly GraphNode[]): Data {
  const source = newSource(kind);
  return { source, seed: 1, validation: 0.2, inputs: bindInputs(source, inputs, {}) };
}

/** Training settings with another kind of source: see `withSource`. */
export function switchSource(
  training: Training,
  kind: GeneratedSource['kind'],
  inputs: readonly GraphNode[],
): Partial<Training> {
  return withSource(training, newSource(kind), inputs);
}
