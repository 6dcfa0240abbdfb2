/**
 * @typedef {'cpu' | 'gpu'} Variant
 * @typedef {object} Way one way to native TensorFlow
 * @property {'named' | 'cache' | 'wheel' | 'package'} kind
 * @property {Variant} variant
 * @property {string} label for people
 */

/**
 * The ways to try, best first: what the person names, what an earlier set-up kept, the wheel, the package's own
 * download. A GPU build comes before the CPU build of the same origin.
 * @param {object} machine
 * @param {NodeJS.Platform} machine.platform
 * @param {string} machine.architecture as process.arch
 * @param {boolean} machine.hasGpu an NVIDIA GPU with a working driver
 * @param {string | undefined} machine.named a file or folder the person names
 * @returns {Way[]}
 */
export function waysToTensorFlow({ platform, architecture, hasGpu, named }) {
  /** @type {Variant[]} */
  const variants = hasGpu && platform !== 'darwin' ? ['gpu', 'cpu'] : ['cpu'];
  /** @type {Way[]} */
  const ways = [];
  if (named !== undefined) ways.push({ kind: 'named', variant: variants[0] ?? 'cpu', label: `the named ${named}` });
  // The wheel for Windows has no import library to link a binding with.
  if (wheelPlatform(platform, architecture) !== undefined) {
    for (const variant of variants) {
      ways.push({ kind: 'cache', variant, label: `the ${variant} library kept by an earlier set-up` });
      ways.push({ kind: 'wheel', variant, label: `the ${variant} wheel through pip` });
    }
  }
  for (const variant of variants) {
    ways.push({ kind: 'package', variant, label: `the package's own ${variant} download` });
  }
  return ways;
}

/**
 * @param {NodeJS.Platform} platform
 * @param {string} architecture
 * @returns {string | undefined} pip's name for the platform; undefined where no wheel can be used
 */
export function wheelPlatform(platform, architecture) {
  if (platform === 'linux' && architecture === 'x64') return 'manylinux_2_27_x86_64';
  if (platform === 'linux' && architecture === 'arm64') return 'manylinux_2_27_aarch64';
  if (platform === 'darwin' && architecture === 'arm64') return 'macosx_12_0_arm64';
  return undefined;
}

/**
 * The name of the wheel that holds a variant. Only x64 Linux has a slim CPU wheel; elsewhere `tensorflow` itself is one.
 * @param {string} platform pip's name
 * @param {Variant} variant
 * @param {string} version
 */
export function wheelRequirement(platform, variant, version) {
  return `${platform.endsWith('x86_64') && variant === 'cpu' ? 'tensorflow-cpu' : 'tensorflow'}==${version}`;
}

/**
 * The CUDA packages a TensorFlow wheel asks for.
 * @param {string} metadata text of the wheel's METADATA
 * @returns {string[]} requirements without markers
 */
export function cudaRequirements(metadata) {
  return [...metadata.matchAll(/^Requires-Dist:\s*(nvidia-[^;\r\n]+?)\s*;.*extra\s*==\s*["']and-cuda["']/gm)].map(
    ([, requirement = '']) => requirement.replace(/[\s()]/g, ''),
  );
}
