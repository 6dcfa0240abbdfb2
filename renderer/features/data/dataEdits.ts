import { describeFields } from '#shared/graph/dataFields';
import { newSource } from '#shared/graph/dataSources';
import type { GraphNode } from '#shared/graph/document';
import type { Data, DataSource, Training } from '#shared/graph/training';

/** Data of a source, with every input of the network reading the first field that can be one. */
export function newData(kind: DataSource['kind'], inputs: readonly GraphNode[]): Data {
  const source = newSource(kind);
  return { source, seed: 1, validation: 0.2, inputs: bindInputs(source, inputs, {}) };
}

/** Which field each input reads: what it read before where the source still has it, otherwise the source's first field. */
export function bindInputs(source: DataSource, inputs: readonly GraphNode[], now: Data['inputs']): Data['inputs'] {
  const fields = describeFields(source);
  const first = fields[0];
  const bound: Data['inputs'] = {};
  for (const { id } of inputs) {
    const field = fields.find(({ name }) => name === now[id]) ?? first;
    if (field !== undefined) bound[id] = field.name;
  }
  return bound;
}

/**
 * Training settings with another kind of source: inputs read its fields, and losses and metrics whose target it lacks
 * take its last field.
 */
export function switchSource(
  training: Training,
  kind: DataSource['kind'],
  inputs: readonly GraphNode[],
): Partial<Training> {
  const source = newSource(kind);
  const names = describeFields(source).map((field) => field.name);
  const target = names.at(-1) ?? 'label';
  const keep = <Entry extends { readonly target: string }>(entry: Entry): Entry =>
    names.includes(entry.target) ? entry : { ...entry, target };
  const data: Data = {
    source,
    seed: training.data?.seed ?? 1,
    validation: training.data?.validation ?? 0.2,
    inputs: bindInputs(source, inputs, training.data?.inputs ?? {}),
  };
  return { data, losses: training.losses.map(keep), metrics: training.metrics.map(keep) };
}
