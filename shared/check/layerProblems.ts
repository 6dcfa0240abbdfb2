import type { GradloomDocument } from '../graph/document.ts';
import type { TensorType } from '../graph/values.ts';
import { findLayer } from '../layers/catalogue.ts';
import type { LayerProblem } from '../layers/layer.ts';
import { portOrder } from '../layers/nodePorts.ts';
import type { Fix } from './diagnostic.ts';
import { bypass, freeIds, insertOnLink, setParameterFix } from './fixes.ts';
import type { Link, Place } from './place.ts';
import { mergeFixes } from './mergeFixes.ts';
import type { Reporter } from './report.ts';
import { makeFix } from './report.ts';
import type { Sheet } from './sheet.ts';

/** The wires into a layer, in the order of its inputs. */
export function layerLinks(sheet: Sheet, place: Place): readonly Link[] {
  const links = [...(sheet.incoming.get(place.node.id)?.values() ?? [])];
  if (links.length < 2) return links;
  const definition = findLayer(place.node.type);
  const order = ({ wire }: Link): number => portOrder(definition, wire.to.port);
  return links.sort((a, b) => order(a) - order(b));
}

/** Puts what a layer says about its inputs at its node and wire, with the ways out. */
export function reportLayerProblem(
  document: GradloomDocument,
  sheet: Sheet,
  place: Place,
  links: readonly Link[],
  types: readonly TensorType[],
  problem: LayerProblem,
  reporter: Reporter,
): void {
  const link = problem.input === undefined ? undefined : links[problem.input];
  reporter.report({
    severity: 'error',
    code: problem.code,
    values: { name: place.name, ...(link === undefined ? {} : { from: link.from.name }), ...problem.values },
    node: place.node.id,
    ...(link === undefined ? {} : { wire: link.wire.id }),
    fixes: fixesFor(document, sheet, place, links, types, problem, link),
  });
}

function fixesFor(
  document: GradloomDocument,
  sheet: Sheet,
  place: Place,
  links: readonly Link[],
  types: readonly TensorType[],
  problem: LayerProblem,
  link: Link | undefined,
): readonly Fix[] {
  const { id } = place.node;
  switch (problem.code) {
    case 'shapesDiffer':
      return mergeFixes(document, sheet, links, types);
    case 'windowTooLarge':
      return [setParameterFix(id, 'padding', 'same')];
    case 'strideAndDilation':
      return ['dilations', 'strides'].flatMap((parameter) => {
        const field = findLayer(place.node.type)?.parameters[parameter];
        return field === undefined ? [] : [setParameterFix(id, parameter, field.default)];
      });
    case 'axis':
      return types.every(({ shape }) => shape.length > 0) ? [setParameterFix(id, 'axis', -1)] : [];
    case 'imageRank':
      return link === undefined ? [] : skipFlatten(document, sheet, link);
    case 'dtype':
      return link === undefined ? [] : [...inputTypeFix(sheet, link, problem), ...maskFix(document, link, problem)];
    case 'maskShape':
    case 'attentionMask':
      return link === undefined ? [] : [makeFix('removeMask', {}, [{ kind: 'removeWires', wires: [link.wire.id] }])];
    case 'valuesLength':
    case 'orthogonalRank': {
      const parameter = `${String(problem.values['weight'])}Initialiser`;
      const fix = makeFix('resetParameter', { parameter }, [
        { kind: 'setParameters', node: id, set: {}, unset: [parameter] },
      ]);
      return Object.hasOwn(place.node.params, parameter) ? [fix] : [];
    }
    case 'tooFewInputs': {
      const [only] = links;
      const outgoing = sheet.outgoing.get(id) ?? [];
      if (only === undefined || links.length > 1) return [];
      return [makeFix('bypass', { name: place.name }, bypass(only, outgoing, freeIds(document)))];
    }
    case 'channelGroups':
      return [setParameterFix(id, 'groups', 1)];
    case 'rank':
    case 'concatenateShapes':
    case 'broadcast':
    case 'matrixProduct':
    case 'sequenceRank':
    case 'vectorRank':
    case 'stateShape':
    case 'formulaBroadcast':
    case 'formulaAxis':
    case 'attentionKeys':
    case 'attentionFeatures':
    case 'constantTooLarge':
    case 'portNeeded':
    case 'clipRange':
    case 'axisCount':
    case 'sliceRange':
    case 'permutation':
    case 'reshapeTarget':
    case 'cropTooLarge':
    case 'splitParts':
    case 'splitSizes':
    case 'volumeRank':
      return [];
    case 'portSurplus':
      return link === undefined ? [] : [makeFix('removeWire', {}, [{ kind: 'removeWires', wires: [link.wire.id] }])];
  }
}

/** Where a flatten stands before a layer that wants an image, the image can be taken from before it. */
function skipFlatten(document: GradloomDocument, sheet: Sheet, link: Link): readonly Fix[] {
  const before = sheet.incoming.get(link.from.node.id)?.get('in');
  if (link.from.node.type !== 'flatten' || before === undefined) return [];
  const { wire } = link;
  return [
    makeFix('skipFlatten', { name: link.from.name }, [
      { kind: 'removeWires', wires: [wire.id] },
      {
        kind: 'addWires',
        sheet: link.to.sheet,
        wires: [{ id: freeIds(document).wire(), from: before.wire.from, to: wire.to }],
      },
    ]),
  ];
}

/** A mask is made of what the keys or steps were made of: true where that is not zero. */
function maskFix(document: GradloomDocument, link: Link, problem: LayerProblem): readonly Fix[] {
  const { expected, received } = problem.values;
  const isMask =
    expected === 'bool' && link.wire.to.port === 'mask' && (received === 'int32' || received === 'float32');
  if (!isMask) return [];
  const layer = { type: 'compare', params: {} };
  return [makeFix('insertCompare', {}, insertOnLink(link, layer, freeIds(document), 'a'))];
}

/** A data input that nothing else reads can simply be told to give the element type that is wanted. */
function inputTypeFix(sheet: Sheet, link: Link, problem: LayerProblem): readonly Fix[] {
  const expected = problem.values['expected'];
  const readers = sheet.outgoing.get(link.from.node.id) ?? [];
  if (link.from.node.type !== 'input' || readers.length > 1 || typeof expected !== 'string') return [];
  const set = { dtype: expected };
  return [
    makeFix('setInputType', { name: link.from.name, dtype: expected }, [
      { kind: 'setParameters', node: link.from.node.id, set },
    ]),
  ];
}
