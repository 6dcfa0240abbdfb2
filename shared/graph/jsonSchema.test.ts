import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { documentJsonSchema, visitSchema } from './jsonSchema.ts';
import { schemaDescriptions } from './schemaDescriptions.ts';

const file = fileURLToPath(new URL('../../docs/gradloom.schema.json', import.meta.url));

async function generated(): Promise<string> {
  const config = await resolveConfig(file);
  return format(JSON.stringify(documentJsonSchema()), { ...config, parser: 'json' });
}

describe('documentJsonSchema', () => {
  it('is what docs/gradloom.schema.json holds (UPDATE_SCHEMA=1 writes it)', async () => {
    const text = await generated();
    if (process.env['UPDATE_SCHEMA'] === '1') {
      mkdirSync(fileURLToPath(new URL('../../docs', import.meta.url)), { recursive: true });
      writeFileSync(file, text);
    }
    expect(readFileSync(file, 'utf8').replaceAll('\r\n', '\n')).toBe(text);
  });

  it('describes everything, and nothing that is not there', () => {
    const schema = documentJsonSchema();
    const { $defs } = schema as { $defs: Record<string, Record<string, unknown>> };
    const places = new Map<string, unknown>();
    for (const [name, part] of [...Object.entries($defs), ['Document', { ...schema, $defs: undefined }] as const]) {
      // What only refers to a definition is described there.
      visitSchema(part, name, (inner, place) => places.set(place, inner['description'] ?? inner['$ref']));
    }
    const silent = [...places].filter(([, description]) => typeof description !== 'string').map(([place]) => place);
    expect(silent).toEqual([]);
    expect(Object.keys(schemaDescriptions).filter((place) => !places.has(place))).toEqual([]);
  });

  it('refers only to definitions that exist', () => {
    const schema = documentJsonSchema();
    const { $defs } = schema as { $defs: Record<string, unknown> };
    const references = [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]*)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((name) => !Object.hasOwn($defs, name))).toEqual([]);
    expect(JSON.stringify(schema)).not.toContain('__shared');
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Document',
      additionalProperties: false,
      required: ['format', 'version', 'name', 'graph', 'cells', 'training'],
    });
  });
});
