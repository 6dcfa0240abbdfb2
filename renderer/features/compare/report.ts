import { bucketCount, bucketOf, bucketStyles, scaleEnds, scaleTicks } from '../../canvas/overlay/colourScale.ts';
import type { Theme } from '../../canvas/overlay/colourScale.ts';
import { powerOfTen } from '../../ui/format.ts';
import { nightInk, paperInk } from '../../ui/plot/ink.ts';
import { escapeMarkup } from '../../ui/plot/svg.ts';
import type { Ink } from './drawings.ts';
import { seriesOfRuns } from './drawings.ts';

/** What a report shows of one step: drawings as SVG, drawn in `reportInk`. */
export interface ReportStep {
  readonly step: number;
  readonly networks: readonly { readonly drawing: string; readonly words: string }[];
  readonly profile: string;
  readonly loss: string;
}

export interface Report {
  readonly language: string;
  readonly title: string;
  readonly names: readonly string[];
  /** Each run's differences to the first, in words. */
  readonly differences: readonly string[];
  readonly captions: { readonly loss: string; readonly profile: string; readonly network: string };
  /** What stands in place of the slider where no run has a recorded step. */
  readonly empty: string;
  /** What the slider moves. */
  readonly time: string;
  /** The caption of a step, with {step} where its number stands. */
  readonly atStep: string;
  readonly steps: readonly ReportStep[];
}

/** Bytes that the drawings of all steps may take together. */
const reportLimit = 12 * 2 ** 20;

/** A colour that the page itself defines, once for light and once for dark. */
const own = (name: string): string => `var(--${name})`;

/** A report is read in light and dark: its drawings name their colours, and the page says what they are. */
export const reportInk: Ink = {
  text: own('text'),
  dim: own('dim'),
  line: own('line'),
  panel: own('panel'),
  card: own('card'),
  danger: own('danger'),
  series: paperInk.series.map((_, index) => own(`series-${index}`)),
  strength: (logarithm) => own(`strength-${bucketOf(logarithm, 'relative')}`),
};

