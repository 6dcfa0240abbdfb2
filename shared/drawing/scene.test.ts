import { describe, expect, it } from 'vitest';
import type { GradloomDocument, GraphNode, Wire } from '../graph/document.ts';
import { nodeId, wireId } from '../graph/identifiers.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { newDocument } from '../graph/queries.ts';
import { createTemplate } from '../templates/templates.ts';
import { cardHeight, cardWidth, roundDiameter } from './layout.ts';
import { boundsOf, boxOf, buildScene, emptyScene, placedPort } from './scene.ts';
import type { Scene } from './scene.ts';

const node = (id: string, type: string, x: number, y: number, more: Partial<GraphNode> = {}): GraphNode => ({
  id: nodeId(id),
  type,
  params: {},
  position: { x, y },
  ...more,
});
const wire = (id: string, from: string, to: string): Wire => {
  const [fromNode = '', ...fromPort] = from.split('.');
  const [toNode = '', ...toPort] = to.split('.');
  return {
    id: wireId(id),
    from: { node: nodeId(fromNode), port: fromPort.join('.') || 'out' },
    to: { node: nodeId(toNode), port: toPort.join('.') || 'in' },
  };
};
const documentOf = (nodes: GraphNode[], wires: Wire[]): GradloomDocument => ({
  ...newDocument(),
  graph: { nodes, wires },
});
const still = new Map<NodeId, { x: number; y: number }>();
const sceneOf = (document: GradloomDocument, previous: Scene = emptyScene): Scene =>
  buildScene(document, null, still, previous);
const at = (scene: Scene, id: string): NonNullable<ReturnType<Scene['nodes']['get']>> => {
  const found = scene.nodes.get(nodeId(id));
  if (found === undefined) throw new Error(`no ${id} in the scene`);
  return found;
};
const wireAt = (scene: Scene, id: string): NonNullable<ReturnType<Scene['wires']['get']>> => {
  const found = scene.wires.get(wireId(id));
  if (found === undefined) throw new Error(`no ${id} in the scene`);
  return found;
};

describe('a scene', () => {
  const document = documentOf(
    [
      node('a', 'input', 0, 0),
      node('b', 'dense', 200, 0),
      node('c', 'dense', 200, 100),
      node('sum', 'add', 400, 0),
      node('end', 'output', 500, 0),
    ],
    [
      wire('ab', 'a', 'b'),
      wire('ac', 'a', 'c'),
      wire('bs', 'b', 'sum.in.0'),
      wire('cs', 'c', 'sum.in.1'),
      wire('se', 'sum', 'end'),
    ].map((one, index) => ({ ...one, id: wireId(`w${index}`) })),
  );

  it('has a card’s ports at the middle of its sides and a circle’s on the circle, level with the cards', () => {
    const scene = sceneOf(document);
    expect(wireAt(scene, 'w0')).toMatchObject({
      from: { x: cardWidth, y: cardHeight / 2 },
      to: { x: 200, y: cardHeight / 2 },
    });
    const sum = at(scene, 'sum');
    const radius = roundDiameter / 2;
    for (const { x, y } of sum.layout.ports) expect(Math.hypot(x - radius, y - cardHeight / 2)).toBeCloseTo(radius, 9);
    const upper = placedPort(sum, 'in.0');
    const lower = placedPort(sum, 'in.1');
    expect(upper?.y).toBeLessThan(lower?.y ?? 0);
    expect([upper?.wired, lower?.wired, placedPort(sum, 'in.2')?.wired]).toEqual([true, true, false]);
  });

  it('keeps every object when nothing changed, and only what a move touches is new', () => {
    const scene = sceneOf(document);
    const again = sceneOf(document, scene);
    expect([...again.nodes.values()]).toEqual([...scene.nodes.values()]);
    for (const [id, one] of again.nodes) expect(one).toBe(scene.nodes.get(id));
    for (const [id, one] of again.wires) expect(one).toBe(scene.wires.get(id));

    const moved = buildScene(document, null, new Map([[nodeId('c'), { x: 230, y: 140 }]]), scene, true);
    const changedNodes = [...moved.nodes].filter(([id, one]) => one !== scene.nodes.get(id)).map(([id]) => id);
    const changedWires = [...moved.wires].filter(([id, one]) => one !== scene.wires.get(id)).map(([id]) => id);
    expect(changedNodes).toEqual(['c']);
    expect(changedWires).toEqual(['w1', 'w3']);
    expect(wireAt(moved, 'w1').to).toEqual({ x: 230, y: 140 + cardHeight / 2 });
  });

  it('does not draw a wire whose port does not exist, and names it', () => {
    const broken = documentOf([node('a', 'input', 0, 0), node('b', 'dense', 200, 0)], [wire('w1', 'a', 'b.in.7')]);
    const scene = sceneOf(broken);
    expect(scene.wires.size).toBe(0);
    expect(scene.broken).toEqual(['w1']);
  });

  it('encloses all nodes, or those asked for', () => {
    const scene = sceneOf(document);
    expect(boundsOf(scene)).toEqual({ left: 0, top: 0, right: 500 + cardWidth, bottom: 100 + cardHeight });
    expect(boundsOf(scene, new Set([nodeId('b')]))).toEqual({
      left: 200,
      top: 0,
      right: 200 + cardWidth,
      bottom: cardHeight,
    });
    expect(boundsOf(emptyScene)).toBeNull();
  });
});

