import type { Viewport } from '@xyflow/react';
import { expect, test } from 'vitest';
import { clearView } from './clearView.ts';
import type { Margins } from './clearView.ts';
import type { Rectangle } from '#shared/drawing/route';

const size = { width: 800, height: 500 };
const legend: Rectangle = { left: 540, top: 12, right: 788, bottom: 130 };
const minimap: Rectangle = { left: 600, top: 370, right: 788, bottom: 488 };
const zoomBar: Rectangle = { left: 12, top: 452, right: 190, bottom: 482 };
const controls = [legend, minimap, zoomBar];

/** A view that fits the bounds of some nodes between margins, in their middle, at most at the size they are drawn for. */
function fitting(nodes: readonly Rectangle[]): (margins: Margins) => Viewport {
  const [left, top] = [Math.min(...nodes.map((one) => one.left)), Math.min(...nodes.map((one) => one.top))];
  const [right, bottom] = [Math.max(...nodes.map((one) => one.right)), Math.max(...nodes.map((one) => one.bottom))];
  return (margins) => {
    const width = size.width - margins.left - margins.right;
    const height = size.height - margins.top - margins.bottom;
    const zoom = Math.min(1, width / (right - left), height / (bottom - top));
    return {
      zoom,
      x: margins.left + (width - zoom * (right - left)) / 2 - zoom * left,
      y: margins.top + (height - zoom * (bottom - top)) / 2 - zoom * top,
    };
  };
}

function shown({ x, y, zoom }: Viewport, { left, top, right, bottom }: Rectangle): Rectangle {
  return { left: left * zoom + x, top: top * zoom + y, right: right * zoom + x, bottom: bottom * zoom + y };
}

function overlap(one: Rectangle, other: Rectangle): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

const card = (x: number, y: number): Rectangle => ({ left: x, top: y, right: x + 168, bottom: y + 56 });

test.each([
  ['a row', Array.from({ length: 12 }, (_, index) => card(204 * index, 0))],
  ['a column', Array.from({ length: 12 }, (_, index) => card(0, 84 * index))],
  ['a square', Array.from({ length: 36 }, (_, index) => card(204 * (index % 6), 84 * Math.floor(index / 6)))],
])('%s of cards lies beneath nothing, and within the canvas', (_, nodes) => {
  const viewport = clearView(size, controls, nodes, fitting(nodes));
  for (const node of nodes.map((one) => shown(viewport, one))) {
    expect(controls.filter((one) => overlap(one, node))).toEqual([]);
    expect(node.left >= 0 && node.top >= 0 && node.right <= 800 && node.bottom <= 500).toBe(true);
  }
});

test('a column takes the whole height beside what stands in the corners', () => {
  const nodes = Array.from({ length: 12 }, (_, index) => card(0, 84 * index));
  const { zoom } = clearView(size, controls, nodes, fitting(nodes));
  expect(zoom).toBeCloseTo((500 - 72) / (11 * 84 + 56), 5);
});

test('a canvas too small for both shows what it can', () => {
  const nodes = [card(0, 0), card(204, 0)];
  const tiny = { left: 0, top: 0, right: 200, bottom: 110 };
  const viewport = clearView({ width: 210, height: 120 }, [tiny], nodes, fitting(nodes));
  expect(viewport.zoom).toBeGreaterThan(0);
});
