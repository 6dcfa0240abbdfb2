import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Whether two secrets are the same, in a time that does not tell where they differ. */
export function sameSecret(expected: string, received: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(received));
}

/** The names under which this server may be addressed: a page of another name that points here is turned away. */
export function allowedHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** The one secret of a server, and what is derived from it. */
export class Access {
  readonly token: string;
  /** Lets a tab that once had the token load the page again; opens nothing else. */
  readonly cookie: string;
  readonly #codes = new Set<string>();

  constructor(token: string = randomBytes(32).toString('hex')) {
    this.token = token;
    this.cookie = createHash('sha256').update(`page ${token}`).digest('hex');
  }

  isToken(received: string): boolean {
    return sameSecret(this.token, received);
  }

  isCookie(received: string): boolean {
    return sameSecret(this.cookie, received);
  }

  /**
   * A code that opens the page once, for the command line that starts a browser: other users of this machine can read
   * command lines, so the token must not stand in one.
   */
  makeCode(): string {
    const code = randomBytes(32).toString('hex');
    this.#codes.add(code);
    return code;
  }

  /** Whether the code is good; it is used up by asking. */
  takeCode(received: string): boolean {
    const found = [...this.#codes].find((code) => sameSecret(code, received));
    return found !== undefined && this.#codes.delete(found);
  }
}

/** The value of a cookie in a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
