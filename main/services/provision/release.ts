import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A path inside the engine's folder: plain names, so that none leads out of it. */
const memberPath = z.string().regex(/^(?!.*(^|\/)\.{1,2}(\/|$))[\w.+-]+(\/[\w.+-]+)*$/);

/** A file of the engine, or another name of one. */
const memberSchema = z.union([
  z
    .object({ path: memberPath, size: z.number().int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
    .strict(),
  z.object({ path: memberPath, link: memberPath }).strict(),
]);
export type EngineMember = z.infer<typeof memberSchema>;

const engineReleaseSchema = z
  .object({
    /** As process.platform and process.arch have them. */
    platform: z.string(),
    architecture: z.string(),
    tensorflow: z.string().regex(/^[\w.+-]{1,40}$/),
    /** Name of the archive beside the installers. */
    file: z.string().regex(/^[\w.+-]{1,200}$/),
    size: z.number().int().positive(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    members: z.array(memberSchema).min(1),
  })
  .strict();
/** The native engine that a packaged app was made with: the one archive that it takes. */
export type EngineRelease = z.infer<typeof engineReleaseSchema>;

const releaseSchema = z
  .object({
    /** Where installers and engines lie; null until there is such a place. */
    address: z
      .string()
      .refine((address) => URL.canParse(address) && isTrustworthy(new URL(address)))
      .nullable(),
    engine: engineReleaseSchema.nullable(),
  })
  .strict();
export type Release = z.infer<typeof releaseSchema>;

/** Whether what comes from an address was not changed on the way: https, or this machine itself. */
export function isTrustworthy({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}

/** The address of a file of a release. */
export function addressOf(release: Release & { readonly address: string }, file: string): string {
  return new URL(file, release.address.endsWith('/') ? release.address : `${release.address}/`).href;
}

/**
 * What packaging wrote beside the app. Null in a checkout, whose engine the set-up provides, and where the engine is one
 * for another kind of machine.
 * @throws where the file is there and is not what packaging writes
 */
export function readRelease(
  path: string,
  platform: string = process.platform,
  architecture: string = process.arch,
): Release | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return null;
  }
  const release = releaseSchema.parse(JSON.parse(text));
  const { engine } = release;
  const fits = engine?.platform === platform && engine.architecture === architecture;
  return fits ? release : { ...release, engine: null };
}

/** Bytes that the engine takes on the disk. */
export function unpackedSize({ members }: { readonly members: readonly EngineMember[] }): number {
  return members.reduce((sum, member) => sum + ('size' in member ? member.size : 0), 0);
}
