import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../check/check.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { documentSchema } from './document.ts';
import { parseDocument, serialiseDocument } from './serialise.ts';

const page = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8').replaceAll('\r\n', '\n');
const folder = new URL('../../assets/examples/format/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.gradloom.json'));
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n');

/** Weight ids of a document, in order of execution. */
function weightIds(name: string): readonly string[] {
  const parsed = parseDocument(read(name));
  const lowered = parsed.ok ? lower(parsed.document) : null;
  return lowered?.ok === true ? flatten(lowered.program).weights.map(({ id }) => id) : [];
}

describe('docs/format.md', () => {
  it('holds three complete documents', () => {
    expect(names.toSorted()).toEqual(['cell.gradloom.json', 'loop.gradloom.json', 'residual-net.gradloom.json']);
  });

  for (const name of names) {
    it(`shows ${name} as it is, and it is valid, free of findings and written as Gradloom writes`, () => {
      const text = read(name);
      expect(page).toContain(`\`\`\`json\n${text}\`\`\`\n`);
      expect(page).toContain(`(../assets/examples/format/${name})`);
      const parsed = parseDocument(text);
      expect(parsed).toMatchObject({ ok: true, migratedFrom: null });
      if (!parsed.ok) return;
      expect(serialiseDocument(parsed.document)).toBe(text);
      expect(check(parsed.document).diagnostics).toEqual([]);
    });
  }

  it('names the weights as they are', () => {
    const loop = weightIds('loop.gradloom.json');
    const cell = weightIds('cell.gradloom.json');
    expect(loop.filter((id) => id.startsWith('change/kernel'))).toEqual(['change/kernel']);
    expect(loop.filter((id) => id.startsWith('norm/gamma'))).toEqual(
      Array.from({ length: 10 }, (_, iteration) => `norm/gamma[depth=${iteration}]`),
    );
    expect(cell.filter((id) => id.startsWith('shared/kernel'))).toEqual(['shared/kernel']);
    expect(cell.filter((id) => id.startsWith('norm/gamma'))).toEqual(['norm/gamma@first', 'norm/gamma@second']);
    for (const id of ['stem/kernel', 'stem/bias', 'norm/gamma[depth=9]', 'norm/gamma@second']) {
      expect(page).toContain(`\`${id}\``);
      expect([...loop, ...cell]).toContain(id);
    }
  });

  it('explains every key of the schema', () => {
    const keys = new Set<string>();
    const visit = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const { shape } = schema as { readonly shape?: Readonly<Record<string, unknown>> };
      const { def } = schema as { readonly def?: Readonly<Record<string, unknown>> };
      for (const [key, inner] of Object.entries(shape ?? {})) {
        keys.add(key);
        visit(inner);
      }
      visit(def?.['element']);
      visit(def?.['innerType']);
      for (const option of (def?.['options'] as readonly unknown[] | undefined) ?? []) visit(option);
    };
    visit(documentSchema);
    expect(keys.size).toBeGreaterThan(50);
    expect([...keys].filter((key) => !new RegExp(`[\`"]${key}[\`"]`).test(page))).toEqual([]);
  });
});
