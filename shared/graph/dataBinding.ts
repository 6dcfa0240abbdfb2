import { describeFields } from './dataFields.ts';
import type { Data, DataSource, Training } from './training.ts';
import type { GraphNode } from './document.ts';

/** Which field each input reads: what it read before where the source still has it, otherwise the source's first field. */
export function bindInputs(
  source: DataSource,
  inputs: readonly Pick<GraphNode, 'id'>[],
  now: Data['inputs'],
): Data['inputs'] {
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
 * Training settings with another source: inputs read its fields, and losses and metrics whose target it lacks take its
 * last field. A field that parts are stratified by stays only where the source has it.
 */
export function withSource(
  training: Training,
  source: DataSource,
  inputs: readonly Pick<GraphNode, 'id'>[],
): Pick<Training, 'losses' | 'metrics'> & { readonly data: Data } {
  const names = describeFields(source).map((field) => field.name);
  const target = names.at(-1) ?? 'label';
  const keep = <Entry extends { readonly target: string }>(entry: Entry): Entry =>
    names.includes(entry.target) ? entry : { ...entry, target };
  const { data } = training;
  const stratify = data?.stratify;
  return {
    data: {
      source,
      seed: data?.seed ?? 1,
      validation: data?.validation ?? 0.2,
      ...(stratify !== undefined && names.includes(stratify) ? { stratify } : {}),
      inputs: bindInputs(source, inputs, data?.inputs ?? {}),
    },
    losses: training.losses.map(keep),
    metrics: training.metrics.map(keep),
  };
}