describe('containers', () => {
  const frame = node('frame', 'frame', 50, 50);
  const inside = node('b', 'dense', 30, 40, { parent: nodeId('frame') });

  it('carry what is inside them, and grow around it where they have no size of their own', () => {
    const scene = sceneOf(documentOf([frame, inside], []));
    expect(at(scene, 'b')).toMatchObject({ origin: { x: 80, y: 90 }, position: { x: 30, y: 40 }, depth: 1 });
    expect(at(scene, 'frame').layout.width).toBeGreaterThan(30 + cardWidth);
    const moved = buildScene(
      documentOf([frame, inside], []),
      null,
      new Map([[nodeId('frame'), { x: 0, y: 0 }]]),
      scene,
    );
    expect(at(moved, 'b').origin).toEqual({ x: 30, y: 40 });
  });

  it('draw what lies in itself, or in something that is missing, on the sheet', () => {
    const lost = node('lost', 'dense', 1, 2, { parent: nodeId('gone') });
    const one = node('one', 'frame', 0, 0, { parent: nodeId('two') });
    const two = node('two', 'frame', 0, 0, { parent: nodeId('one') });
    const scene = sceneOf(documentOf([lost, one, two], []));
    expect(at(scene, 'lost').origin).toEqual({ x: 1, y: 2 });
    expect([...scene.nodes.keys()].sort()).toEqual(['lost', 'one', 'two']);
  });

  it('face the two halves of a state across a loop, and hide what a collapsed loop holds', () => {
    const document = createTemplate('rla');
    const scene = sceneOf(document);
    const loop = [...scene.nodes.values()].find(({ layout }) => layout.shape === 'loop');
    if (loop === undefined) throw new Error('the template has no loop');
    const { width, ports } = loop.layout;
    const states = ports.filter(({ port }) => port.id.startsWith('state.'));
    expect(states.length).toBeGreaterThan(0);
    for (const { port, x, y } of states) {
      const next = ports.find((other) => other.port.id === port.id.replace('state', 'next'));
      expect([x, next?.x, next?.y]).toEqual([0, width, y]);
    }
    const nodes = document.graph.nodes.map((one) => (one.id === loop.node.id ? { ...one, collapsed: true } : one));
    const folded = sceneOf({ ...document, graph: { ...document.graph, nodes } });
    expect(at(folded, loop.node.id).layout.shape).toBe('card');
    expect([...folded.nodes.values()].filter(({ depth }) => depth > 0)).toEqual([]);
    expect(folded.broken).toEqual([]);
  });
});

