import type { EngineReport } from '#shared/protocol/calls';

/** What there is to say of the engine: services out of reach, engine dead, dead and replaced, slow fallback, or nothing. */
export function bannerFor(engine: {
  readonly report: Pick<EngineReport, 'state' | 'backend'> | null;
  readonly died: string | null;
  readonly connection: 'connecting' | 'open' | 'lost';
}): 'none' | 'lost' | 'dead' | 'replaced' | 'fallback' {
  if (engine.connection === 'lost') return 'lost';
  if (engine.report?.state === 'dead' || (engine.died !== null && engine.report?.state !== 'ready')) return 'dead';
  if (engine.died !== null) return 'replaced';
  if (engine.report?.state === 'ready' && engine.report.backend === 'javascript') return 'fallback';
  return 'none';
}
