import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { closure, stagedPackages, travels, unbundled } from './stage-app.mjs';

it('takes a package with all it needs, each from where Node would find it', () => {
  const packages = {
    '': {},
    'node_modules/app': { dependencies: { tool: '1', shared: '2' }, optionalDependencies: { 'not-here': '1' } },
    'node_modules/shared': { dependencies: { app: '1' } },
    'node_modules/tool': { dependencies: { shared: '1', leaf: '1' } },
    'node_modules/tool/node_modules/leaf': { dependencies: { shared: '1' } },
    'node_modules/tool/node_modules/shared': {},
    'node_modules/unrelated': {},
  };
  expect(closure(packages, ['app'])).toEqual([
    'node_modules/app',
    'node_modules/shared',
    'node_modules/tool',
    'node_modules/tool/node_modules/leaf',
    'node_modules/tool/node_modules/shared',
  ]);
});

it('leaves the library, its binding and nested packages to their own ways', () => {
  const tfjs = '/checkout/node_modules/@tensorflow/tfjs-node-gpu';
  for (const stays of [`${tfjs}/deps`, `${tfjs}/lib`, `${tfjs}/build`, '/checkout/node_modules/a/node_modules']) {
    expect(travels(stays), stays).toBe(false);
  }
  for (const goes of [tfjs, `${tfjs}/dist`, `${tfjs}/dist/lib`, '/checkout/node_modules/other/lib']) {
    expect(travels(goes), goes).toBe(true);
  }
  expect(travels('C:\\checkout\\node_modules\\@tensorflow\\tfjs-node-gpu\\deps')).toBe(false);
});

it('takes each package that the bundles leave out, with the build for this system where it has one per system', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const staged = stagedPackages();
  for (const name of unbundled) {
    expect(Object.keys(manifest.dependencies)).toContain(name);
    expect(staged).toContain(`node_modules/${name}`);
  }
  expect(staged.filter((path) => path.startsWith('node_modules/@resvg/resvg-js-'))).toHaveLength(1);
  expect(staged.filter((path) => path.includes('@types/'))).toEqual([]);
});
