/**
 * Who may import whom. The tsconfig of each layer says the same to the compiler (scripts/house.test.ts compares the two);
 * this table also holds what a tsconfig cannot say: features apart from each other, and one importer per library.
 *
 * `zone` is a folder; `imports` are the other folders it may import, complete and not transitive.
 * @type {ReadonlyArray<{ zone: string, imports: readonly string[] }>}
 */
export const zones = [
  { zone: 'shared/text', imports: [] },
  { zone: 'shared/graph', imports: ['shared/text'] },
  { zone: 'shared/layers', imports: ['shared/text', 'shared/graph'] },
  { zone: 'shared/check', imports: ['shared/text', 'shared/graph', 'shared/layers'] },
  { zone: 'shared/drawing', imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check'] },
  { zone: 'shared/program', imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check'] },
  {
    zone: 'shared/theory',
    imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check', 'shared/program', 'shared/protocol'],
  },
  {
    zone: 'shared/templates',
    imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check', 'shared/program'],
  },
  {
    zone: 'shared/protocol',
    imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check', 'shared/program'],
  },
  {
    zone: 'shared/lessons',
    imports: [
      'shared/text',
      'shared/graph',
      'shared/layers',
      'shared/check',
      'shared/program',
      'shared/theory',
      'shared/templates',
      'shared/protocol',
    ],
  },
  { zone: 'main/formats', imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check', 'shared/program'] },
  { zone: 'main/engine', imports: ['shared', 'main/formats'] },
  { zone: 'main/services', imports: ['shared', 'main/formats'] },
  { zone: 'main/cli', imports: ['shared', 'main/formats', 'main/services'] },
  { zone: 'main/server', imports: ['shared', 'main/formats', 'main/services'] },
  { zone: 'main/app', imports: ['shared', 'main/formats', 'main/services'] },
  {
    zone: 'main/preload',
    imports: ['shared/text', 'shared/graph', 'shared/layers', 'shared/check', 'shared/program', 'shared/protocol'],
  },
  { zone: 'renderer/ui', imports: ['shared/text'] },
  { zone: 'renderer/platform', imports: ['shared'] },
  { zone: 'renderer/state', imports: ['shared', 'renderer/ui', 'renderer/platform'] },
  { zone: 'renderer/canvas', imports: ['shared', 'renderer/ui', 'renderer/platform', 'renderer/state'] },
  {
    zone: 'renderer/features',
    imports: ['shared', 'renderer/ui', 'renderer/platform', 'renderer/state', 'renderer/canvas'],
  },
  {
    zone: 'renderer/app',
    imports: ['shared', 'renderer/ui', 'renderer/platform', 'renderer/state', 'renderer/canvas', 'renderer/features'],
  },
];

/**
 * Folders whose direct children are closed to each other: a file of renderer/features/data may not import one of
 * renderer/features/training.
 */
export const closedSiblings = ['renderer/features'];

/**
 * Packages with one allowed set of importers. A pattern is a package name, a scope ending in "/", or "node:".
 * @type {ReadonlyArray<{ pattern: string, importers: readonly string[] }>}
 */
export const packageZones = [
  { pattern: '@tensorflow/', importers: ['main/engine'] },
  { pattern: '@xyflow/', importers: ['renderer/canvas'] },
  { pattern: 'electron', importers: ['main/app', 'main/preload'] },
  { pattern: 'react', importers: ['renderer'] },
  { pattern: 'react-dom', importers: ['renderer'] },
  { pattern: 'zustand', importers: ['renderer'] },
  { pattern: 'uplot', importers: ['renderer'] },
  { pattern: 'katex', importers: ['renderer'] },
  { pattern: 'ws', importers: ['main/server'] },
  // shared/testing is in no product; it may start the Python that tests compare with.
  { pattern: 'node:', importers: ['main', 'shared/testing'] },
];

/** @param {string} file @param {string} folder */
const within = (file, folder) => file === folder || file.startsWith(`${folder}/`);

/** @param {string} specifier @param {string} pattern */
const matches = (specifier, pattern) =>
  pattern.endsWith('/') || pattern.endsWith(':')
    ? specifier.startsWith(pattern)
    : specifier === pattern || specifier.startsWith(`${pattern}/`);

/** @param {string} path a path with forward slashes; the result has no "." or ".." left but leading ones */
function normalise(path) {
  /** @type {string[]} */
  const parts = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/**
 * Says why a file may not import a specifier, or undefined when it may.
 * @param {string} file importing file, relative to the repository, with forward slashes
 * @param {string} specifier as written in the import
 * @param {ReadonlySet<string>} builtins Node's module names without "node:"
 * @returns {string | undefined}
 */
export function refuse(file, specifier, builtins) {
  const isShared = specifier.startsWith('#shared/');
  const isRelative = specifier.startsWith('.');
  if (!isShared && !isRelative) {
    const name = builtins.has(specifier) ? `node:${specifier}` : specifier;
    const rule = packageZones.find(({ pattern }) => matches(name, pattern));
    if (rule === undefined || rule.importers.some((folder) => within(file, folder))) return undefined;
    return `Only ${rule.importers.join(', ')} may import "${specifier}"; this file is ${file}.`;
  }
  if (isShared && within(file, 'shared')) {
    return `Inside shared, write a relative path with its .ts extension instead of "${specifier}".`;
  }
  const target = isShared
    ? normalise(`shared/${specifier.slice('#shared/'.length)}`)
    : normalise(`${file.slice(0, Math.max(0, file.lastIndexOf('/')))}/${specifier}`);
  if (isRelative && within(target, 'shared') && !within(file, 'shared')) {
    return `Import shared code as "#shared/…" without extension instead of "${specifier}".`;
  }
  const home = zones.find(({ zone }) => within(file, zone));
  if (home === undefined) return undefined;
  if (within(target, home.zone)) {
    const closed = closedSiblings.find((folder) => within(file, folder));
    if (closed === undefined) return undefined;
    const sibling = (/** @type {string} */ path) => path.slice(closed.length + 1).split('/')[0];
    return sibling(file) === sibling(target)
      ? undefined
      : `${closed}/${sibling(file)} may not import its sibling ${closed}/${sibling(target)}; move what both need to a lower layer.`;
  }
  if (home.imports.some((folder) => within(target, folder))) return undefined;
  return `${home.zone} may not import ${target}; it may import ${home.imports.length > 0 ? home.imports.join(', ') : 'nothing outside itself'}.`;
}
