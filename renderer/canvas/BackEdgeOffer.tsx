import { useRef } from 'react';
import type { JSX } from 'react';
import { findNode } from '#shared/graph/queries';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { nodeTitle } from '../state/nodeTitle.ts';
import { Button } from '../ui/Button.tsx';
import { Popover } from '../ui/Popover.tsx';
import styles from './BackEdgeOffer.module.css';
import { useCanvasStore } from './canvasStore.ts';
import type { BackEdge } from './canvasStore.ts';
import { acceptBackEdge } from './editing/structure.ts';
import { roomInView } from './view.ts';

/** What a wire that leads back would become, at the place where it was let go: one press makes it so. */
export function BackEdgeOffer(): JSX.Element | null {
  const backEdge = useCanvasStore((store) => store.backEdge);
  const offer = backEdge?.offer ?? null;
  return backEdge === null || offer === null ? null : <Offer backEdge={backEdge} offer={offer} />;
}

function close(): void {
  useCanvasStore.setState({ backEdge: null });
}

function Offer({
  backEdge,
  offer,
}: {
  readonly backEdge: BackEdge;
  readonly offer: NonNullable<BackEdge['offer']>;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const anchor = useRef<HTMLSpanElement>(null);
  const document = useDocumentStore((store) => store.document);
  const { proposal, at } = offer;
  const { isExisting, loop, state, iterations } = proposal;
  const around = isExisting ? findNode(document, loop)?.node : undefined;
  const words =
    around !== undefined
      ? say('canvas.backEdge.state', { loop: nodeTitle(locale, around) })
      : backEdge.body.size === 1
        ? say('canvas.backEdge.one', { iterations })
        : say('canvas.backEdge.loop', { count: backEdge.body.size, iterations });
  return (
    <>
      <span ref={anchor} className={styles.anchor} style={{ left: at.x, top: at.y }} />
      <Popover
        anchor={anchor}
        label={say('canvas.backEdge.title')}
        alignment="start"
        className={styles.offer}
        // The cards and wires that are lit up stay in sight.
        clear={roomInView}
        onClose={close}
      >
        <p className={styles.title}>{say('canvas.backEdge.title')}</p>
        <p>{words}</p>
        <p className={styles.shape}>{say('canvas.backEdge.shape', { shape: state.shape })}</p>
        <div className={styles.choices}>
          <Button
            look="primary"
            icon="loop"
            data-autofocus
            onClick={() => {
              close();
              acceptBackEdge(proposal);
            }}
          >
            {say(isExisting ? 'canvas.backEdge.makeState' : 'canvas.backEdge.makeLoop')}
          </Button>
          <Button look="quiet" onClick={close}>
            {say('canvas.backEdge.cancel')}
          </Button>
        </div>
      </Popover>
    </>
  );
}
