import type { GradloomDocument } from '#shared/graph/document';
import type { Rival } from '#shared/protocol/runs';
import { layOutWires } from '#shared/theory/depthProfile';
import { rivalOf } from '#shared/theory/rivals';
import type { RunFolders } from './runFolders.ts';

/** Runs that are opened to see whether they compare, newest first, and those that are handed on. */
const [mostOpened, mostTold] = [60, 4];

/**
 * The kept runs beside which a kept run shows whether its depth does it harm, the best fit first. One that cannot be read
 * is none. @throws ServiceError where `run` is not there or cannot be read
 */
export async function findRivals(kept: RunFolders, run: string): Promise<readonly Rival[]> {
  const document = await kept.document(run);
  const depth = await depthOf(kept, run, document);
  const { seed } = document.training;
  const candidates = (await kept.list()).filter(
    (other) => other.run !== run && other.seed === seed && other.epochs > 0,
  );
  const found = await Promise.all(
    candidates.slice(0, mostOpened).map(async (other): Promise<Rival | null> => {
      try {
        const rival = await kept.document(other.run);
        const rivalDepth = await depthOf(kept, other.run, rival);
        const kind = rivalOf({ document, depth }, { document: rival, depth: rivalDepth });
        if (kind === null) return null;
        const epochs = await kept.epochs(other.run);
        const epochLosses = epochs.map(({ training }) => training['loss'] ?? null);
        return { run: other.run, document: other.document, kind, depth: rivalDepth, epochLosses };
      } catch {
        // A folder that another program has broken is no run to compare with, and no reason to fail.
        return null;
      }
    }),
  );
  const least = ({ epochLosses }: Rival): number => epochLosses.at(-1) ?? Number.POSITIVE_INFINITY;
  return found
    .filter((rival) => rival !== null)
    .toSorted((one, other) => least(one) - least(other))
    .slice(0, mostTold);
}

async function depthOf(kept: RunFolders, run: string, document: GradloomDocument): Promise<number> {
  return layOutWires(await kept.table(run), document).depths;
}
