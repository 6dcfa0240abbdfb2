import type { CSSProperties, JSX, ReactNode } from 'react';
import type { TextKey } from '#shared/text/text';
import { useText } from '../../platform/i18n.ts';
import { telemetry } from '../../state/telemetry.ts';
import { useViewStore } from '../../state/viewStore.ts';
import type { OverlayMode, OverlaySubject } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { count, powerOfTen } from '../../ui/format.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { bucketCount, scaleEnds, scaleTicks } from './colourScale.ts';
import type { ScaleKind, Theme } from './colourScale.ts';
import styles from './Legend.module.css';
import { stylesFor } from './paint.ts';

const measures = {
  activations: { relative: 'wireRelative', absolute: 'wireRms' },
  weights: { relative: 'weightGradient', absolute: 'weightGradient' },
} as const;

/** What the colours and marks of the overlay mean, on which scale, and which step they belong to. Always in view. */
export function Legend({ theme }: { readonly theme: Theme }): JSX.Element | null {
  const overlay = useViewStore((store) => store.overlay);
  const subject = useViewStore((store) => store.overlayOf);
  return overlay === 'off' ? null : <Scale kind={overlay} subject={subject} theme={theme} />;
}

function titleOf(kind: Exclude<OverlayMode, 'off'>, subject: OverlaySubject): TextKey {
  return `canvas.legend.${subject}.${kind}`;
}

function Scale({
  kind,
  subject,
  theme,
}: {
  readonly kind: ScaleKind;
  readonly subject: OverlaySubject;
  readonly theme: Theme;
}): JSX.Element {
  const say = useText();
  const [low, high] = scaleEnds(kind);
  const steps = stylesFor(kind, theme);
  // The bar is made of the very buckets that wires are drawn with.
  const bands = steps.map(
    ({ stroke }, bucket) => `${stroke} ${(100 * bucket) / bucketCount}% ${(100 * (bucket + 1)) / bucketCount}%`,
  );
  return (
    <section className={styles.legend} aria-label={say('canvas.legend')}>
      <div className={styles.head}>
        <span className={styles.title}>{say(titleOf(kind, subject))}</span>
        <DefinitionButton measure={measures[subject][kind]} />
        <span className={styles.step}>
          <LiveText source={telemetryTells} read={() => stepWords(say)} />
        </span>
      </div>
      <div className={styles.bar} style={{ background: `linear-gradient(to right, ${bands.join(', ')})` }} />
      <div className={styles.ticks} aria-hidden="true">
        {scaleTicks[kind].map((tick) => (
          <span key={tick} style={{ left: `${(100 * (tick - low)) / (high - low)}%` } satisfies CSSProperties}>
            {tick === low ? '≤' : tick === high ? '≥' : ''}
            {powerOfTen(tick)}
          </span>
        ))}
      </div>
      <ul className={styles.marks}>
        <MarkSample words={say('measure.mark.zero')} hint={say('measure.mark.zero.meaning')}>
          <path className={styles.quiet} d="M1 6h22" />
          <circle className={styles.ring} cx="12" cy="6" r="3.4" />
        </MarkSample>
        <MarkSample words={say('measure.mark.underflow')} hint={say('measure.mark.underflow.meaning')}>
          <path className={styles.dots} d="M2 6h21" />
        </MarkSample>
        <MarkSample words={say('measure.mark.infinity')} hint={say('measure.mark.infinity.meaning')}>
          <rect className={styles.badge} x="2" y="0" width="20" height="12" rx="6" />
          <text className={styles.badgeWords} x="12" y="9.8" fontSize="11">
            ∞
          </text>
        </MarkSample>
        <MarkSample words="" hint={say('measure.mark.notANumber.meaning')}>
          <rect className={styles.badge} x="0" y="0" width="24" height="12" rx="6" />
          <text className={styles.badgeWords} x="12" y="8.9" fontSize="8">
            {say('canvas.legend.notANumber')}
          </text>
        </MarkSample>
        <MarkSample words={say('measure.mark.noPath')} hint={say('measure.mark.noPath.meaning')}>
          <path className={styles.dashes} d="M1 6h22" />
        </MarkSample>
      </ul>
    </section>
  );
}

function MarkSample(props: {
  readonly words: string;
  readonly hint: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <li className={styles.mark} title={props.hint}>
      <svg width="24" height="12" viewBox="0 0 24 12" aria-hidden="true">
        {props.children}
      </svg>
      {props.words}
    </li>
  );
}

function telemetryTells(notify: () => void): () => void {
  const takeAway = [telemetry.onFrame(notify), telemetry.onTable(notify)];
  return () => {
    for (const remove of takeAway) remove();
  };
}

function stepWords(say: (key: TextKey, values?: Readonly<Record<string, unknown>>) => string): string {
  const step = telemetry.latest?.step;
  return step === undefined ? say('canvas.legend.noRun') : say('canvas.legend.step', { step: count(step) });
}
