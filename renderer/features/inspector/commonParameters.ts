import type { GraphNode } from '#shared/graph/document';
import type { JsonObject, JsonValue } from '#shared/graph/json';
import type { Operation } from '#shared/graph/operations';
import { findLayer } from '#shared/layers/catalogue';
import type { ParameterField } from '#shared/layers/layer';
import { defaultParameters, visibleParameters } from '#shared/layers/parameters';

/** A parameter that all selected nodes have. */
export interface CommonParameter {
  readonly name: string;
  readonly field: ParameterField;
  /** What all of them have; undefined where they differ. */
  readonly value: JsonValue | undefined;
  /** Of lists of one length: what all of them have at each place; undefined where they differ there. */
  readonly parts: readonly (JsonValue | undefined)[] | null;
}

/** The parameters of a node with the defaults of what it leaves out; null where the catalogue lacks its type. */
export function fullParameters(node: GraphNode): Readonly<JsonObject> | null {
  const definition = findLayer(node.type);
  return definition === undefined ? null : { ...defaultParameters(definition), ...node.params };
}

function sameValue(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Whether two fields take the same values, so that one editor can stand for both. */
function sameField(one: ParameterField, other: ParameterField): boolean {
  const { default: _, ...limits } = one;
  const { default: __, ...otherLimits } = other;
  return JSON.stringify(limits) === JSON.stringify(otherLimits);
}

/** The parameters that show on every one of the nodes, in the order of the first; empty where there is no node. */
export function commonParameters(nodes: readonly GraphNode[]): readonly CommonParameter[] {
  const [first, ...others] = nodes;
  const definition = first === undefined ? undefined : findLayer(first.type);
  if (first === undefined || definition === undefined) return [];
  return shownParameters(first).flatMap((name): CommonParameter[] => {
    const field = definition.parameters[name];
    if (field === undefined) return [];
    let value = fullParameters(first)?.[name];
    for (const other of others) {
      const otherField = findLayer(other.type)?.parameters[name];
      if (otherField === undefined || !sameField(field, otherField) || !shownParameters(other).includes(name))
        return [];
      if (!sameValue(value, fullParameters(other)?.[name])) value = undefined;
    }
    return [{ name, field, value, parts: commonParts(nodes.map((node) => fullParameters(node)?.[name])) }];
  });
}

function commonParts(values: readonly (JsonValue | undefined)[]): readonly (JsonValue | undefined)[] | null {
  const lists = values.filter((value) => Array.isArray(value));
  const [first, ...others] = lists;
  if (first === undefined || lists.length < values.length) return null;
  if (others.some((list) => list.length !== first.length)) return null;
  return first.map((part, index) => (others.every((list) => sameValue(part, list[index])) ? part : undefined));
}

/** The names of the parameters that matter for a node as it is set. */
export function shownParameters(node: GraphNode): readonly string[] {
  const definition = findLayer(node.type);
  const parameters = fullParameters(node);
  return definition === undefined || parameters === null ? [] : visibleParameters(definition, parameters);
}

/** Sets one parameter on all of them: one entry of the history. */
export function setOnAll(nodes: readonly GraphNode[], name: string, value: JsonValue): readonly Operation[] {
  return nodes
    .filter((node) => !sameValue(fullParameters(node)?.[name], value))
    .map((node) => ({ kind: 'setParameters', node: node.id, set: { [name]: value } }));
}

/** Sets one place of a list on all of them; the other places stay what they are in each. */
export function setPartOnAll(
  nodes: readonly GraphNode[],
  name: string,
  index: number,
  part: JsonValue,
): readonly Operation[] {
  return nodes.flatMap((node): readonly Operation[] => {
    const list = fullParameters(node)?.[name];
    if (!Array.isArray(list) || sameValue(list[index], part)) return [];
    const value = list.map((other: JsonValue, at) => (at === index ? part : other));
    return [{ kind: 'setParameters', node: node.id, set: { [name]: value } }];
  });
}
