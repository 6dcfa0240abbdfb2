import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refuse, zones } from './lint/zones.mjs';

const root = dirname(import.meta.dirname);
const layers = zones.map(({ zone }) => zone);
const allowedFor = (layer: string): string[] => {
  const imports = zones.find(({ zone }) => zone === layer)?.imports ?? [];
  return layers.filter((other) => imports.some((folder) => other === folder || other.startsWith(`${folder}/`)));
};

/** The specifier one layer would write for a file of another. */
function specifier(from: string, to: string, file: string): string {
  if (to.startsWith('shared/') && !from.startsWith('shared/')) return `#${to}/${file}`;
  return `${relative(from, to)}/${file}.ts`;
}

interface Reference {
  path: string;
}

/** Every layer that a layer's tsconfig lets it see: its references and theirs. */
function referencesOf(layer: string): Set<string> {
  const config: { references: Reference[] } = JSON.parse(readFileSync(join(root, layer, 'tsconfig.json'), 'utf8'));
  const direct = config.references.map(({ path }) => relative(root, join(root, layer, path)).replaceAll('\\', '/'));
  return new Set([...direct, ...direct.flatMap((other) => [...referencesOf(other)])]);
}

describe('the layers as compile errors', () => {
  // A copy of the house's tsconfigs around files made for this test: nothing is written in the tree, and no file of the
  // tree can make the test pass or fail.
  let house = '';
  let diagnostics: string[] = [];

  const write = (path: string, text: string) => writeFileSync(join(house, path), text);
  const errorsIn = (file: string) => diagnostics.filter((line) => line.startsWith(`${file}(`));

  beforeAll(async () => {
    house = realpathSync(mkdtempSync(join(tmpdir(), 'gradloom-house-')));
    for (const file of ['package.json', 'tsconfig.base.json', 'tsconfig.json']) {
      cpSync(join(root, file), join(house, file));
    }
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'), 'junction');
    for (const layer of layers) {
      mkdirSync(join(house, layer), { recursive: true });
      cpSync(join(root, layer, 'tsconfig.json'), join(house, layer, 'tsconfig.json'));
      write(`${layer}/probe.ts`, 'export const probe = 1;\n');
      const allowed = allowedFor(layer);
      const importAll = (targets: string[]) =>
        targets
          .map((to, index) => `import { probe as probe${index} } from '${specifier(layer, to, 'probe')}';\n`)
          .join('') + `export const all = [${targets.map((_, index) => `probe${index}`).join(', ')}];\n`;
      write(
        `${layer}/allowed.ts`,
        `import { z } from 'zod';\n${importAll(allowed)}export const schema = z.number();\n`,
      );
      write(`${layer}/forbidden.ts`, importAll(layers.filter((to) => to !== layer && !allowed.includes(to))));
      write(`${layer}/dom.ts`, 'export const title = document.title;\n');
      write(
        `${layer}/node.ts`,
        "import { readFileSync } from 'node:fs';\nexport const read = [readFileSync, process.pid];\n",
      );
    }
    const config = JSON.parse(readFileSync(join(house, 'tsconfig.json'), 'utf8')) as { references: Reference[] };
    config.references = config.references.filter(({ path }) => layers.includes(path));
    write('tsconfig.json', JSON.stringify(config));
    const output = await new Promise<string>((resolve) => {
      const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      execFile(process.execPath, [compiler, '-b', '--pretty', 'false'], { cwd: house }, (_error, stdout) =>
        resolve(stdout),
      );
    });
    diagnostics = output.split('\n').filter((line) => line.includes(': error TS'));
  }, 300_000);

  afterAll(() => rmSync(house, { recursive: true, force: true }));

  it('knows every layer that the root tsconfig builds', () => {
    const config: { references: Reference[] } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    expect(config.references.map(({ path }) => path).sort()).toEqual([...layers, 'tsconfig.tests.json'].sort());
  });

  it.each(layers)('%s: the tsconfig references what the lint zones allow', (layer) => {
    expect([...referencesOf(layer)].sort()).toEqual(allowedFor(layer).sort());
  });

  it.each(layers)('%s: allowed imports compile', (layer) => {
    expect(errorsIn(`${layer}/allowed.ts`)).toEqual([]);
  });

  it.each(layers)('%s: every forbidden import is an error', (layer) => {
    const refused = diagnostics
      .filter((line) => line.startsWith(`${layer}/`) && line.includes('error TS6307'))
      .map((line) => /File '([^']+)\/probe\.ts'/.exec(line)?.[1] ?? line)
      .map((path) => relative(house, path).replaceAll('\\', '/'));
    const forbidden = layers.filter((to) => to !== layer && !allowedFor(layer).includes(to));
    expect([...new Set(refused)].sort()).toEqual(forbidden.sort());
  });

  it.each(layers)('%s: knows the DOM, Node or neither', (layer) => {
    const knowsDom = layer.startsWith('renderer/') || layer === 'main/preload';
    const knowsNode = layer.startsWith('main/');
    expect(errorsIn(`${layer}/dom.ts`).length === 0, 'document').toBe(knowsDom);
    expect(errorsIn(`${layer}/node.ts`).length === 0, 'node:fs and process').toBe(knowsNode);
    if (!knowsNode) expect(errorsIn(`${layer}/node.ts`).length, 'both are refused').toBe(2);
  });
});

