import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import { endpointScope } from '#shared/graph/queries';
import { wrapInFrame } from '#shared/graph/gestures';
import { nodeId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { boundsOf, boxOf, buildScene, emptyScene } from '#shared/drawing/scene';
import type { Scene } from '#shared/drawing/scene';
import { arrange, layoutGroups } from './elkGraph.ts';
import { arrangementOperations } from './layOut.ts';

const elk = new Elk();
const sceneOf = (document: GradloomDocument): Scene => buildScene(document, null, new Map(), emptyScene);

async function laidOut(document: GradloomDocument, chosen: readonly string[] = []): Promise<GradloomDocument> {
  const scene = sceneOf(document);
  const groups = layoutGroups(scene, new Set(chosen.map(nodeId)));
  return applyOperations(
    document,
    arrangementOperations(scene, await arrange(scene, groups, (graph) => elk.layout(graph))),
  );
}

/** Everything heaped in one place: nothing of the old layout helps. */
function heaped(document: GradloomDocument): GradloomDocument {
  const moves = document.graph.nodes.map(({ id, parent }) => ({
    node: id,
    position: parent === undefined ? { x: 40, y: 70 } : { x: 40, y: 80 },
  }));
  return applyOperations(document, [{ kind: 'moveNodes', moves }]);
}

/** With `inRows`, wires on the sheet itself may turn back to the next row. */
function expectReadable(document: GradloomDocument, inRows = false): void {
  const scene = sceneOf(document);
  const cards = [...scene.nodes.values()];
  for (const [index, one] of cards.entries()) {
    for (const other of cards.slice(index + 1)) {
      if (one.node.parent !== other.node.parent) continue;
      const [a, b] = [boxOf(one), boxOf(other)];
      const overlap = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      expect(overlap, `${one.node.id} lies over ${other.node.id}`).toBe(false);
    }
    const parent = one.node.parent === undefined ? undefined : scene.nodes.get(one.node.parent);
    if (parent === undefined) continue;
    const [inner, outer] = [boxOf(one), boxOf(parent)];
    expect(inner.left >= outer.left && inner.right <= outer.right, `${one.node.id} within its container`).toBe(true);
    expect(inner.top > outer.top && inner.bottom <= outer.bottom, `${one.node.id} within its container`).toBe(true);
  }
  for (const { wire, from, to } of scene.wires.values()) {
    const scope = endpointScope(scene.graph, wire.from);
    if (scope !== endpointScope(scene.graph, wire.to) || (inRows && scope === null)) continue;
    expect(from.x, `${wire.from.node} is left of ${wire.to.node}`).toBeLessThan(to.x);
  }
}

describe('arrange', () => {
  it.each(['plain-or-residual', 'rla', 'adding-problem'])(
    '%s: from left to right, nothing over anything, all within its loop',
    async (name) => {
      expectReadable(await laidOut(heaped(createTemplate(name))));
    },
  );

  it.each(['unet', 'iterative-attention', 'resnet-cifar'])('%s: a long sheet comes in rows', async (name) => {
    const next = await laidOut(heaped(createTemplate(name)));
    expectReadable(next, true);
    const bounds = boundsOf(sceneOf(next));
    expect((bounds?.right ?? 0) - (bounds?.left ?? 0)).toBeLessThan(2_400);
  });

  it('goes through frames', async () => {
    const plain = createTemplate('digits-cnn');
    const [, first, second, third] = plain.graph.nodes.map(({ id }) => id);
    const framed = applyOperations(
      plain,
      wrapInFrame(
        plain,
        [first, second, third].flatMap((id) => id ?? []),
      ),
    );
    expectReadable(await laidOut(heaped(framed)));
  });

  it('moves what is chosen alone, keeps its corner, and gives the same answer again', async () => {
    const document = createTemplate('digits-cnn');
    const chosen = document.graph.nodes.slice(1, 4).map(({ id }) => id);
    const messy = applyOperations(document, [
      { kind: 'moveNodes', moves: chosen.map((node, index) => ({ node, position: { x: 500 - 60 * index, y: 300 } })) },
    ]);
    const next = await laidOut(messy, chosen);
    for (const { id, position } of messy.graph.nodes) {
      if (!chosen.includes(id)) expect(next.graph.nodes.find((node) => node.id === id)?.position).toEqual(position);
    }
    const places = next.graph.nodes.filter(({ id }) => chosen.includes(id)).map(({ position }) => position);
    expect(Math.min(...places.map(({ x }) => x))).toBe(380);
    expect(Math.min(...places.map(({ y }) => y))).toBe(300);
    expect(await laidOut(next, chosen)).toEqual(next);
  });

  describe('what is pinned keeps its place', () => {
    const pin = (
      document: GradloomDocument,
      places: readonly (readonly [string, number, number])[],
    ): GradloomDocument =>
      applyOperations(
        document,
        places.flatMap(([name, x, y]) => [
          { kind: 'moveNodes', moves: [{ node: nodeId(name), position: { x, y } }] },
          { kind: 'setNode', node: nodeId(name), set: { pinned: true } },
        ]),
      );
    const placeOf = (document: GradloomDocument, name: string): unknown =>
      document.graph.nodes.find(({ id }) => id === name)?.position;

    it('on the sheet, where the graph is wider than a row, and again', async () => {
      const document = heaped(createTemplate('resnet-cifar'));
      const names = document.graph.nodes.filter(({ parent }) => parent === undefined).map(({ id }) => id);
      const [first, last] = [names.at(3) ?? '', names.at(-2) ?? ''];
      const pinned = pin(document, [
        [first, 123, 456],
        [last, 9_000, -321],
      ]);
      const next = await laidOut(pinned);
      expect(placeOf(next, first)).toEqual({ x: 123, y: 456 });
      expect(placeOf(next, last)).toEqual({ x: 9_000, y: -321 });
      expectReadable(next);
      expect(await laidOut(next)).toEqual(next);
    });

    it('within a loop, which grows around it', async () => {
      const document = heaped(createTemplate('rla'));
      const inner = document.graph.nodes.find(({ parent }) => parent !== undefined)?.id ?? '';
      const next = await laidOut(pin(document, [[inner, 700, 300]]));
      expect(placeOf(next, inner)).toEqual({ x: 700, y: 300 });
      const scene = sceneOf(next);
      const loop = scene.nodes.get(nodeId(next.graph.nodes.find(({ id }) => id === inner)?.parent ?? ''));
      expect(loop?.layout.width).toBeGreaterThan(700 + 100);
      const cards = [...scene.nodes.values()].filter(({ node }) => node.parent === loop?.node.id).map(boxOf);
      for (const [index, a] of cards.entries()) {
        for (const b of cards.slice(index + 1)) {
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
        }
      }
    });

    it('within a frame, whose wires still say what comes before what', async () => {
      const plain = createTemplate('digits-cnn');
      const [, first, second, third, after] = plain.graph.nodes.map(({ id }) => id);
      const inside = [first, second, third].flatMap((id) => id ?? []);
      const framed = applyOperations(plain, wrapInFrame(plain, inside));
      const next = await laidOut(pin(heaped(framed), [[second ?? '', 300, 90]]));
      expect(placeOf(next, second ?? '')).toEqual({ x: 300, y: 90 });
      const scene = sceneOf(next);
      const frame = scene.nodes.get(nodeId(next.graph.nodes.find(({ id }) => id === second)?.parent ?? ''));
      const behind = scene.nodes.get(nodeId(after ?? ''));
      if (frame === undefined || behind === undefined) throw new Error('the frame or what is behind it is missing');
      expect(boxOf(frame).right).toBeLessThan(boxOf(behind).left);
      for (const id of inside) {
        const node = scene.nodes.get(id);
        if (node === undefined) throw new Error(`${id} is missing`);
        const [inner, outer] = [boxOf(node), boxOf(frame)];
        expect(inner.left >= outer.left && inner.right <= outer.right).toBe(true);
        expect(inner.top > outer.top && inner.bottom <= outer.bottom).toBe(true);
      }
    });
  });
});
