import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where Gradloom keeps what is not a person's document: runs, unsaved work, earlier versions of
 * files and the list of recent ones. GRADLOOM_HOME names another place.
 */
export function dataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment['GRADLOOM_HOME']) return resolve(environment['GRADLOOM_HOME']);
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Gradloom');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Gradloom');
  return join(environment['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'gradloom');
}
