import { useEffect, useState } from 'react';
import type { Data } from '#shared/graph/training';
import type { DataPreview, Failure } from '#shared/protocol/calls';
import { failureOf, getClient } from '../../platform/client.ts';

/** What the services say of a data set. `stale`: a newer answer is on its way. */
export interface PreviewState {
  readonly preview: DataPreview | null;
  readonly failure: Failure | null;
  readonly stale: boolean;
}

const pause = 200;

/**
 * Asks for a preview whenever the data set has been still for a moment; with a step, images that training changes also as
 * that step sees them.
 */
export function usePreview(data: Data, count: number, step?: number): PreviewState {
  const [state, setState] = useState<PreviewState & { readonly of: Data | null; readonly at: number | undefined }>({
    preview: null,
    failure: null,
    stale: true,
    of: null,
    at: step,
  });
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      getClient()
        .call('data.preview', { data, count, ...(step === undefined ? {} : { step }) })
        .then(
          (preview) => wanted && setState({ preview, failure: null, stale: false, of: data, at: step }),
          (problem: unknown) => {
            const failure = failureOf(problem);
            if (wanted) setState({ preview: null, failure, stale: false, of: data, at: step });
          },
        );
    }, pause);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [data, count, step]);
  return { ...state, stale: state.of !== data || state.at !== step };
}
