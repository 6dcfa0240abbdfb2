/** A JSON value: what a document may hold wherever the catalogue, not the document schema, knows the type. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** How deep a value inside a document may be nested: far more than any parameter needs, far less than a stack holds. */
export const maximumJsonDepth = 32;

/** Whether a JSON value is an object (not a list, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Says in English why a value cannot be written as JSON and read back the same, or null where it can: numbers that are
 * not finite, `undefined`, functions, objects of a class, holes, the key `__proto__`, nesting beyond
 * `maximumJsonDepth` (circles among them).
 */
export function jsonFault(value: unknown, depth = maximumJsonDepth): string | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : `the number ${value}`;
  if (typeof value !== 'object') return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
  if (depth === 0) return `nesting deeper than ${maximumJsonDepth} levels`;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const fault = jsonFault(value[index], depth - 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return 'an object of a class';
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') return 'the key "__proto__"';
    const fault = jsonFault(inner, depth - 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** Whether two JSON values are the same; the order of keys means nothing, a key that is undefined is a missing one. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => jsonEqual(item, right[index]));
  }
  const given = (value: object) => Object.entries(value).filter(([, inner]) => inner !== undefined);
  const entries = given(left);
  if (entries.length !== given(right).length) return false;
  return entries.every(
    ([key, inner]) => Object.hasOwn(right, key) && jsonEqual(inner, (right as Record<string, unknown>)[key]),
  );
}

/** A JSON value as a person is shown it in one line: at most 60 characters. */
export function jsonExcerpt(value: unknown): string {
  if (Array.isArray(value) && value.length > 8) return `[… ${value.length}]`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…${isJsonObject(value) ? '}' : ''}`;
}
