import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chapter, chapterNames } from '#shared/lessons/chapters';
import type { Condition, Lesson, StepOf } from '#shared/lessons/lesson';
import { conditionHolds, figuresOf, subjectOf, verdictOf } from '#shared/lessons/verdict';
import { writeFigure, writeFigures } from '#shared/lessons/write';
import type { LessonResult, Reading } from '#shared/protocol/lessons';

/*
 * Every run step of every lesson that comes along, through the terminal and so without a window, over the seeds of the
 * lesson, with native TensorFlow and with plain JavaScript at the sizes chosen for it; each verdict against its bounds.
 * Writes docs/lessons.md, or docs/lessons-ENGINE.md where only one engine is taken, and ends with an error where a verdict is left open. LESSONS=rla,attention takes only
 * those, LESSONS_ENGINES=tensorflow only that engine. What a folder LESSONS_RESULTS has as LESSON.ENGINE.json is not run again, and what is run is kept there.
 */

// Campaigns run in the checkout; where a bundle lies says nothing of it when node_modules is a link.
const root = process.cwd();
const run = promisify(execFile);
const allEngines = ['tensorflow', 'javascript'] as const;
type Engine = (typeof allEngines)[number];
const onlyEngines = process.env['LESSONS_ENGINES']?.split(',');
const engines = allEngines.filter((engine) => onlyEngines?.includes(engine) ?? true);
const only = process.env['LESSONS']?.split(',');
const kept = process.env['LESSONS_RESULTS'];

const engineWords: Readonly<Record<Engine, string>> = {
  tensorflow: 'native TensorFlow',
  javascript: 'plain JavaScript, at the sizes chosen for it',
};

/** What `lesson --json` tells. */
interface Told {
  readonly steps: readonly ({ readonly step: string } & LessonResult)[];
}

async function measured(name: string, engine: Engine): Promise<Told['steps']> {
  const file = kept === undefined ? null : join(resolve(kept), `${name}.${engine}.json`);
  const { steps } = JSON.parse(file !== null && existsSync(file) ? readFileSync(file, 'utf8') : await told()) as Told;
  for (const { step, backend, seconds } of steps) {
    if (backend !== engine) throw new Error(`${name}, ${step}: expected the engine ${engine}; received ${backend}`);
    process.stderr.write(`${name} ${engine} ${step} ${seconds.toFixed(1)} s\n`);
  }
  return steps;

  async function told(): Promise<string> {
    const { stdout } = await run(process.execPath, [join(root, 'scripts/gradloom.mjs'), 'lesson', name, '--json'], {
      maxBuffer: 2 ** 28,
      env: { ...process.env, ...(engine === 'javascript' && { GRADLOOM_ENGINE: 'javascript' }) },
    });
    if (file !== null) writeFileSync(file, stdout);
    return stdout;
  }
}

/** A bound as it stands in the lesson. */
function boundOf({ of, at, over, overAt, least, most, seeds = 'every' }: Condition): string {
  const subject = (reference: string, x: number | undefined): string => reference + (x === undefined ? '' : ` at ${x}`);
  const what = subject(of, at) + (over === undefined ? '' : ` / ${subject(over, overAt ?? at)}`);
  const bounds = [
    ...(least === undefined ? [] : [`≥ ${writeFigure(least)}`]),
    ...(most === undefined ? [] : [`≤ ${writeFigure(most)}`]),
  ];
  return `${what} ${bounds.join(', ')}${seeds === 'median' ? ' (median)' : ''}`;
}

interface Judged {
  readonly lesson: Lesson;
  readonly engine: Engine;
  readonly steps: Told['steps'];
  readonly readings: readonly Reading[];
}

const judged: Judged[] = [];
const open: string[] = [];
for (const name of chapterNames) {
  const lesson = chapter(name);
  if (lesson === null || (only !== undefined && !only.includes(name))) continue;
  for (const engine of engines) {
    const steps = await measured(name, engine);
    const readings = steps.flatMap((step) => step.readings);
    judged.push({ lesson, engine, steps, readings });
    for (const verdict of verdictsOf(lesson)) {
      const holds = verdictOf(readings, verdict)?.holds;
      process.stderr.write(`${name} ${engine} ${verdict.id}: ${holds ?? 'not measured'}\n`);
      if (holds === undefined || holds === 'open') {
        open.push(`${name} ${engine} ${verdict.id}`);
        for (const row of boundRows(readings, verdict)) process.stderr.write(`${row}\n`);
      }
    }
  }
}

function verdictsOf({ steps }: Lesson): readonly StepOf<'verdict'>[] {
  return steps.flatMap((step) => (step.kind === 'verdict' ? [step] : []));
}

