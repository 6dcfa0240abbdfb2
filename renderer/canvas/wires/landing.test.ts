import { describe, expect, it } from 'vitest';
import { check } from '#shared/check/check';
import type { Endpoint, GradloomDocument, GraphNode, Wire } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import type { Point } from '#shared/drawing/route';
import { buildScene, emptyScene } from '#shared/drawing/scene';
import { groundOf, portsThatFit } from '../editing/connect.ts';
import { landing } from './landing.ts';

const node = (id: string, type: string, params: GraphNode['params'], x: number, y = 0): GraphNode => ({
  id: nodeId(id),
  type,
  params,
  position: { x, y },
});
const end = (id: string, port: string): Endpoint => ({ node: nodeId(id), port });

/** Two inputs of 4 numbers and one of 5; an addition at (400, 0) that has `wired` of the first two; a dense layer that has one. */
function sheet(wired: number) {
  const ends = [
    [end('first', 'out'), end('sum', 'in.0')],
    [end('second', 'out'), end('sum', 'in.1')],
  ].slice(0, wired);
  const wires = [...ends, [end('first', 'out'), end('dense', 'in')]].map(([from, to], index): Wire => ({
    id: wireId(`w${index}`),
    from: from ?? end('', ''),
    to: to ?? end('', ''),
  }));
  const document: GradloomDocument = {
    ...newDocument(),
    graph: {
      nodes: [
        node('first', 'input', { shape: [4] }, 0),
        node('second', 'input', { shape: [4] }, 0, 200),
        node('third', 'input', { shape: [5] }, 0, 400),
        node('sum', 'add', {}, 400),
        node('dense', 'dense', { units: 4 }, 700),
      ],
      wires,
    },
  };
  const ground = groundOf(document, null, check(document));
  if (ground === null) throw new Error('no ground');
  const scene = buildScene(document, null, new Map(), emptyScene);
  const from = (id: string) =>
    ({ from: end(id, 'out'), side: 'output', ...portsThatFit(ground, end(id, 'out')), reattached: null }) as const;
  const port = (id: string, name: string): Point => {
    const placed = scene.nodes.get(nodeId(id));
    const found = placed?.layout.ports.find((one) => one.port.id === name);
    if (placed === undefined || found === undefined) throw new Error(`no port ${name}`);
    return { x: placed.origin.x + found.x, y: placed.origin.y + found.y };
  };
  return { scene, from, port };
}

describe('a wire let go on an addition', () => {
  // Its circle: 34 across, in the middle of a box of 34 by 48 at (400, 0).
  const places: readonly (readonly [string, Point])[] = [
    ['its middle', { x: 417, y: 24 }],
    ['the upper half', { x: 417, y: 10 }],
    ['the right half', { x: 428, y: 24 }],
    ['the port of its output', { x: 434, y: 24 }],
    ['the lower left', { x: 405, y: 37 }],
    ['beside its input', { x: 388, y: 28 }],
  ];

  it.each(places)('goes to the next input at %s', (_, point) => {
    const { scene, from } = sheet(1);
    const near = point.x > 420 ? end('sum', 'out') : end('sum', 'in.0');
    for (const found of [near, null]) {
      if (found === null && point.x < 400) continue;
      expect(landing(scene, from('second'), point, found)).toEqual(end('sum', 'in.1'));
    }
  });

  it('goes to the first input where nothing is wired, and to the third where two are', () => {
    expect(landing(sheet(0).scene, sheet(0).from('first'), { x: 420, y: 24 }, null)).toEqual(end('sum', 'in.0'));
    expect(landing(sheet(2).scene, sheet(2).from('first'), { x: 420, y: 24 }, null)).toEqual(end('sum', 'in.2'));
  });

  it('takes the place of another only on that very port', () => {
    const { scene, from, port } = sheet(2);
    expect(landing(scene, from('first'), port('sum', 'in.1'), end('sum', 'in.1'))).toEqual(end('sum', 'in.1'));
  });

  it('gives up none of its inputs for a value that does not fit beside them', () => {
    const { scene, from } = sheet(1);
    const held = from('third');
    expect([held.fits.has('sum/in.0'), held.fits.has('sum/in.1')]).toEqual([true, false]);
    expect(landing(scene, held, { x: 417, y: 24 }, end('sum', 'in.0'))).toEqual(end('sum', 'in.1'));
  });

  it('has its ports apart, however many are wired', () => {
    for (const wired of [1, 2]) {
      const { port } = sheet(wired);
      const open = port('sum', `in.${wired}`);
      const last = port('sum', `in.${wired - 1}`);
      expect(Math.hypot(open.x - last.x, open.y - last.y)).toBeGreaterThan(17);
    }
  });
});

describe('a wire let go elsewhere', () => {
  it('takes the one input of a layer, wherever on its card', () => {
    const { scene, from } = sheet(0);
    expect(landing(scene, from('second'), { x: 800, y: 20 }, null)).toEqual(end('dense', 'in'));
  });

  it('means a new layer beside the outputs of a card, and nothing over nothing', () => {
    const { scene, from } = sheet(0);
    expect(landing(scene, from('second'), { x: 700 + 132 + 18, y: 24 }, end('dense', 'out'))).toBeNull();
    expect(landing(scene, from('second'), { x: 600, y: 300 }, null)).toBeNull();
  });

  it('stays at its port while its end is hardly moved', () => {
    const { scene, from, port } = sheet(2);
    const held = { ...from('first'), reattached: { wire: wireId('w0'), side: 'to' } } as const;
    const { x, y } = port('sum', 'in.0');
    expect(landing(scene, held, { x: x - 12, y: y - 4 }, end('sum', 'in.0'))).toEqual(end('sum', 'in.0'));
  });
});
