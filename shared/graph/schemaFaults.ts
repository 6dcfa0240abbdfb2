import type { z } from 'zod';
import type { JsonValue } from './json.ts';
import { jsonExcerpt } from './json.ts';
import type { JsonPath } from './jsonText.ts';
import type { SchemaShape } from './schemaShape.ts';
import { innerShape, objectKeys } from './schemaShape.ts';

/** One thing that is wrong with a value, in terms of the document format. */
export interface FileFault {
  /** A key of the text table under `problem.file.`. */
  readonly code: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly path: JsonPath;
}

/** A path as a person reads it: `graph.nodes[3].position.x`. */
export function formatPath(path: JsonPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

function valueAt(root: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Readonly<Record<string | number, unknown>>)[step]
        : undefined,
    root,
  );
}

/** The keys that an object at a place may have; null where the schema wants no object there. */
function knownKeys(shape: SchemaShape, root: unknown, path: JsonPath): readonly string[] | null {
  let inner: SchemaShape | null = shape;
  path.forEach((step, depth) => {
    if (inner !== null) inner = innerShape(inner, valueAt(root, path.slice(0, depth)), step);
  });
  const keys = inner === null ? null : objectKeys(inner, valueAt(root, path));
  return keys === null ? null : [...keys.keys()];
}

const typeCodes: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  int: 'integer',
  boolean: 'boolean',
  array: 'list',
  tuple: 'list',
  object: 'object',
  record: 'object',
};

/** The code of a bound and its values, by what is bounded. */
function boundFault(
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  value: unknown,
): Pick<FileFault, 'code' | 'values'> {
  const inclusive = issue.inclusive ?? true;
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : null;
  const received = length ?? jsonExcerpt(value);
  if (issue.code === 'too_big') {
    const values = { maximum: Number(issue.maximum), received };
    if (typeof value === 'string') return { code: 'textLong', values };
    if (Array.isArray(value)) return { code: 'listLong', values };
    return { code: inclusive ? 'most' : 'below', values };
  }
  if (typeof value === 'string') return { code: 'textEmpty', values: {} };
  return { code: inclusive ? 'least' : 'above', values: { minimum: Number(issue.minimum), received } };
}

function issueFaults(shape: SchemaShape, root: unknown, issue: z.core.$ZodIssue): readonly FileFault[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const value = valueAt(root, path);
  const received = jsonExcerpt(value);
  const fault = (code: string, values: FileFault['values'] = {}, at: JsonPath = path): FileFault => ({
    code: `problem.file.${code}`,
    values: { path: formatPath(at), ...values },
    path: at,
  });
  if (value === undefined && issue.code !== 'unrecognized_keys') return [fault('missing')];
  switch (issue.code) {
    case 'invalid_type': {
      const code = typeCodes[issue.expected];
      return [code === undefined ? fault('other', { reason: issue.message }) : fault(code, { received })];
    }
    case 'invalid_value':
      return [fault('choice', { expected: issue.values.map((allowed) => jsonExcerpt(allowed)), received })];
    case 'invalid_union': {
      // Of objects that are told apart by their keys, the one that the value comes closest to is meant.
      const [nearest] = 'errors' in issue ? issue.errors.toSorted((one, other) => one.length - other.length) : [];
      if (nearest !== undefined && knownKeys(shape, root, path) !== null) {
        return nearest.flatMap((inner) => issueFaults(shape, root, { ...inner, path: [...path, ...inner.path] }));
      }
      const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : null;
      if (options === null) return [fault('value', { received })];
      return [fault('choice', { expected: options.map((allowed) => jsonExcerpt(allowed)), received })];
    }
    case 'too_big':
    case 'too_small': {
      const { code, values } = boundFault(issue, value);
      return [fault(code, values)];
    }
    case 'invalid_format':
      return [fault(path.at(-1) === 'sha256' ? 'digest' : 'identifier', { received })];
    case 'invalid_key':
      return [fault('identifier', { received: jsonExcerpt(path.at(-1)) })];
    case 'unrecognized_keys': {
      const known = knownKeys(shape, root, path) ?? [];
      return issue.keys.map((key) => fault('unknownKey', { path: formatPath([...path, key]), known }, [...path, key]));
    }
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return [fault('other', { reason: issue.message })];
  }
}

/** What zod found wrong with `root`, in the words of the document format, in the order of the file. */
export function schemaFaults(
  shape: SchemaShape,
  root: unknown,
  issues: readonly z.core.$ZodIssue[],
): readonly FileFault[] {
  return issues.flatMap((issue) => issueFaults(shape, root, issue));
}
