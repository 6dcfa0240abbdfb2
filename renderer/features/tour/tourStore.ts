import { create } from 'zustand';
import type { GradloomDocument } from '#shared/graph/document';
import { createTemplate } from '#shared/templates/templates';
import type { Command } from '../../platform/commands.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useRunStore } from '../../state/runStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { isTourDocument, stepAfter, tourSteps } from './steps.ts';
import type { TourWorld } from './steps.ts';

export interface TourState {
  /** Where the tour is; null: it is not on. */
  readonly place: number | null;
  /** How things stood when this step began. */
  readonly before: TourWorld;
}

function worldNow(): TourWorld {
  const { nodes, wires } = useSelectionStore.getState();
  return {
    document: useDocumentStore.getState().document,
    run: useRunStore.getState().table?.run ?? null,
    wire: nodes.size === 0 && wires.size === 1 ? ([...wires][0] ?? null) : null,
  };
}

/** Where the first-run tour is. */
export const useTourStore = create<TourState>()(() => ({ place: null, before: worldNow() }));

function goTo(place: number | null): void {
  const asksForWire = place !== null && tourSteps[place]?.asksForWire === true;
  if (asksForWire && worldNow().wire !== null) {
    // The step before must not take the wire's going for something done.
    useTourStore.setState({ place: null });
    useSelectionStore.getState().clear();
  }
  useTourStore.setState({ place, before: worldNow() });
  useViewStore.setState({ tourOn: place !== null });
}

/** Begins the tour from the start, where the document is the example that it speaks of. */
function begin(): void {
  if (isTourDocument(useDocumentStore.getState().document)) goTo(0);
}

/** Begins the tour in a window that has never shown it. */
export function offerTour(): void {
  if (!useViewStore.getState().tourSeen) begin();
}

/** Ends the tour; the window does not offer it by itself again. */
export function leaveTour(): void {
  useViewStore.getState().set({ tourSeen: true });
  goTo(null);
}

/** The next step; after the last one the tour is over. */
export function nextTourStep(): void {
  const { place, before } = useTourStore.getState();
  if (place === null) return;
  if (place >= tourSteps.length - 1) leaveTour();
  else goTo(stepAfter(place, before, worldNow()));
}

/** The step before this one. */
export function previousTourStep(): void {
  const { place } = useTourStore.getState();
  if (place !== null && place > 0) goTo(place - 1);
}

async function showTour(open: (document: GradloomDocument) => Promise<void>): Promise<void> {
  if (!isTourDocument(useDocumentStore.getState().document)) {
    await open(createTemplate('plain-or-residual', {}, useViewStore.getState().locale));
  }
  useViewStore.getState().set({ inspectorOpen: true });
  begin();
}

/** Lets the tour move on when a thing was done, until the returned function is called. */
export function followTour(): () => void {
  const look = (): void => {
    const { place, before } = useTourStore.getState();
    if (place !== null && tourSteps[place]?.isDone?.(before, worldNow()) === true) nextTourStep();
  };
  const takeAway = [
    useDocumentStore.subscribe((state, former) => {
      if (state.document !== former.document) look();
    }),
    useRunStore.subscribe((state, former) => {
      if (state.table !== former.table) look();
    }),
    useSelectionStore.subscribe(look),
  ];
  return () => {
    for (const remove of takeAway) remove();
  };
}

/**
 * The command that shows the tour again, for the composition root to register. `open` opens the example where another
 * document is open, and asks first what becomes of that one.
 */
export function tourCommands(open: (document: GradloomDocument) => Promise<void>): readonly Command[] {
  return [{ id: 'help.tour', label: 'tour.command', run: () => void showTour(open) }];
}
