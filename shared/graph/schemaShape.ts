import type { z } from 'zod';

/** What the serialiser and the error messages need to know of a schema: which keys, in which order. */
export type SchemaShape =
  | { readonly kind: 'object'; readonly keys: ReadonlyMap<string, SchemaShape> }
  | { readonly kind: 'list'; readonly item: SchemaShape }
  | { readonly kind: 'record'; readonly value: SchemaShape }
  /** One of several objects, told apart by the text under `discriminator`. */
  | { readonly kind: 'choice'; readonly discriminator: string; readonly options: ReadonlyMap<string, SchemaShape> }
  | { readonly kind: 'plain' };

const plain: SchemaShape = { kind: 'plain' };

/** Reads the shape of a zod schema once. Schemas that refer to themselves (free JSON) are plain. */
export function schemaShape(schema: z.core.$ZodType): SchemaShape {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return {
        kind: 'object',
        keys: new Map(Object.entries(def.shape).map(([key, inner]) => [key, schemaShape(inner)])),
      };
    case 'array':
      return { kind: 'list', item: schemaShape(def.element) };
    case 'record':
      return { kind: 'record', value: schemaShape(def.valueType) };
    case 'optional':
    case 'nullable':
      return schemaShape(def.innerType);
    case 'union':
      return 'discriminator' in def ? choiceShape(def as z.core.$ZodDiscriminatedUnionDef) : unionShape(def);
    default:
      return plain;
  }
}

/** Objects that are told apart by their keys have those of all; any other union says nothing. */
function unionShape({ options }: z.core.$ZodUnionDef): SchemaShape {
  const shapes = options.map((option) => schemaShape(option));
  const keys = shapes.flatMap((shape) => (shape.kind === 'object' ? [...shape.keys] : []));
  return shapes.every(({ kind }) => kind === 'object') ? { kind: 'object', keys: new Map(keys) } : plain;
}

function choiceShape(def: z.core.$ZodDiscriminatedUnionDef): SchemaShape {
  const { discriminator } = def;
  const options = def.options.flatMap((option) => {
    const { def: optionDef } = (option as z.core.$ZodTypes)._zod;
    if (optionDef.type !== 'object') return [];
    const literal = (optionDef.shape[discriminator] as z.core.$ZodTypes | undefined)?._zod.def;
    const names = literal?.type === 'literal' ? literal.values : [];
    return names.map((name) => [String(name), schemaShape(option)] as const);
  });
  return { kind: 'choice', discriminator, options: new Map(options) };
}

/** The shape of the object that a value is, where the schema wants an object. */
export function objectKeys(shape: SchemaShape, value: unknown): ReadonlyMap<string, SchemaShape> | null {
  if (shape.kind === 'object') return shape.keys;
  if (shape.kind !== 'choice' || typeof value !== 'object' || value === null) return null;
  const name = (value as Readonly<Record<string, unknown>>)[shape.discriminator];
  const option = typeof name === 'string' ? shape.options.get(name) : undefined;
  return option?.kind === 'object' ? option.keys : null;
}

/** The shape one step further in, or null where the schema does not say. */
export function innerShape(shape: SchemaShape, value: unknown, step: string | number): SchemaShape | null {
  if (shape.kind === 'list') return typeof step === 'number' ? shape.item : null;
  if (shape.kind === 'record') return shape.value;
  return objectKeys(shape, value)?.get(String(step)) ?? null;
}
