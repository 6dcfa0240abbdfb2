import { useEffect, useRef } from 'react';
import type { JSX, RefObject } from 'react';
import { createPortal } from 'react-dom';
import { shownKeyOf } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { roomInView } from '../../canvas/view.ts';
import { placeBeside, placeClear } from '../../ui/placement.ts';
import type { Box, Obstacle } from '../../ui/placement.ts';
import { isTourDocument, tourSteps } from './steps.ts';
import type { TourStep } from './steps.ts';
import styles from './TourCard.module.css';
import { followTour, leaveTour, nextTourStep, previousTourStep, useTourStore } from './tourStore.ts';

/** The step of the tour beside what it is about. Nothing is locked: it waits while another document is open. */
export function TourCard(): JSX.Element | null {
  const place = useTourStore((store) => store.place);
  const isShown = useDocumentStore((store) => isTourDocument(store.document));
  useEffect(followTour, []);
  const step = place === null ? undefined : tourSteps[place];
  if (place === null || step === undefined || !isShown) return null;
  return <Card step={step} place={place} />;
}

function Card({ step, place }: { readonly step: TourStep; readonly place: number }): JSX.Element {
  const say = useText();
  const card = useRef<HTMLElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  useStandBeside(step, card, ring);
  const isLast = place === tourSteps.length - 1;
  const end = (): void => {
    const hadFocus = card.current?.contains(document.activeElement) === true;
    leaveTour();
    if (hadFocus) document.querySelector<HTMLElement>('[data-anchor="help"]')?.focus();
  };
  return createPortal(
    <>
      <div ref={ring} className={styles.ring} aria-hidden="true" />
      <aside
        ref={card}
        className={styles.card}
        aria-label={say('tour.label')}
        data-area="tour"
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          end();
        }}
      >
        <header className={styles.header}>
          <span className={styles.count}>{say('tour.count', { place: place + 1, count: tourSteps.length })}</span>
          <IconButton icon="close" size="small" label={say('tour.skip')} onClick={end} />
        </header>
        <div role="status">
          <h2 className={styles.title}>{say(step.title)}</h2>
          <p>{say(step.words, step.keysOf === undefined ? {} : { keys: shownKeyOf(step.keysOf) })}</p>
        </div>
        <footer className={styles.choices}>
          {place > 0 && (
            <Button look="quiet" size="small" onClick={previousTourStep}>
              {say('tour.back')}
            </Button>
          )}
          <Button
            look={step.isDone === undefined ? 'primary' : 'plain'}
            size="small"
            onClick={isLast ? end : nextTourStep}
          >
            {say(isLast ? 'tour.done' : 'tour.next')}
          </Button>
        </footer>
      </aside>
    </>,
    document.body,
  );
}

/** How often the card looks where its subject is now: panels open, the view flies. */
const lookPause = 200;
/** Between the card and the ring around its subject. */
const cardGap = 14;
const ringAir = 4;
/** How many times more it costs to cover what the words speak of. */
const sparing = 8;

/** Keeps the card beside its subject, and the ring around it; without a subject in view it stands above the dock. */
function useStandBeside(
  step: TourStep,
  card: RefObject<HTMLElement | null>,
  ring: RefObject<HTMLDivElement | null>,
): void {
  useEffect(() => {
    let found: Element | null = null;
    let stood = '';
    let placed = { left: 0, top: 0 };
    const stand = (): void => {
      const [box, around] = [card.current, ring.current];
      if (box === null || around === null) return;
      const example = useDocumentStore.getState().document;
      const element = find(step.target(example));
      if (element !== found) showInPanel(element);
      found = element;
      const subject = visibleBox(element);
      around.hidden = subject === null;
      if (subject !== null) {
        around.style.left = `${subject.left - ringAir}px`;
        around.style.top = `${subject.top - ringAir}px`;
        around.style.width = `${subject.width + 2 * ringAir}px`;
        around.style.height = `${subject.height + 2 * ringAir}px`;
      }
      const { width, height } = box.getBoundingClientRect();
      const place = (): { readonly left: number; readonly top: number } => {
        const viewport = { width: window.innerWidth, height: window.innerHeight };
        const near = subject ?? footOfCanvas(viewport);
        const room = roomInView();
        if (room === null) return placeBeside(near, { width, height }, viewport, 'bottom', 'centre', cardGap);
        // None of what it speaks of, and as little else as can be, is covered.
        const kept = {
          left: near.left - cardGap,
          top: near.top - cardGap,
          width: near.width + 2 * cardGap,
          height: near.height + 2 * cardGap,
        };
        const middle = { left: near.left + near.width / 2, top: near.top + near.height / 2 };
        const about = step.about === undefined ? [] : [...document.querySelectorAll(step.about)];
        const spared = about.map((one): Obstacle => ({ ...boxOf(one), cost: sparing }));
        return placeClear(middle, { width, height }, room.area, [...room.obstacles, kept, ...spared]);
      };
      // It moves when what it stands beside does, and stays where it is while all else goes on.
      const now = JSON.stringify([subject, canvasBox(), width, height]);
      if (now !== stood) placed = place();
      stood = now;
      box.style.left = `${placed.left}px`;
      box.style.top = `${placed.top}px`;
      box.style.visibility = 'visible';
    };
    stand();
    const timer = setInterval(stand, lookPause);
    window.addEventListener('resize', stand);
    return () => {
      clearInterval(timer);
      window.removeEventListener('resize', stand);
    };
  }, [card, ring, step]);
}

function find(selector: string | null | undefined): Element | null {
  return selector === null || selector === undefined ? null : document.querySelector(selector);
}

/** Scrolls a panel to what the step is about. The canvas is panned by the person, never scrolled. */
function showInPanel(element: Element | null): void {
  if (element?.closest('[data-area="canvas"]') === null) element.scrollIntoView({ block: 'nearest' });
}

/** The canvas as it is now; what is on it moves with it. */
function canvasBox(): readonly number[] {
  const box = document.querySelector('[data-area="canvas"]')?.getBoundingClientRect();
  return box === undefined ? [] : [box.left, box.top, box.width, box.height];
}

/** Where something can be seen now; null where it is scrolled or panned out of view. */
function visibleBox(element: Element | null): Box | null {
  if (element === null || !element.checkVisibility()) return null;
  const box = boxOf(element);
  const { left, top, width, height } = box;
  const around = element.closest('[data-area]')?.getBoundingClientRect();
  if (width === 0 || around === undefined) return null;
  const isOut = left + width < around.left || top + height < around.top || left > around.right || top > around.bottom;
  return isOut ? null : box;
}

function boxOf(element: Element): Box {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { left, top, width, height };
}

function footOfCanvas(viewport: { readonly width: number; readonly height: number }): Box {
  const canvas = document.querySelector('[data-area="canvas"]')?.getBoundingClientRect();
  const { left, width, bottom } = canvas ?? { left: 0, width: viewport.width, bottom: viewport.height };
  return { left: left + width / 2, top: bottom, width: 0, height: 0 };
}
