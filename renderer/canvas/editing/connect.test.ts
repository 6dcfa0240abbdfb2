import { describe, expect, it } from 'vitest';
import { check } from '#shared/check/check';
import type { Endpoint, GradloomDocument, GraphNode, Wire } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { newDocument } from '#shared/graph/queries';
import { palette } from '#shared/layers/palette';
import { entryFits, groundOf, portFor, portsThatFit, refuse } from './connect.ts';
import type { Ground } from './connect.ts';

const node = (
  id: string,
  type: string,
  params: GraphNode['params'] = {},
  more: Partial<GraphNode> = {},
): GraphNode => ({
  id: nodeId(id),
  type,
  params,
  position: { x: 0, y: 0 },
  ...more,
});
const end = (text: string): Endpoint => {
  const [id = '', ...port] = text.split('/');
  return { node: nodeId(id), port: port.join('/') };
};
const ground = (nodes: GraphNode[], wires: readonly (readonly [string, string])[]): Ground => {
  const document: GradloomDocument = {
    ...newDocument(),
    graph: {
      nodes,
      wires: wires.map(([from, to], index): Wire => ({ id: wireId(`w${index}`), from: end(from), to: end(to) })),
    },
  };
  const found = groundOf(document, null, check(document));
  if (found === null) throw new Error('no ground');
  return found;
};

const image = node('image', 'input', { shape: [8, 8, 3], dtype: 'float32' });
const vector = node('vector', 'input', { shape: [16], dtype: 'float32' });
const other = node('other', 'input', { shape: [5], dtype: 'float32' });
const dense = node('dense', 'dense', { units: 16 });
const conv = node('conv', 'convolution2d', { filters: 4 });
const sum = node('sum', 'add');
const output = node('output', 'output', { link: 'none' });

describe('a wire', () => {
  const sheet = ground(
    [image, vector, other, dense, conv, sum, output],
    [
      ['vector/out', 'dense/in'],
      ['dense/out', 'sum/in.0'],
    ],
  );

  it('may lead where types fit', () => {
    expect(refuse(sheet, end('image/out'), end('conv/in'))).toBeNull();
    expect(refuse(sheet, end('vector/out'), end('sum/in.1'))).toBeNull();
    expect(refuse(sheet, end('dense/out'), end('output/in'))).toBeNull();
  });

  it('may not lead where a layer says no, in the words of check', () => {
    expect(refuse(sheet, end('vector/out'), end('conv/in'))).toMatchObject({ kind: 'layer', code: 'imageRank' });
    expect(refuse(sheet, end('other/out'), end('sum/in.1'))).toMatchObject({
      kind: 'layer',
      code: 'shapesDiffer',
      values: { from: 'other' },
    });
  });

  it('looks at the other inputs of a merge only, not at the one it would replace', () => {
    expect(refuse(sheet, end('other/out'), end('sum/in.0'))).toBeNull();
  });

  it('may not lead back, to itself, or between two ports of one side', () => {
    expect(refuse(sheet, end('sum/out'), end('dense/in'))).toMatchObject({ kind: 'rule', rule: 'cycle' });
    expect(refuse(sheet, end('dense/out'), end('dense/in'))).toMatchObject({ kind: 'rule', rule: 'sameNode' });
    expect(refuse(sheet, end('dense/out'), end('sum/out'))).toMatchObject({ kind: 'rule', rule: 'noPort' });
  });

  it('fits, from a port, exactly the ports that would not refuse it', () => {
    for (const held of ['vector/out', 'image/out', 'dense/out', 'sum/in.1', 'conv/in', 'dense/in']) {
      const { fits } = portsThatFit(sheet, end(held));
      const isOutput = held.endsWith('out');
      const others = isOutput
        ? ['dense/in', 'conv/in', 'sum/in.0', 'sum/in.1', 'output/in']
        : ['image/out', 'vector/out', 'other/out', 'dense/out', 'conv/out', 'sum/out'];
      for (const port of others) {
        const refusal = isOutput ? refuse(sheet, end(held), end(port)) : refuse(sheet, end(port), end(held));
        expect([held, port, fits.has(port)]).toEqual([held, port, refusal === null]);
      }
    }
  });
});

describe('in and around a loop', () => {
  const loop = node('loop', 'loop', {
    iterations: 3,
    states: [{ id: 's', shape: [16], initial: { kind: 'wired' } }],
    inputs: [{ id: 'x', kind: 'scan' }],
    outputs: [{ id: 'y', kind: 'last' }],
  });
  const inside = node('inside', 'dense', { units: 16 }, { parent: nodeId('loop') });
  const sheet = ground([vector, other, loop, inside, output], [['loop/state.s', 'inside/in']]);

  it('holds a state to its shape and a scan to the number of iterations', () => {
    expect(refuse(sheet, end('vector/out'), end('loop/init.s'))).toBeNull();
    expect(refuse(sheet, end('other/out'), end('loop/init.s'))).toMatchObject({ rule: 'stateShape' });
    expect(refuse(sheet, end('vector/out'), end('loop/in.x'))).toMatchObject({ rule: 'scanLength' });
  });

  it('closes no circle through a state', () => {
    expect(refuse(sheet, end('inside/out'), end('loop/next.s'))).toBeNull();
    expect(refuse(sheet, end('loop/state.s'), end('loop/next.s'))).toBeNull();
  });

  it('lets a wire cross its border, which makes the terminals', () => {
    const { fits } = portsThatFit(sheet, end('vector/out'));
    expect(fits.has('inside/in')).toBe(true);
    expect(portsThatFit(sheet, end('inside/out')).fits.has('output/in')).toBe(true);
  });
});

describe('the search palette', () => {
  const sheet = ground([image, vector, dense, conv], []);
  const offered = (held: string): string[] =>
    palette.filter((entry) => entryFits(sheet, entry, end(held))).map(({ id }) => id);

  it('offers for an image what takes images, and for a vector what does not need one', () => {
    expect(offered('image/out')).toEqual(
      expect.arrayContaining(['convolution2d', 'maxPooling2d', 'flatten', 'dense', 'add']),
    );
    expect(offered('vector/out')).toEqual(expect.arrayContaining(['dense', 'relu', 'output', 'add']));
    expect(offered('vector/out')).not.toContain('convolution2d');
    expect(offered('vector/out')).not.toContain('input');
  });

  it('offers for an input what gives a value', () => {
    expect(offered('dense/in')).toContain('relu');
    expect(offered('dense/in')).not.toContain('output');
  });

  it('knows the port of a new node', () => {
    expect([portFor('dense', 'input'), portFor('add', 'input'), portFor('input', 'input')]).toEqual([
      'in',
      'in.0',
      null,
    ]);
    expect([portFor('dense', 'output'), portFor('output', 'output'), portFor('nonsense', 'output')]).toEqual([
      'out',
      null,
      null,
    ]);
  });
});