/** The bounds of the outcome that is said, or of the first where none is. */
function boundRows(readings: readonly Reading[], verdict: StepOf<'verdict'>): readonly string[] {
  const said = verdictOf(readings, verdict);
  const outcome = verdict.outcomes.find(({ words }) => words === said?.words) ?? verdict.outcomes[0];
  return (outcome?.when ?? []).map((condition, at) => {
    const subject = subjectOf(readings, condition);
    const found = subject === null ? '–' : writeFigures(subject);
    const step = figuresOf(readings, { of: condition.of, at: condition.at ?? null })?.step ?? null;
    const kept = conditionHolds(readings, condition) === true ? 'yes' : 'no';
    return `| ${[at === 0 ? `${verdict.title.en}: **${said?.holds ?? 'not measured'}**` : '', boundOf(condition), found, step ?? '–', kept].join(' | ')} |`;
  });
}

function times(lesson: Lesson): string {
  const own = judged.filter((each) => each.lesson === lesson);
  const rows = lesson.steps.flatMap((step) => {
    if (step.kind !== 'run') return [];
    const cells = allEngines.flatMap((engine) => {
      const result = own.find((each) => each.engine === engine)?.steps.find((each) => each.step === step.id);
      return [
        result?.seconds.toFixed(1) ?? '–',
        result?.processorSeconds?.toFixed(1) ?? '–',
        String(result?.readings.length ?? '–'),
      ];
    });
    return [`| ${step.title.en} | ${step.seeds.join(', ')} | ${cells.join(' | ')} |`];
  });
  return `| run step | seeds | native, s | processor, s | readings | JavaScript, s | processor, s | readings |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}`;
}

function section(lesson: Lesson): string {
  const own = judged.filter((each) => each.lesson === lesson);
  const tables = own.map(({ engine, readings }) => {
    const rows = verdictsOf(lesson).flatMap((verdict) => boundRows(readings, verdict));
    return `With ${engineWords[engine]}:

| verdict | bound | median (range) | step | kept |
| --- | --- | --- | --- | --- |
${rows.join('\n')}`;
  });
  return `## ${lesson.title.en}

${times(lesson)}

${tables.join('\n\n')}
`;
}

const lessons = [...new Set(judged.map(({ lesson }) => lesson))];
const unmeasured = allEngines.some((engine) => !engines.includes(engine))
  ? `\nOnly with ${engines.map((engine) => engineWords[engine]).join(', ')} for this table.\n`
  : '';
const missing = chapterNames.flatMap((name) => {
  const title = chapter(name)?.title.en;
  return title === undefined || lessons.some((each) => each.title.en === title) ? [] : [title];
});
// One engine alone has a page of its own, so that the page with both is never half of what it was.
const page = engines.length === allEngines.length ? 'lessons' : `lessons-${engines.join('-')}`;
writeFileSync(
  join(root, `docs/${page}.md`),
  `# The lessons, measured

Written by \`npm run campaign -- lessons\` on ${availableParallelism()} processor cores: every run step of the lessons below without a window, over the
seeds that the lesson names. A verdict is the first outcome whose bounds all hold, for every seed where nothing else is said; the table shows the bounds
of that outcome (of the first, where none fits). _Step_ is that of the measurement. Times are of one machine and differ between machines;
_processor_ is the time that the engine's process computed, over its threads, whatever else the machine did: in plain JavaScript about what a step takes on a quiet core.

Which bounds were stated before, and which after: where a bound is a closed form, it is that, whatever is measured. The other
bounds of chapters 1 and 4 and of chapter 2's first four verdicts were set with seeds 1 to 3 in sight, the same that stand here.
The accuracies of chapter 3 and the slices of chapter 2 were judged once, on seeds 4 to 6, which had no part in setting a
bound; but of "Smoother?" only the bounds of "yes" and "partly" (0.75) were stated before these seeds were run: its third
outcome, "no", has a bound that always holds (≥ 0) and was added after the result had been seen. The same kind of catch-all
ends "Does x come to rest?", "Sharing as a constraint", "More looks, better answers?" and "Where, not why": it says what is
left where no other outcome fits, and is no bound. A claim that does not hold stands here as one that does not.

Plain JavaScript has the same bounds and seeds and smaller networks, data and trainings, chosen by their time with these
seeds in sight, so that a step takes less than a minute of processor time; another size can have another verdict. What
iterative attention learns there from ten pictures is next to nothing.
${unmeasured}${missing.length === 0 ? '' : `\nNot measured for this table: ${missing.join('; ')}.\n`}
${lessons.map(section).join('\n')}`,
);
if (open.length > 0) {
  process.stderr.write(`Open verdicts: ${open.join(', ')}\n`);
  process.exitCode = 1;
}
