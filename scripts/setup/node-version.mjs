// Loaded before anything else by every entry, so it keeps to syntax that old Node versions parse.

/**
 * @param {string} version as process.versions.node
 * @returns {boolean} whether Gradloom's tools run on it
 */
export function isSupportedNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

if (!isSupportedNode(process.versions.node)) {
  process.stderr.write(
    'Gradloom needs Node.js 20.19 or newer; this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\nInstall a newer Node.js and run the command again.\n',
  );
  process.exit(1);
}
