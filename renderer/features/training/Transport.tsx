import type { JSX } from 'react';
import type { RunState } from '#shared/protocol/calls';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';
import { shownKeyOf } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { isUnderWay, useRunStore } from '../../state/runStore.ts';
import { useOutdated } from '../../state/useOutdated.ts';
import { showDockTab } from '../../state/viewStore.ts';
import { classes } from '../../ui/classes.ts';
import { count, duration } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { blockedBy, mainAction, shareDone, stepsDone } from './blocked.ts';
import { RunBanner } from './RunBanner.tsx';
import { countErrors, oneStep, runFromWeights, runOrPause, stopRun } from './runControls.ts';
import styles from './Transport.module.css';

/** Run, pause, one step and stop, with where the run is. */
export function Transport(): JSX.Element {
  const say = useText();
  const state = useRunStore((store) => store.state);
  const hasRun = useRunStore((store) => store.run !== null);
  const errors = useDocumentStore((store) => countErrors(store.check.diagnostics));
  const engine = useEngineStore((store) => store.report?.state ?? 'unknown');
  const connected = useEngineStore((store) => store.connection === 'open');
  const underWay = isUnderWay(state);
  const blocked = underWay ? null : blockedBy({ errors, engine, connected });
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
      {blocked !== null && (state === null || errors > 0) ? (
        <Blocked words={say(blocked.key, blocked.values)} toProblems={errors > 0} />
      ) : (
        <Meter />
      )}
    </div>
  );
}

/** Why nothing can run, where the numbers of a run would stand. */
function Blocked({ words, toProblems }: { readonly words: string; readonly toProblems: boolean }): JSX.Element {
  const say = useText();
  if (!toProblems) return <span className={classes(styles.meter, styles.quiet)}>{words}</span>;
  return (
    <Tooltip words={say('training.showProblems')}>
      <button type="button" className={classes(styles.meter, styles.blocked)} onClick={() => showDockTab('problems')}>
        {words}
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
  const { done, all } = stepsDone(progress, state, last?.step ?? null);
  const isEarly = state === 'finished' && done < all;
  return (
    <span className={styles.meter}>
      <span className={styles.part}>
        {say('training.meter.epoch')} <b>{Math.min(epoch + 1, epochs)}</b>/{epochs}
      </span>
      <span className={styles.part}>
        {say('training.meter.step')} <b>{count(done)}</b>/{count(all)}
      </span>
      {state === 'running' ? (
        <>
          <span className={styles.part}>{say('training.meter.speed', { speed: count(examplesPerSecond) })}</span>
          <span className={styles.part}>{say('training.meter.left', { time: duration(secondsLeft) })}</span>
        </>
      ) : (
        <span className={classes(styles.part, styles.state, state === 'failed' && styles.failed)}>
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
