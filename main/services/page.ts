import { extname, join } from 'node:path';
import { readWhole } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import { isBelow } from './reach.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

const fileLimit = 64 * 1024 * 1024;

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * A file of the window's page (the built renderer) by the path of its address, or null where there is none. Only kinds
 * of files that a page consists of are given out, and none from outside the folder, however the address is written.
 */
export async function readPageFile(fileSystem: FileSystem, folder: string, address: string): Promise<PageFile | null> {
  let path: string;
  try {
    path = decodeURIComponent(address);
  } catch {
    return null;
  }
  if (path === '/') path = '/index.html';
  const parts = path.split('/').slice(1);
  const isPlain = path.startsWith('/') && parts.every((part) => /^[A-Za-z0-9_@-][A-Za-z0-9_@.-]*$/.test(part));
  const type = types[extname(path).toLowerCase()];
  if (!isPlain || type === undefined) return null;
  try {
    const [root, real] = await Promise.all([fileSystem.realpath(folder), fileSystem.realpath(join(folder, ...parts))]);
    if (!isBelow(root, real)) return null;
    return { type, bytes: (await readWhole(fileSystem, real, fileLimit)).bytes };
  } catch {
    return null;
  }
}

/**
 * The page's content security policy. Scripts, styles and fonts come from the page itself and nothing is evaluated; only
 * style attributes may be inline, because formulas are typeset with them.
 *
 * @param sockets further sources that the page may connect to
 */
export function contentPolicy(sockets: readonly string[] = []): string {
  return [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    ["connect-src 'self'", ...sockets].join(' '),
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The headers that every answer to a page carries. */
export function pageHeaders(policy: string): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Cache-Control': 'no-store',
  };
}