/** What the colours of `reportInk` are in a theme, as CSS. */
function colours(theme: Theme): string {
  const ink = theme === 'light' ? paperInk : nightInk;
  const grounds =
    theme === 'light' ? { ground: '#f6f7f9', card: paperInk.panel } : { ground: '#13161c', card: '#20252f' };
  const named: Readonly<Record<string, string>> = {
    text: ink.text,
    dim: ink.dim,
    line: ink.line,
    panel: ink.panel,
    danger: ink.danger,
    ...grounds,
    ...Object.fromEntries(seriesOfRuns(ink.series).map((colour, index) => [`series-${index}`, colour])),
    ...Object.fromEntries(bucketStyles('relative', theme).map(({ stroke }, bucket) => [`strength-${bucket}`, stroke])),
  };
  return Object.entries(named)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

/** As many of the steps, evenly chosen, as a report may carry. */
export function affordable<Item>(items: readonly Item[], sizeOfOne: number): readonly Item[] {
  const most = Math.max(2, Math.min(60, Math.floor(reportLimit / Math.max(1, sizeOfOne))));
  if (items.length <= most) return items;
  const places = Array.from({ length: most }, (_, index) => Math.round((index * (items.length - 1)) / (most - 1)));
  return places.flatMap((place) => items[place] ?? []);
}

/** The scale of the wires: every colour, and the powers of ten beneath. */
function legend(): string {
  const [low, high] = scaleEnds('relative');
  const fields = Array.from(
    { length: bucketCount },
    (_, step) => `<i style="background:${own(`strength-${step}`)}"></i>`,
  );
  const ticks = scaleTicks.relative.map((at, index, all) => {
    const sign = index === 0 ? '≤' : index === all.length - 1 ? '≥' : '';
    return `<span style="left:${((at - low) / (high - low)) * 100}%">${sign}${powerOfTen(at)}</span>`;
  });
  return `<div class="scale"><div class="bar">${fields.join('')}</div><div class="ticks">${ticks.join('')}</div></div>`;
}

/**
 * One page that needs nothing else: networks with their gradients, the scale, losses and profiles, differences in words,
 * and a slider over the steps. On a narrow screen a network keeps its size and is pushed about.
 */
export function reportPage(report: Report): string {
  const { names, differences, captions, steps } = report;
  const panes = names
    .map(
      (name, index) =>
        `<figure class="pane"><figcaption><i style="background:${own(`series-${index}`)}"></i>${escapeMarkup(name)}<output></output></figcaption><div class="net" tabindex="0" role="group" aria-label="${escapeMarkup(name)}"></div></figure>`,
    )
    .join('');
  const words = differences.map((line) => `<li>${escapeMarkup(line)}</li>`).join('');
  // In a script, "</" would end it whatever stands around it.
  const inScript = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
  const last = Math.max(0, steps.length - 1);
  const slider =
    steps.length === 0
      ? `<p class="empty">${escapeMarkup(report.empty)}</p>`
      : `<div class="time"><input type="range" id="time" min="0" max="${last}" value="${last}" aria-label="${escapeMarkup(report.time)}"><output id="at" for="time"></output></div>`;
  return `<!doctype html>
<html lang="${report.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(report.title)}</title>
<style>
  :root { ${colours('light')} }
  @media (prefers-color-scheme: dark) { :root { ${colours('dark')} } }
  body { margin: 0 auto; max-width: 1200px; padding: 16px; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
  h1 { margin: 0; font-size: 20px; line-height: 1.3; overflow-wrap: anywhere; }
  .panes, .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 12px; }
  .plots { margin-top: 12px; }
  figure { min-width: 0; margin: 0; padding: 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
  figcaption { padding-bottom: 8px; font-size: 13px; color: var(--dim); overflow-wrap: anywhere; }
  figcaption i { display: inline-block; width: 12px; height: 4px; margin-right: 6px; vertical-align: middle; }
  figcaption output { float: right; font-variant-numeric: tabular-nums; }
  svg { display: block; width: 100%; height: auto; }
  .net, .plots div { overflow: auto; }
  .time { position: sticky; z-index: 1; top: 0; display: flex; gap: 12px; align-items: center; padding: 8px 0; background: var(--ground); }
  .time input { flex: 1; min-width: 0; height: 32px; accent-color: #3b5bdb; }
  .time output { font-variant-numeric: tabular-nums; }
  .scale { max-width: 420px; margin: 12px 24px 0; font-size: 12px; color: var(--dim); }
  .bar { display: flex; height: 8px; }
  .bar i { flex: 1; }
  .ticks { position: relative; height: 20px; }
  .ticks span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
  .note { margin: 4px 0 0; font-size: 13px; color: var(--dim); }
  ul { padding-left: 20px; }
  li { font-size: 14px; overflow-wrap: anywhere; }
  @media (max-width: 700px) {
    .net { max-height: 60vh; }
    .net svg { width: auto; max-width: none; }
    .plots svg { min-width: 470px; }
    figcaption output { float: none; display: block; }
  }
</style>
<h1>${escapeMarkup(report.title)}</h1>
${slider}
<div class="panes">${panes}</div>
${legend()}
<p class="note">${escapeMarkup(captions.network)}</p>
<div class="plots"><figure><figcaption>${escapeMarkup(captions.loss)}</figcaption><div id="loss"></div></figure><figure><figcaption>${escapeMarkup(captions.profile)}</figcaption><div id="profile"></div></figure></div>
<ul>${words}</ul>
<script>
const steps = ${inScript(steps)};
const time = document.getElementById('time');
function show() {
  const now = steps[Number(time.value)];
  const words = ${inScript(report.atStep)}.replace('{step}', now.step);
  document.getElementById('at').textContent = words;
  time.setAttribute('aria-valuetext', words);
  document.querySelectorAll('.pane').forEach((pane, index) => {
    pane.querySelector('output').textContent = now.networks[index].words;
    pane.querySelector('.net').innerHTML = now.networks[index].drawing;
  });
  document.getElementById('loss').innerHTML = now.loss;
  document.getElementById('profile').innerHTML = now.profile;
}
if (time) {
  time.addEventListener('input', show);
  show();
}
</script>
</html>
`;
}
