import { useEffect, useState } from 'react';
import type { Data } from '#shared/graph/training';
import type { DataPreview, Failure } from '#shared/protocol/calls';
import { CallFailure, getClient } from '../../platform/client.ts';

/** What the services say of a data set. `stale`: a newer answer is on its way. */
export interface PreviewState {
  readonly preview: DataPreview | null;
  readonly failure: Failure | null;
  readonly stale: boolean;
}

const pause = 200;

/** Asks for a preview whenever the data set has been still for a moment. */
export function usePreview(data: Data, count: number): PreviewState {
  const [state, setState] = useState<PreviewState & { readonly of: Data | null }>({
    preview: null,
    failure: null,
    stale: true,
    of: null,
  });
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      getClient()
        .call('data.preview', { data, count })
        .then(
          (preview) => wanted && setState({ preview, failure: null, stale: false, of: data }),
          (problem: unknown) => {
            if (!(problem instanceof CallFailure)) throw problem;
            if (wanted) setState({ preview: null, failure: problem.failure, stale: false, of: data });
          },
        );
    }, pause);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [data, count]);
  return { ...state, stale: state.of !== data };
}
