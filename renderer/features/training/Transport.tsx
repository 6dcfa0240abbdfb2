import type { CSSProperties, JSX } from 'react';
import type { RunState } from '#shared/protocol/calls';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';
import { shownKeyOf } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useLessonStore } from '../../state/lessonStore.ts';
import { isUnderWay, useRunStore } from '../../state/runStore.ts';
import { showCanvas } from '../../state/showCanvas.ts';
import { useOutdated } from '../../state/useOutdated.ts';
import { showDockTab, showRail } from '../../state/viewStore.ts';
import { classes } from '../../ui/classes.ts';
import { count, duration } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { blockedBy, lackOf, mainAction, shareDone, stepNow } from './blocked.ts';
import type { Block } from './blocked.ts';
import { RunBanner } from './RunBanner.tsx';
import { countErrors, oneStep, runFromWeights, runOrPause, stopRun } from './runControls.ts';
import styles from './Transport.module.css';

/** Run, pause, one step and stop, with where the run is. */
export function Transport(): JSX.Element {
  const say = useText();
  const state = useRunStore((store) => store.state);
  const hasRun = useRunStore((store) => store.run !== null);
  const errors = useDocumentStore((store) => countErrors(store.check.diagnostics));
  const lacks = useDocumentStore((store) => lackOf(store.document.training));
  const isLesson = useLessonStore((store) => store.isShown);
  const engine = useEngineStore((store) => store.report?.state ?? 'unknown');
  const connected = useEngineStore((store) => store.connection === 'open');
  const underWay = isUnderWay(state);
  const blocked = underWay ? null : blockedBy({ errors, engine, connected, lacks, isLesson });
  const why = blocked === null ? undefined : say(blocked.key, blocked.values);
  const action = mainAction(state);
  const running = action === 'pause' || action === 'wait';
  return (
    <div className={styles.transport} role="toolbar" aria-label={say('training.transport')}>
      <IconButton
        data-anchor="run"
        icon={running ? 'pause' : 'play'}
        label={say(action === 'resume' ? 'training.resume' : running ? 'training.pause' : 'training.run')}
        hint={why ?? (action === 'start' ? say('training.run.hint') : undefined)}
        keys={shownKeyOf('training.run')}
        look="primary"
        disabled={blocked !== null || action === 'wait'}
        onClick={runOrPause}
      />
      <IconButton
        icon="playOn"
        label={say('training.runFromWeights')}
        hint={why ?? say('training.runFromWeights.hint')}
        keys={shownKeyOf('training.runFromWeights')}
        disabled={blocked !== null || !hasRun || running}
        onClick={runFromWeights}
      />
      <IconButton
        icon="step"
        label={say('training.step')}
        hint={why ?? say('training.step.hint')}
        keys={shownKeyOf('training.step')}
        disabled={blocked !== null || action === 'wait'}
        onClick={oneStep}
      />
      <IconButton
        icon="stop"
        label={say('training.stop')}
        hint={underWay ? say('training.stop.hint') : say('training.blocked.notRunning')}
        keys={shownKeyOf('training.stop')}
        disabled={!underWay}
        onClick={stopRun}
      />
      {blocked !== null && (state === null || blocked.mendedIn !== null) ? <Blocked block={blocked} /> : <Meter />}
    </div>
  );
}

/** Why nothing can run, where the numbers of a run would stand; a press leads to where that is mended. */
function Blocked({ block: { key, values, mendedIn } }: { readonly block: Block }): JSX.Element {
  const say = useText();
  if (mendedIn === null) return <span className={classes(styles.meter, styles.quiet)}>{say(key, values)}</span>;
  const show = (): void => {
    if (mendedIn === 'canvas') showCanvas();
    else if (mendedIn === 'training') showRail('training');
    else showDockTab(mendedIn);
  };
  return (
    <Tooltip words={say(`training.mend.${mendedIn}`)}>
      <button
        type="button"
        className={classes(styles.meter, styles.blocked, mendedIn === 'canvas' && styles.aside)}
        onClick={show}
      >
        {say(key, values)}
      </button>
    </Tooltip>
  );
}

