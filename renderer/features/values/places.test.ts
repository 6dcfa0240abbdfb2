import { describe, expect, test } from 'vitest';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { loopsAround, placesOf, shownIterations } from './places.ts';

const document = createTemplate('rla', { iterations: 6 });
const loop = document.graph.nodes.find(({ type }) => type === 'loop');
const none = { nodes: new Set<never>(), wires: new Set<never>() };

describe('places of a selection', () => {
  test('a wire inside a loop goes through its iterations, one that enters it from outside does not', () => {
    const inside = document.graph.wires.find(({ to }) => to.node === loop?.id && to.port.startsWith('next.'));
    const into = document.graph.wires.find(({ to }) => to.node === loop?.id && to.port.startsWith('init.'));
    if (inside === undefined || into === undefined) throw new Error('the template has no such wires');
    expect(placesOf(document, { ...none, wires: new Set([inside.id]) })[0]?.loops).toEqual([
      { node: loop, iterations: 6 },
    ]);
    expect(placesOf(document, { ...none, wires: new Set([into.id]) })[0]?.loops).toEqual([]);
  });

  test('a node has one for each outer output, an output that of the wire into it, several nodes have none', () => {
    if (loop === undefined) throw new Error('the template has no loop');
    const outputs = placesOf(document, { ...none, nodes: new Set([loop.id]) });
    expect(outputs.every(({ place, loops }) => 'node' in place && place.port.startsWith('out.') && loops.length === 0));
    expect(outputs.length).toBeGreaterThan(0);
    const output = document.graph.nodes.find(({ type }) => type === 'output');
    const wire = document.graph.wires.find(({ to }) => to.node === output?.id);
    expect(placesOf(document, { ...none, nodes: new Set([output?.id ?? nodeId('x')]) })[0]?.place).toEqual({
      wire: wire?.id,
    });
    expect(placesOf(document, { ...none, nodes: new Set(document.graph.nodes.map(({ id }) => id)) })).toEqual([]);
    expect(placesOf(document, { ...none, wires: new Set([wireId('unknown')]) })).toEqual([]);
  });

  test('follows the iteration that was chosen, the last where none was, and none beyond the last', () => {
    if (loop === undefined) throw new Error('the template has no loop');
    const around = loopsAround(document.graph, { node: loop.id, port: 'state.x' });
    expect(shownIterations(around, new Map())).toEqual({ [loop.id]: 0 });
    expect(shownIterations(around, new Map([[loop.id, 2]]))).toEqual({ [loop.id]: 2 });
    expect(shownIterations(around, new Map([[loop.id, 40]]))).toEqual({ [loop.id]: 5 });
  });
});
