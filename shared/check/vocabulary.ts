import { findLayer } from '../layers/catalogue.ts';
import { parsedParameters } from './layerFacts.ts';
import { setParameterFix } from './fixes.ts';
import type { Place } from './place.ts';
import type { Reporter } from './report.ts';
import type { Sheet } from './sheet.ts';

/** Layers that hand whole numbers on as they are. */
const passing: ReadonlySet<string> = new Set(['flatten', 'reshape']);

/** The embeddings of a sheet that read an input's numbers. */
function embeddingsAfter(sheet: Sheet, place: Place, seen = new Set<Place>()): readonly Place[] {
  if (seen.has(place)) return [];
  seen.add(place);
  return (sheet.outgoing.get(place.node.id) ?? []).flatMap(({ to }) => {
    if (to.node.type === 'embedding') return [to];
    return passing.has(to.node.type) ? embeddingsAfter(sheet, to, seen) : [];
  });
}

/** Says where an input's field has numbers for which an embedding has no row. `count`: the field's numbers are below. */
export function checkVocabulary(sheet: Sheet, input: Place, field: string, count: number, reporter: Reporter): void {
  for (const { node, name } of embeddingsAfter(sheet, input)) {
    const definition = findLayer(node.type);
    const parsed = definition === undefined ? undefined : parsedParameters(definition, node.params);
    const vocabulary = parsed?.ok === true ? parsed.parameters['vocabulary'] : undefined;
    if (typeof vocabulary !== 'number' || vocabulary >= count) continue;
    const values = { name, input: input.name, field, expected: count, received: vocabulary };
    const fixes = [setParameterFix(node.id, 'vocabulary', count)];
    reporter.report({ severity: 'error', code: 'vocabulary', values, node: node.id, fixes });
  }
}
