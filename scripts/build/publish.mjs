/**
 * What electron-builder is told of the release's address: with one that begins with https it writes the list of versions
 * (`latest*.yml`) and the app's own copy of the address; otherwise neither, and the app looks for no updates. Nothing is
 * ever sent anywhere: who publishes puts the files there.
 * @param {string | null} address
 * @returns {string[]}
 */
export function publishFlags(address) {
  const nothing = ['--publish', 'never'];
  if (address === null || new URL(address).protocol !== 'https:') return nothing;
  return [...nothing, '--config.publish.provider=generic', `--config.publish.url=${address}`];
}
