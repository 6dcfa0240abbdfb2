import { escapeMarkup } from '../../ui/plot/svg.ts';

/** What a report shows of one step: drawings as SVG. */
export interface ReportStep {
  readonly step: number;
  readonly networks: readonly string[];
  readonly profile: string;
  readonly loss: string;
}

export interface Report {
  readonly language: string;
  readonly title: string;
  readonly names: readonly string[];
  readonly colours: readonly string[];
  /** Each run's differences to the first, in words. */
  readonly differences: readonly string[];
  readonly captions: { readonly loss: string; readonly profile: string; readonly network: string };
  /** The caption of a step, with {step} where its number stands. */
  readonly atStep: string;
  readonly steps: readonly ReportStep[];
}

/** Bytes that the drawings of all steps may take together. */
const reportLimit = 12 * 2 ** 20;

/** As many of the steps, evenly chosen, as a report may carry. */
export function affordable<Item>(items: readonly Item[], sizeOfOne: number): readonly Item[] {
  const most = Math.max(2, Math.min(60, Math.floor(reportLimit / Math.max(1, sizeOfOne))));
  if (items.length <= most) return items;
  const places = Array.from({ length: most }, (_, index) => Math.round((index * (items.length - 1)) / (most - 1)));
  return places.flatMap((place) => items[place] ?? []);
}

/** One page that needs nothing else: drawings, differences in words, and a slider over the steps. */
export function reportPage(report: Report): string {
  const { names, colours, differences, captions, steps } = report;
  const panes = names
    .map(
      (name, index) =>
        `<figure class="pane"><figcaption><i style="background:${colours[index] ?? 'gray'}"></i>${escapeMarkup(name)}</figcaption><div class="net" data-pane="${index}"></div></figure>`,
    )
    .join('');
  const words = differences.map((line) => `<li>${escapeMarkup(line)}</li>`).join('');
  // In a script, "</" would end it whatever stands around it.
  const data = JSON.stringify(steps).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="${report.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(report.title)}</title>
<style>
  body { margin: 0 auto; max-width: 1200px; padding: 16px; font: 15px/1.5 system-ui, sans-serif; color: #1d2430; background: #f6f7f9; }
  h1 { font-size: 20px; }
  .panes, .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 12px; }
  figure { margin: 0; padding: 12px; border: 1px solid #e3e6eb; border-radius: 8px; background: #fff; }
  figcaption { font-size: 13px; color: #545d6d; }
  figcaption i { display: inline-block; width: 12px; height: 4px; margin-right: 6px; vertical-align: middle; }
  svg { width: 100%; height: auto; }
  .net { overflow-x: auto; }
  .time { position: sticky; top: 0; display: flex; gap: 12px; align-items: center; padding: 8px 0; background: #f6f7f9; }
  .time input { flex: 1; min-width: 0; height: 32px; }
  li { font-size: 14px; }
</style>
<h1>${escapeMarkup(report.title)}</h1>
<div class="time"><input type="range" id="time" min="0" max="${steps.length - 1}" value="${steps.length - 1}" aria-label="${escapeMarkup(report.atStep.replace('{step}', ''))}"><output id="at"></output></div>
<div class="panes">${panes}</div>
<p>${escapeMarkup(captions.network)}</p>
<div class="plots"><figure><figcaption>${escapeMarkup(captions.loss)}</figcaption><div id="loss"></div></figure><figure><figcaption>${escapeMarkup(captions.profile)}</figcaption><div id="profile"></div></figure></div>
<ul>${words}</ul>
<script>
const steps = ${data};
const time = document.getElementById('time');
function show() {
  const now = steps[Number(time.value)];
  if (!now) return;
  document.getElementById('at').textContent = ${JSON.stringify(report.atStep).replaceAll('<', '\\u003c')}.replace('{step}', now.step);
  document.querySelectorAll('.net').forEach((pane, index) => { pane.innerHTML = now.networks[index] || ''; });
  document.getElementById('loss').innerHTML = now.loss;
  document.getElementById('profile').innerHTML = now.profile;
}
time.addEventListener('input', show);
show();
</script>
</html>
`;
}
