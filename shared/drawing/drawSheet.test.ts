import { expect, test } from 'vitest';
import { check } from '../check/check.ts';
import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import { loopParametersOf } from '../graph/queries.ts';
import { createTemplate, templates } from '../templates/templates.ts';
import { drawSheet } from './drawSheet.ts';

const colour = (name: string): string => `c-${name}`;
const draw = (document: GradloomDocument): string => drawSheet(document, check(document), null, 'en', colour).svg;

/** Checks that every element that is opened is closed, in order, and that no text breaks out. */
function unclosed(svg: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash = '', name = '', end = ''] of svg.matchAll(/<(\/?)(\w+)(?:\s+[\w-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (slash !== '') expect(open.pop()).toBe(name);
    else if (end === '') open.push(name);
  }
  return open;
}

test.each(templates.map(({ name }) => name))('%s: well-formed, with every node and wire of the sheet', (name) => {
  const document = createTemplate(name);
  const svg = draw(document);
  expect(unclosed(svg)).toEqual([]);
  expect(svg.replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
  // Every word of the theme that it asked for came back as a value.
  expect(svg).not.toMatch(/undefined|NaN|Infinity/);
  const { nodes, wires } = document.graph;
  const folded = nodes.some(({ collapsed }) => collapsed === true);
  if (!folded) {
    expect(svg.match(/<g transform=/g)).toHaveLength(nodes.length);
    expect(svg.match(/<path d="[^"]*"\/>/g)?.length).toBeGreaterThanOrEqual(wires.length);
  }
});

test('what a person wrote stays text', () => {
  const document = createTemplate('plain-mlp');
  const [first, ...rest] = document.graph.nodes;
  if (first === undefined) throw new Error('the template is empty');
  const label = '<b> & "x"';
  const svg = draw({
    ...document,
    name: '</title><script>',
    graph: { ...document.graph, nodes: [{ ...first, label }, ...rest] },
  });
  expect(svg).toContain('&lt;b&gt; &amp; &quot;x&quot;');
  expect(svg).not.toContain('<script');
  expect(unclosed(svg)).toEqual([]);
});

test('a residual state has its bypass and, above the wires, its sum', () => {
  const document = createTemplate('rla');
  const residual = (node: GraphNode): GraphNode => {
    const loop = loopParametersOf(node);
    if (loop === null) return node;
    const states = loop.states.map((state, index) => ({ ...state, residual: index === 0 }));
    return { ...node, params: { ...node.params, states: states as unknown as JsonValue } };
  };
  expect(draw(document)).not.toContain('class="sums"');
  const svg = draw({ ...document, graph: { ...document.graph, nodes: document.graph.nodes.map(residual) } });
  expect(svg.match(/stroke-opacity="0.6"/g)).toHaveLength(1);
  expect(svg.match(/<g class="sums"[^>]*><circle/g)).toHaveLength(1);
  expect(svg.indexOf('class="sums"')).toBeGreaterThan(svg.lastIndexOf('<path d="M', svg.indexOf('class="sums"')));
  expect(unclosed(svg)).toEqual([]);
});

test('an empty document is an empty picture', () => {
  const document = createTemplate('plain-mlp');
  const { width, height } = drawSheet(
    { ...document, graph: { nodes: [], wires: [] } },
    check(document),
    null,
    'en',
    colour,
  );
  expect([width, height]).toEqual([64, 64]);
});
