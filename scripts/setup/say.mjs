/** Set-up talks on standard error only: standard output belongs to the command that needed the set-up. */

/** @param {string} text */
export const say = (text) => void process.stderr.write(`[gradloom] ${text}\n`);

/** @param {number} bytes */
export const megabytes = (bytes) => `${Math.max(1, Math.round(bytes / 1e6))} MB`;

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
