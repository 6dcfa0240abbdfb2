import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bindingPackage, root } from './paths.mjs';
import { runCommand } from './run-command.mjs';

/**
 * The one compiler call that makes the binding.
 * @param {object} parts
 * @param {NodeJS.Platform} parts.platform linux, or darwin (not yet run by anyone)
 * @param {string} parts.folder where deps/ was laid out
 * @param {readonly string[]} parts.libraries file names in deps/lib
 * @param {string} parts.sources folder of the binding's C++ files
 * @param {string} parts.nodeHeaders
 * @returns {string[]} arguments of g++, c++ or clang++
 */
export function compilerArguments({ platform, folder, libraries, sources, nodeHeaders }) {
  const renamed = '-DTF_LoadSessionFromSavedModel=GradloomLoadSession';
  const common = ['-O2', '-fPIC', '-std=c++17', '-w', '-DNAPI_VERSION=8', renamed];
  const include = ['-I', nodeHeaders, '-I', join(folder, 'deps', 'include')];
  const input = [
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(sources, name)),
    join(import.meta.dirname, 'session-config.cc'),
  ];
  const output = ['-o', join(folder, 'lib', 'napi-v8', 'tfjs_binding.node')];
  const link = libraries.map((name) => join(folder, 'deps', 'lib', name));
  if (platform === 'darwin') {
    const run = ['-Wl,-rpath,@loader_path/../../deps/lib'];
    return [...common, '-bundle', '-undefined', 'dynamic_lookup', ...include, ...input, ...link, ...run, ...output];
  }
  return [...common, '-shared', ...include, ...input, ...link, '-Wl,-rpath,$ORIGIN/../../deps/lib', ...output];
}

/**
 * The compiler call that makes the module of our own kernels.
 * @param {object} parts
 * @param {NodeJS.Platform} parts.platform
 * @param {string} parts.folder where deps/ was laid out
 * @param {readonly string[]} parts.libraries file names in deps/lib
 * @param {string} parts.nodeHeaders
 * @param {string} parts.output
 * @returns {string[]} arguments of g++, c++ or clang++
 */
export function kernelCompilerArguments({ platform, folder, libraries, nodeHeaders, output }) {
  const common = ['-O3', '-fPIC', '-std=c++17', '-w', '-Wno-psabi', '-fno-math-errno', '-DNAPI_VERSION=8'];
  const include = ['-I', nodeHeaders, '-I', join(folder, 'deps', 'include')];
  const input = [
    join(import.meta.dirname, 'kernels.cc'),
    ...libraries.map((name) => join(folder, 'deps', 'lib', name)),
  ];
  // The libraries are loaded before, by the binding: no run path is needed.
  const kind = platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  return [...common, ...kind, ...include, ...input, '-o', output];
}

/**
 * Compiles tfjs-node's binding against the library laid out in a folder.
 * @param {string} folder
 * @returns {Promise<{ ok: boolean, reason: string }>}
 */
export async function compileBinding(folder) {
  await mkdir(join(folder, 'lib', 'napi-v8'), { recursive: true });
  return compile('the binding', folder, (parts) =>
    compilerArguments({ ...parts, sources: join(bindingPackage, 'binding') }),
  );
}

/**
 * Compiles our own kernels against the library laid out in a folder.
 * @param {string} folder
 * @param {string} output
 * @returns {Promise<{ ok: boolean, reason: string }>}
 */
export function compileKernels(folder, output) {
  return compile('the kernels', folder, (parts) => kernelCompilerArguments({ ...parts, output }));
}

/**
 * @param {string} what
 * @param {string} folder
 * @param {(parts: { platform: NodeJS.Platform, folder: string, libraries: string[], nodeHeaders: string }) => string[]} describe
 * @returns {Promise<{ ok: boolean, reason: string }>}
 */
async function compile(what, folder, describe) {
  if (process.platform === 'win32') {
    return {
      ok: false,
      reason: `${what} can be compiled on Linux and macOS only; the wheel for Windows has no import library`,
    };
  }
  const entries = await readdir(join(folder, 'deps', 'lib'), { withFileTypes: true });
  // Links beside a library are its other names, and CUDA's libraries are the library's own affair.
  const libraries = entries
    .filter((entry) => entry.isFile() && entry.name.startsWith('libtensorflow'))
    .map(({ name }) => name);
  const compilerOptions = describe({
    platform: process.platform,
    folder,
    libraries,
    nodeHeaders: join(root, 'node_modules', 'node-api-headers', 'include'),
  });
  const compilers = [process.env.CXX, 'g++', 'c++', 'clang++'].filter((name) => name !== undefined && name !== '');
  for (const compiler of /** @type {string[]} */ (compilers)) {
    if (!(await runCommand(compiler, ['--version'])).ok) continue;
    const result = await runCommand(compiler, compilerOptions, { timeout: 600_000 });
    return { ok: result.ok, reason: result.ok ? '' : `compiling ${what} failed: ${result.reason}` };
  }
  const remedy =
    process.platform === 'darwin' ? 'xcode-select --install' : 'the package g++ (Debian, Ubuntu: apt install g++)';
  return { ok: false, reason: `there is no C++ compiler (tried ${compilers.join(', ')}); install it with ${remedy}` };
}
