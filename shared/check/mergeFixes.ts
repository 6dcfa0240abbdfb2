import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import type { Operation } from '../graph/operations.ts';
import type { Shape, TensorType } from '../graph/values.ts';
import { elementCount, sameShape } from '../layers/requirements.ts';
import type { Fix } from './diagnostic.ts';
import type { NewLayer } from './fixes.ts';
import { freeIds, insertOnLink } from './fixes.ts';
import type { Link, Place } from './place.ts';
import { makeFix } from './report.ts';
import type { Sheet } from './sheet.ts';

/** Layers that give out the shape they take in. */
const shapeKeeping: ReadonlySet<string> = new Set([
  'activation',
  'dropout',
  'batchNormalisation',
  'layerNormalisation',
]);

/** Which parameter of a layer is the length of its last axis. */
const widthParameters: ReadonlyMap<string, string> = new Map([
  ['dense', 'units'],
  ['convolution2d', 'filters'],
]);

/** The length that a layer gives its last axis, where a parameter says it. */
export function widthOf(node: GraphNode): number | null {
  const parameter = widthParameters.get(node.type);
  const width = parameter === undefined ? undefined : node.params[parameter];
  return typeof width === 'number' && Number.isInteger(width) && width > 0 ? width : null;
}

/**
 * The layer that alone decides the last axis of a wire's value, found by going back through layers that keep the shape
 * and feed nothing else.
 */
export function widthSource(sheet: Sheet, link: Link): { readonly place: Place; readonly parameter: string } | null {
  const seen = new Set<Place>();
  for (let current = link; !seen.has(current.from);) {
    const { from } = current;
    seen.add(from);
    if ((sheet.outgoing.get(from.node.id) ?? []).length !== 1) return null;
    const parameter = widthParameters.get(from.node.type);
    if (parameter !== undefined) return { place: from, parameter };
    const before = sheet.incoming.get(from.node.id)?.get('in');
    if (!shapeKeeping.has(from.node.type) || before === undefined) return null;
    current = before;
  }
  return null;
}

/** Sets the last axis of a wire's value to `width` at the layer that decides it, where there is one. */
export function widthFixes(sheet: Sheet, link: Link, width: number): readonly Fix[] {
  const source = widthSource(sheet, link);
  if (source === null || width > 65_536) return [];
  const { place, parameter } = source;
  return [
    makeFix('setWidth', { name: place.name, parameter, width }, [
      { kind: 'setParameters', node: place.node.id, set: { [parameter]: width } },
    ]),
  ];
}

/** A stride that takes `size` to `wanted` under same padding, or null. */
function strideFor(size: number, wanted: number): number | null {
  const near = Math.floor(size / wanted);
  return [near, near + 1].find((stride) => stride >= 1 && Math.ceil(size / stride) === wanted) ?? null;
}

/** A layer that maps one shape to another by a learned linear map, as the shortcuts of ResNet (option B) do; or null. */
function projection(from: Shape, to: Shape): NewLayer | null {
  const width = to.at(-1);
  if (from.length !== to.length || width === undefined || width > 65_536) return null;
  if (from.length !== 3) {
    const leading = sameShape(from.slice(0, -1), to.slice(0, -1));
    return leading ? { type: 'dense', params: { units: width, useBias: false } } : null;
  }
  const [height = 1, columns = 1] = from;
  const strides = [strideFor(height, to[0] ?? 1), strideFor(columns, to[1] ?? 1)];
  const [down, across] = strides;
  if (typeof down !== 'number' || typeof across !== 'number') return null;
  return {
    type: 'convolution2d',
    params: { filters: width, kernelSize: [1, 1], strides: [down, across], padding: 'same', useBias: false },
  };
}

/** Puts a learned linear map into a wire, so that what arrives has the wanted type; nothing where none can. */
export function projectFixes(document: GradloomDocument, link: Link, from: TensorType, to: TensorType): readonly Fix[] {
  const layer = from.dtype === 'float32' && to.dtype === 'float32' ? projection(from.shape, to.shape) : null;
  if (layer === null) return [];
  const code = to.shape.length === 3 ? 'projectImage' : 'project';
  return [makeFix(code, { shape: to.shape }, insertOnLink(link, layer, freeIds(document)))];
}

/** Ways to make the branches of an add or multiply fit: project the narrower ones, or set a branch's width. */
export function mergeFixes(
  document: GradloomDocument,
  sheet: Sheet,
  links: readonly Link[],
  types: readonly TensorType[],
): readonly Fix[] {
  const shapes = types.map(({ shape }) => shape);
  // The image that is smallest in space can be reached by strides; among those the widest keeps most.
  const place = (shape: Shape) => elementCount(shape.slice(0, -1));
  const targets = [...shapes].sort((a, b) => place(a) - place(b) || (b.at(-1) ?? 0) - (a.at(-1) ?? 0));
  const target = targets.find((wanted) =>
    shapes.every((shape) => sameShape(shape, wanted) || projection(shape, wanted) !== null),
  );
  const fixes: Fix[] = [];
  if (target !== undefined) {
    const ids = freeIds(document);
    const operations = links.flatMap((link, index): readonly Operation[] => {
      const shape = shapes[index];
      if (shape === undefined || sameShape(shape, target)) return [];
      const layer = projection(shape, target);
      return layer === null ? [] : insertOnLink(link, layer, ids);
    });
    fixes.push(makeFix(target.length === 3 ? 'projectImage' : 'project', { shape: target }, operations));
  }
  const [first, second] = shapes;
  if (links.length === 2 && first !== undefined && second !== undefined) {
    if (sameShape(first.slice(0, -1), second.slice(0, -1)) && first.length > 0) {
      links.forEach((link, index) => {
        const width = (index === 0 ? second : first).at(-1);
        if (width !== undefined) fixes.push(...widthFixes(sheet, link, width));
      });
    }
  }
  return fixes;
}
