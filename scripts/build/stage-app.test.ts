import { expect, it } from 'vitest';
import { closure } from './stage-app.mjs';

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
