import { useEffect, useMemo } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { CallResult } from '#shared/protocol/calls';
import { useExampleStore } from '../../state/exampleStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import type { Answer } from '../../state/useAnswer.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { useSubject } from '../../state/useSubject.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { placesOf, shownIterations } from './places.ts';
import type { ShownPlace } from './places.ts';

export interface InspectedSelection {
  readonly places: readonly ShownPlace[];
  /** The document that the weights belong to; null where nothing can be worked out. */
  readonly document: GradloomDocument | null;
  readonly answer: Answer<CallResult<'run.values'>>;
}

/** The values of the chosen example where the selection is, at the iterations that the scrubbers show. */
export function useInspection(): InspectedSelection {
  const nodes = useSelectionStore((store) => store.nodes);
  const wires = useSelectionStore((store) => store.wires);
  const chosen = useViewStore((store) => store.iterations);
  const example = useExampleStore((store) => store.example);
  const gradients = useExampleStore((store) => store.gradients);
  const subject = useSubject((document) => placesOf(document, { nodes, wires }).length > 0);
  const places = useMemo(
    () => (subject === null ? [] : placesOf(subject.document, { nodes, wires })),
    [subject, nodes, wires],
  );
  const values = useMemo(() => {
    if (subject === null || places.length === 0) return null;
    const loops = places.flatMap((place) => place.loops);
    return {
      of: subject.of,
      example,
      places: places.map(({ place }) => place),
      iterations: { ...shownIterations(loops, chosen) },
      gradients,
    };
  }, [subject, places, chosen, example, gradients]);
  const answer = useAnswer('run.values', values, subject !== null && 'run' in subject.of);
  const count = answer.stale ? null : (answer.result?.count ?? null);
  useEffect(() => {
    if (count !== null) useExampleStore.setState({ count });
  }, [count]);
  return { places, document: subject?.document ?? null, answer };
}
