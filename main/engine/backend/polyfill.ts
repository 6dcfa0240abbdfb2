import util from 'node:util';

/**
 * tfjs-node 4.22 calls helpers of `node:util` that Node 23 removed; they are put back where they are missing, before it
 * loads.
 */
export function restoreRemovedUtilities(): void {
  const removed: Record<string, (value: unknown) => boolean> = {
    isArray: Array.isArray,
    isBoolean: (value) => typeof value === 'boolean',
    isNull: (value) => value === null,
    isNullOrUndefined: (value) => value === null || value === undefined,
    isNumber: (value) => typeof value === 'number',
    isObject: (value) => value !== null && typeof value === 'object',
    isString: (value) => typeof value === 'string',
    isUndefined: (value) => value === undefined,
  };
  const target = util as unknown as Record<string, unknown>;
  for (const [name, helper] of Object.entries(removed)) {
    if (target[name] === undefined) target[name] = helper;
  }
}
