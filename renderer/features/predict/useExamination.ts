import { useEffect, useRef, useState } from 'react';
import type { CallSubject, Failure } from '#shared/protocol/calls';
import type { DataPart } from '#shared/protocol/inspection';
import { CallFailure, getClient } from '../../platform/client.ts';
import { addStretch } from './examined.ts';
import type { Judged } from './examined.ts';

/** Examples of one question: short enough that a run under way hardly notices. */
const stretch = 128;

export interface Examination {
  readonly judged: Judged | null;
  /** Whose weights judged, and which part. */
  readonly of: CallSubject | null;
  readonly part: DataPart | null;
  readonly failure: Failure | null;
  readonly isUnderWay: boolean;
  start(of: CallSubject, part: DataPart): void;
  /** Keeps what was judged so far. */
  stop(): void;
}

/** Judges the examples of a part, stretch by stretch, when it is asked to. */
export function useExamination(): Examination {
  const [state, setState] = useState<Pick<Examination, 'judged' | 'of' | 'part' | 'failure' | 'isUnderWay'>>({
    judged: null,
    of: null,
    part: null,
    failure: null,
    isUnderWay: false,
  });
  const round = useRef(0);

  // A panel that is closed asks no further.
  useEffect(
    () => () => {
      round.current += 1;
    },
    [],
  );

  const judge = async (of: CallSubject, part: DataPart): Promise<void> => {
    const own = (round.current += 1);
    setState({ judged: null, of, part, failure: null, isUnderWay: true });
    let judged: Judged | null = null;
    try {
      do {
        const from: number = judged?.examined ?? 0;
        const answer = await getClient().call('run.examine', { of, part, from, count: stretch });
        if (round.current !== own) return;
        judged = addStretch(judged, answer);
        setState({ judged, of, part, failure: null, isUnderWay: judged.examined < judged.count });
        if (answer.examined === 0) break;
      } while (judged.examined < judged.count);
      setState({ judged, of, part, failure: null, isUnderWay: false });
    } catch (problem) {
      if (!(problem instanceof CallFailure)) throw problem;
      if (round.current === own) setState({ judged, of, part, failure: problem.failure, isUnderWay: false });
    }
  };

  return {
    ...state,
    start: (of, part) => void judge(of, part),
    stop: () => {
      round.current += 1;
      setState((now) => ({ ...now, isUnderWay: false }));
    },
  };
}
