import { nodeId } from '#shared/graph/identifiers';
import type { Path, ProgramOutput } from '#shared/program/program';
import type { ModelToExport } from './model.ts';

/** The attention maps of a model: the shares over the keys, one output for each iteration and instance. */
export function attentionMaps({ flat }: Pick<ModelToExport, 'flat'>): readonly ProgramOutput[] {
  const places = new Set(
    flat.taps.flatMap(({ name, path }) => {
      const [, node] = /^(.+):scores$/.exec(name) ?? [];
      return node === undefined ? [] : [placeKey(node, path)];
    }),
  );
  return flat.operations.flatMap(({ specification, origin: { node, path }, output, type }): ProgramOutput[] => {
    const isShares = specification.kind === 'activation' && specification.attributes.function === 'softmax';
    if (!isShares || !places.has(placeKey(node, path))) return [];
    const steps = path.map((step) => ('loop' in step ? String(step.iteration + 1) : step.instance));
    const name = [node, 'map', ...steps].join('_');
    return [{ node: nodeId(name), label: name, value: output, type, link: 'none' }];
  });
}

function placeKey(node: string, path: Path): string {
  return JSON.stringify([node, path]);
}

/**
 * The model with each attention map as a further output, called after its node, with the number of the iteration and the
 * instance. Source code is written unrolled where a map lies within a loop or a cell.
 */
export function withAttentionMaps(model: ModelToExport): ModelToExport {
  const outputs = [...model.flat.outputs, ...attentionMaps(model)];
  return { ...model, flat: { ...model.flat, outputs }, program: { ...model.program, outputs } };
}
