import { useEffect, useRef, useState } from 'react';
import type { CallArguments, CallName, CallResult, Failure } from '#shared/protocol/calls';
import { CallFailure, getClient } from '../platform/client.ts';
import { useRunStore } from './runStore.ts';

/** What is known of a question at the moment. */
export interface Answer<Result> {
  /** The last answer; of the question before, while `stale`. */
  readonly result: Result | null;
  readonly failure: Failure | null;
  readonly stale: boolean;
}

/** A person who turns a wheel or drags asks once it has come to rest. */
const quiet = 40;
/** Least time between two answers to the same question while a run goes on. */
const pause = 700;
/** The engine trains at least this many times as long as it answers. */
const trainingShare = 4;

/**
 * Asks the services, again when `values` is another object, and while the run goes on again at a bounded rate where
 * `live`. Asks nothing where `values` is null.
 */
export function useAnswer<Name extends CallName>(
  name: Name,
  values: CallArguments<Name> | null,
  live: boolean,
): Answer<CallResult<Name>> {
  const [state, setState] = useState<{
    readonly of: CallArguments<Name> | null;
    readonly result: CallResult<Name> | null;
    readonly failure: Failure | null;
  }>({ of: null, result: null, failure: null });

  // A person who drags asks faster than a large network answers: the questions between are never sent.
  const underWay = useRef<Promise<unknown>>(Promise.resolve());

  useEffect(() => {
    if (values === null) return undefined;
    let wanted = true;
    let busy = false;
    let moved = false;
    let due = performance.now() + quiet;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      timer = undefined;
      busy = true;
      moved = false;
      await underWay.current;
      if (!wanted) return;
      const began = performance.now();
      try {
        const asked = getClient().call(name, values);
        underWay.current = asked.catch(() => undefined);
        const result = await asked;
        if (wanted) setState({ of: values, result, failure: null });
      } catch (problem) {
        if (!(problem instanceof CallFailure)) throw problem;
        const { failure } = problem;
        if (wanted) setState({ of: values, result: null, failure });
      }
      busy = false;
      const now = performance.now();
      due = now + Math.max(pause, trainingShare * (now - began));
      if (moved) plan();
    };
    const plan = (): void => {
      if (!wanted || busy || timer !== undefined) return;
      timer = setTimeout(() => void ask(), Math.max(0, due - performance.now()));
    };
    plan();
    const leave = useRunStore.subscribe((now, before) => {
      if (!live || (now.progress?.step === before.progress?.step && now.state === before.state)) return;
      moved = true;
      plan();
    });
    return () => {
      wanted = false;
      clearTimeout(timer);
      leave();
    };
  }, [name, values, live]);

  return { result: state.result, failure: state.failure, stale: state.of !== values };
}
