import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mainBundles } from './build/build-all.mjs';
import { root } from './setup/paths.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

// The browser shell while it is written: Vite serves the page and replaces modules in place; a change in main/ or shared/
// rebuilds the server and starts it anew, which makes a new token and so a new address.
await setUp();
const output = join(root, 'dist.dev');
const esbuild = await import('esbuild');
const vite = await import('vite');
const port = await freePort();

const page = await vite.createServer({
  root: join(root, 'renderer'),
  configFile: join(root, 'vite.config.ts'),
  server: {
    host: '127.0.0.1',
    // The server answers only to its own name and origin.
    proxy: { '/socket': { target: `http://127.0.0.1:${port}`, ws: true, changeOrigin: true, rewriteWsOrigin: true } },
  },
});
await page.listen();

/** @type {import('node:child_process').ChildProcess | undefined} */
let server;

/** Ends the running server and starts the new one once the port is free again. */
function restartServer() {
  const before = server;
  if (before !== undefined && before.exitCode === null) {
    before.once('close', startServer);
    before.kill();
  } else startServer();
}

function startServer() {
  const program = join(output, 'main', 'server', 'main.js');
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', program, '--port', String(port), ...process.argv.slice(2)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  server = child;
  child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
    const token = /\?token=\S+/.exec(chunk.toString('utf8'))?.[0];
    if (token !== undefined) say(`The page: ${page.resolvedUrls?.local[0] ?? ''}${token}`);
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

/** @type {import('esbuild').Plugin} */
const restart = {
  name: 'restart-server',
  setup(build) {
    build.onEnd((result) => {
      if (result.errors.length === 0) restartServer();
    });
  },
};

for (const options of mainBundles(output)) {
  const context = await esbuild.context({ ...options, plugins: options.format === 'esm' ? [restart] : [] });
  await context.watch();
}
say('Watching. Ctrl+C ends it.');
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    server?.kill();
    process.exit(0);
  });
}