/** Epoch, step, speed and time left of the run; what the run is doing where there are no numbers yet. */
function Meter(): JSX.Element {
  const say = useText();
  const state = useRunStore((store) => store.state);
  const progress = useRunStore((store) => store.progress);
  const preparing = useRunStore((store) => store.preparing);
  const last = useRunStore((store) => store.epochs.at(-1));
  const outdated = useOutdated();
  if (state === null || progress === null) {
    return <span className={classes(styles.meter, styles.quiet)}>{say(...beforeNumbers(state, preparing))}</span>;
  }
  const { epoch, epochs, examplesPerSecond, secondsLeft } = progress;
  const { now, last: lastStep } = stepNow(progress, state, last?.step ?? null);
  const isEarly = state === 'finished' && now < lastStep;
  return (
    <span className={classes(styles.meter, outdated && styles.crowded)}>
      <span className={classes(styles.part, styles.epoch)}>
        {say('training.meter.epoch')} <Figure now={count(Math.min(epoch + 1, epochs))} most={count(epochs)} />
      </span>
      <span
        className={classes(styles.part, !isUnderWay(state) && styles.reached)}
        title={say('training.meter.step.hint', { all: count(lastStep + 1) })}
      >
        {say('training.meter.step')} <Figure now={count(now)} most={count(lastStep)} />
      </span>
      {state === 'running' ? (
        <>
          <span className={classes(styles.part, styles.speed)}>
            {say('training.meter.speed', { speed: count(examplesPerSecond) })}
          </span>
          <span className={classes(styles.part, styles.left)}>
            {say('training.meter.left', { time: duration(secondsLeft) })}
          </span>
        </>
      ) : (
        <span
          className={classes(styles.part, styles.state, state === 'failed' && styles.failed, outdated && styles.former)}
        >
          {isEarly ? say('training.state.early', { epoch: last?.best ?? epoch + 1 }) : say(`training.state.${state}`)}
        </span>
      )}
      {outdated && (
        <Tooltip words={say('training.state.outdated')} hint={say('training.state.outdated.hint')}>
          <span className={styles.outdated} tabIndex={0}>
            {say('training.state.outdated')}
          </span>
        </Tooltip>
      )}
    </span>
  );
}

/** A number of so many. It has the room of the largest one from the beginning: nothing beside it moves as it grows. */
function Figure({ now, most }: { readonly now: string; readonly most: string }): JSX.Element {
  return (
    <span className={styles.figure} style={{ '--digits': most.length } as CSSProperties}>
      <b>{now}</b>
      <span className={styles.most}>/{most}</span>
    </span>
  );
}

/** What stands in the meter before a run has numbers. A large network's first step is compiled for some seconds. */
function beforeNumbers(
  state: RunState | null,
  preparing: { readonly done: number; readonly parts: number } | null,
): [TextKey, TextValues?] {
  if (state === 'preparing' && preparing !== null) {
    return ['training.state.preparing.part', { part: preparing.done + 1, parts: preparing.parts }];
  }
  return [state === 'running' ? 'training.state.firstStep' : `training.state.${state ?? 'idle'}`];
}

/** Beneath the top bar: the thin line that fills as the run goes on, and why a run failed. */
export function ProgressLine(): JSX.Element {
  return (
    <>
      <Line />
      <RunBanner />
    </>
  );
}

function Line(): JSX.Element {
  const say = useText();
  const state = useRunStore((store) => store.state);
  const share = useRunStore((store) => shareDone(store.progress, store.state));
  const shown = state === null ? null : share;
  return (
    <div
      className={styles.line}
      role="progressbar"
      aria-label={say('training.progress')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shown === null ? undefined : Math.round(100 * shown)}
    >
      <div
        className={classes(
          styles.fill,
          state === 'preparing' && styles.preparing,
          state === 'failed' && styles.failedFill,
          !isUnderWay(state) && styles.over,
        )}
        style={{ scale: `${shown ?? 0} 1` }}
      />
    </div>
  );
}