describe('the layers as lint errors', () => {
  // The house's own configuration; only the rules that ask the type checker are off, because these files do not exist.
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: [
      {
        files: ['**/*.{ts,tsx}'],
        languageOptions: { parserOptions: { project: null } },
        rules: {
          '@typescript-eslint/no-floating-promises': 'off',
          '@typescript-eslint/no-misused-promises': 'off',
          '@typescript-eslint/switch-exhaustiveness-check': 'off',
        },
      },
    ],
  });
  const rulesBroken = async (filePath: string, text: string) => {
    const [result] = await eslint.lintText(text, { filePath: join(root, filePath) });
    return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
  };
  const importing = (from: string) => `import { thing } from '${from}';\nexport const own = thing;\n`;

  const zoneRule = ['gradloom/import-zones'];
  it.each([
    ['shared/graph/probe.ts', '../layers/dense.ts'],
    ['shared/theory/probe.ts', '../templates/residual.ts'],
    ['shared/layers/probe.ts', '#shared/graph/document'],
    ['shared/graph/probe.ts', 'node:fs'],
    ['shared/graph/probe.ts', 'fs'],
    ['shared/graph/probe.ts', 'react'],
    ['main/services/probe.ts', '../engine/process.ts'],
    ['main/services/probe.ts', '../../renderer/ui/theme.ts'],
    ['main/services/probe.ts', '../../shared/graph/document.ts'],
    ['main/services/probe.ts', '@tensorflow/tfjs-core'],
    ['main/cli/probe.ts', '@tensorflow/tfjs-node-gpu'],
    ['main/services/probe.ts', 'electron'],
    ['renderer/state/probe.ts', '../../main/services/projects.ts'],
    ['renderer/state/probe.ts', '../canvas/overlay.ts'],
    ['renderer/features/data/probe.ts', '../training/panel.tsx'],
    ['renderer/features/data/probe.ts', '@xyflow/react'],
    ['renderer/features/data/probe.ts', '@tensorflow/tfjs'],
    ['renderer/ui/probe.ts', 'node:path'],
  ])('%s may not import %s', async (file, from) => {
    expect(await rulesBroken(file, importing(from))).toEqual(zoneRule);
  });

  it.each([
    ['shared/program/probe.ts', '../graph/document.ts'],
    ['main/engine/probe.ts', '@tensorflow/tfjs-core'],
    ['main/engine/probe.ts', '#shared/program/program'],
    ['main/services/probe.ts', '../formats/npz.ts'],
    ['main/app/probe.ts', 'electron'],
    ['renderer/canvas/probe.ts', '@xyflow/react'],
    ['renderer/features/data/probe.ts', './preview.tsx'],
    ['renderer/features/data/probe.ts', '../../canvas/overlay.ts'],
    ['main/engine/probe.test.ts', '../services/projects.ts'],
  ])('%s may import %s', async (file, from) => {
    expect(await rulesBroken(file, importing(from))).toEqual([]);
  });

  it('sees imports in every form', async () => {
    const text = [
      "export { thing } from '../layers/dense.ts';",
      "export type Thing = import('../layers/dense.ts').Thing;",
      "export const later = () => import('../layers/dense.ts');",
      "import type { Other } from '../layers/dense.ts';",
      'export type Another = Other;',
    ].join('\n');
    const broken = await rulesBroken('shared/graph/probe.ts', text);
    expect(broken.filter((rule) => rule === 'gradloom/import-zones')).toHaveLength(4);
  });

  it('wants words out of the interface code', async () => {
    const text = 'export const Title = () => <h1 title="Train it">Hello {1} ×</h1>;\n';
    expect(await rulesBroken('renderer/features/data/probe.tsx', text)).toEqual([
      'gradloom/no-raw-text',
      'gradloom/no-raw-text',
    ]);
    const clean = 'export const Title = ({ text }: { text: string }) => <h1 title={text}>{text} × 3</h1>;\n';
    expect(await rulesBroken('renderer/features/data/probe.tsx', clean)).toEqual([]);
  });

  it('refuses `any`, `export *` and default exports', async () => {
    expect(await rulesBroken('shared/graph/probe.ts', 'export const value: any = 1;\n')).toEqual([
      '@typescript-eslint/no-explicit-any',
    ]);
    expect(await rulesBroken('shared/graph/probe.ts', "export * from './document.ts';\n")).toEqual([
      'no-restricted-syntax',
    ]);
    expect(await rulesBroken('shared/graph/probe.ts', 'export default 1;\n')).toEqual(['no-restricted-exports']);
  });
});

describe('refuse', () => {
  const builtins = new Set(builtinModules);
  it('names both sides and the way out', () => {
    expect(refuse('renderer/features/data/panel.tsx', '../training/panel.tsx', builtins)).toBe(
      'renderer/features/data may not import its sibling renderer/features/training; move what both need to a lower layer.',
    );
    expect(refuse('shared/text/text.ts', '../graph/document.ts', builtins)).toBe(
      'shared/text may not import shared/graph/document.ts; it may import nothing outside itself.',
    );
    expect(refuse('main/services/runs.ts', '../../shared/graph/document.ts', builtins)).toContain('"#shared/…"');
  });
});
