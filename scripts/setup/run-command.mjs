import { spawn } from 'node:child_process';

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok
 * @property {string} output what the command printed, at most the last 64 KiB
 * @property {string} reason why it did not work, in one line; empty when it did
 */

/**
 * Runs a command to its end. Never throws: a missing program is a result with a reason.
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {{ cwd?: string, timeout?: number, environment?: NodeJS.ProcessEnv, echo?: boolean, shell?: boolean }} [options]
 *   timeout in milliseconds; echo copies the output to standard error while the command runs
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, commandArguments, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArguments, {
      cwd: options.cwd,
      env: options.environment ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    let timedOut = false;
    /** @param {Buffer} chunk */
    const take = (chunk) => {
      output = (output + chunk.toString('utf8')).slice(-65536);
      if (options.echo) process.stderr.write(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer = options.timeout
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, options.timeout)
      : undefined;
    child.on('error', (error) => {
      clearTimeout(timer);
      const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
      resolve({ ok: false, output, reason: missing ? `${command} is not installed` : error.message });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve({ ok: true, output, reason: '' });
      const how = timedOut
        ? `no end after ${Math.round((options.timeout ?? 0) / 1000)} s`
        : (signal ?? `exit code ${code}`);
      resolve({ ok: false, output, reason: `${command}: ${how}; ${tellingLine(output)}` });
    });
  });
}

/**
 * The line of a failed command's output that says most: the last one that calls itself an error, else the last one that
 * mentions one, else the last one.
 * @param {string} output
 */
export function tellingLine(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling =
    lines.findLast((line) => /\b\w*error:/i.test(line)) ??
    lines.findLast((line) => /\berror\b|not found/i.test(line)) ??
    lines.at(-1);
  return (telling ?? 'it printed nothing').slice(0, 300);
}