describe('the course of wires', () => {
  it('goes around the cards between its ends, and two of them keep apart', () => {
    const row = ['a', 'b', 'c', 'd'].map((id, index) => node(id, index === 0 ? 'input' : 'dense', index * 180, 0));
    const document = documentOf(
      [...row, node('sum', 'add', 720, 0)],
      [wire('ab', 'a', 'b'), wire('skip', 'a', 'sum.in.0'), wire('bs', 'b', 'sum.in.1')].map((one, index) => ({
        ...one,
        id: wireId(`w${index}`),
      })),
    );
    const scene = sceneOf(document);
    expect(wireAt(scene, 'w0').route.lane).toBeNull();
    const lanes = ['w1', 'w2'].map((id) => wireAt(scene, id).route.lane ?? Number.NaN);
    for (const lane of lanes) expect(lane < 0 || lane > cardHeight).toBe(true);
    const [one = 0, other = 0] = lanes;
    expect(Math.abs(one - other)).toBeGreaterThanOrEqual(10);
  });

  it('is a plain curve where nothing lies in between', () => {
    const scene = sceneOf(documentOf([node('a', 'input', 0, 0), node('b', 'dense', 600, 40)], [wire('w1', 'a', 'b')]));
    expect(wireAt(scene, 'w1').route.lane).toBeNull();
  });

  it('turns back between two rows without touching a card', () => {
    const nodes = ['a', 'b', 'c'].map((id, index) => node(id, index === 0 ? 'input' : 'dense', index * 180, 0));
    const below = ['d', 'e', 'f'].map((id, index) => node(id, 'dense', index * 180, 100));
    const scene = sceneOf(documentOf([...nodes, ...below], [wire('w1', 'c', 'd')]));
    const lane = wireAt(scene, 'w1').route.lane ?? Number.NaN;
    expect(lane).toBeGreaterThan(cardHeight);
    expect(lane).toBeLessThan(100);
  });

  it('turns back around a loop that it comes out of, beneath its feedback too, and not through it', () => {
    const loop = {
      ...node('loop', 'loop', 300, 0),
      params: {
        iterations: 3,
        states: [{ id: 's', shape: [2], initial: { kind: 'zeros' } }],
        inputs: [],
        outputs: [{ id: 'y', kind: 'last' }],
      },
      size: { width: 400, height: 300 },
    };
    for (const y of [20, 260]) {
      const scene = sceneOf(documentOf([loop, node('after', 'dense', 20, y)], [wire('w1', 'loop.out.y', 'after')]));
      const box = boxOf(at(scene, 'loop'));
      const lane = wireAt(scene, 'w1').route.lane ?? Number.NaN;
      expect(lane < box.top || lane > box.bottom + 22).toBe(true);
    }
  });

  it('goes around the title of a frame, that of a Chinese one as wide as it is drawn', () => {
    const lanes = ['ABCDEFGHIJKLMN', '残差网络的第一个阶段与下采样'].map((label) => {
      const frame = { ...node('frame', 'frame', 300, 0), label, size: { width: 600, height: 200 } };
      const ends = [node('a', 'input', 0, 60), node('b', 'dense', 600, -18)];
      return wireAt(sceneOf(documentOf([frame, ...ends], [wire('w1', 'a', 'b')])), 'w1').route;
    });
    // Fourteen letters end before the wire comes up to their height; fourteen characters reach twice as far.
    expect(lanes.map(({ lane }) => lane !== null)).toEqual([false, true]);
  });

  it('names the level part of every course, and what is left: the bends before and behind it', () => {
    const numbersIn = (course: string): readonly number[] =>
      [...course.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));
    const kinds = new Set<string>();
    const scenes = ['plain-or-residual', 'rla'].map((name) => sceneOf(createTemplate(name)));
    const nodes = [node('a', 'dense', 900, 0), node('b', 'dense', 0, 200), node('c', 'dense', 300, 200)];
    scenes.push(sceneOf(documentOf(nodes, [wire('back', 'a', 'b'), wire('on', 'b', 'c')])));
    for (const { route } of scenes.flatMap(({ wires }) => [...wires.values()])) {
      const { path, level, bends } = route;
      kinds.add(`${level !== null} ${bends.length}`);
      if (level === null) {
        expect(bends).toEqual([path]);
        continue;
      }
      const [x = 0, y = 0, ...rest] = numbersIn(path);
      if (bends.length === 0) {
        expect([x, y, rest.at(-2), rest.at(-1)]).toEqual([level.left, level.y, level.right, level.y]);
        expect(rest.filter((_, index) => index % 2 === 1).every((height) => height === level.y)).toBe(true);
        continue;
      }
      const [before = '', behind = ''] = bends;
      const [, start = ''] = /^(M[^C]*)/.exec(behind) ?? [];
      const end = `H${numbersIn(start)[0]}`;
      expect(path).toBe(before + end + behind.slice(start.length));
      const [from = 0, to = 0] = [numbersIn(before).at(-2), numbersIn(start)[0]];
      expect(Math.min(from, to)).toBe(level.left);
      expect(Math.max(from, to)).toBe(level.right);
      expect([numbersIn(before).at(-1), numbersIn(start)[1]]).toEqual([level.y, level.y]);
      expect(level.y).toBeCloseTo(route.lane ?? Number.NaN, 1);
    }
    expect([...kinds].toSorted()).toEqual(['false 1', 'true 0', 'true 2']);
  });

  it('keeps every wire of every template within the bounds it names', () => {
    for (const name of ['plain-or-residual', 'rla']) {
      for (const { route } of sceneOf(createTemplate(name)).wires.values()) {
        const numbers = [...route.path.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));
        expect(numbers.every(Number.isFinite)).toBe(true);
        expect(route.bounds.right).toBeGreaterThanOrEqual(route.bounds.left);
        expect(route.middle.x).toBeGreaterThanOrEqual(route.bounds.left - 0.1);
        expect(route.middle.x).toBeLessThanOrEqual(route.bounds.right + 0.1);
      }
    }
  });
});
