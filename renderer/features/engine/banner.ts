import type { EngineReport, Provision } from '#shared/protocol/calls';

/**
 * What there is to say of the engine: services out of reach, engine dead, dead and replaced, one to install or being
 * installed, slow fallback, or nothing.
 */
export function bannerFor(engine: {
  readonly report: Pick<EngineReport, 'state' | 'backend'> | null;
  readonly died: string | null;
  readonly connection: 'connecting' | 'open' | 'lost';
  readonly provision: Pick<Provision, 'stage' | 'waiting'> | null;
  readonly provisionHidden: boolean;
}): 'none' | 'lost' | 'dead' | 'replaced' | 'provision' | 'fallback' {
  const { report, provision } = engine;
  if (engine.connection === 'lost') return 'lost';
  if (report?.state === 'dead' || (engine.died !== null && report?.state !== 'ready')) return 'dead';
  if (engine.died !== null) return 'replaced';
  const isSlow = report?.state === 'ready' && report.backend === 'javascript';
  switch (provision?.stage) {
    case 'downloading':
    case 'checking':
    case 'unpacking':
      return 'provision';
    case 'failed':
    case 'unread':
    case 'unnoted':
      return engine.provisionHidden ? 'none' : 'provision';
    case 'absent':
      return isSlow && !engine.provisionHidden ? 'provision' : 'none';
    case 'ready':
      if (provision?.waiting === true) return engine.provisionHidden ? 'none' : 'provision';
      return isSlow ? 'fallback' : 'none';
    case undefined:
      return isSlow ? 'fallback' : 'none';
  }
}
