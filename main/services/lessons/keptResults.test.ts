import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chapter } from '#shared/lessons/chapters';
import type { Lesson, StepOf } from '#shared/lessons/lesson';
import type { LessonResult } from '#shared/protocol/lessons';
import { nodeFileSystem } from '../fileSystem.ts';
import { KeptResults } from './keptResults.ts';

const lesson = chapter('gradients') as Lesson;
const step = lesson.steps.find((each) => each.kind === 'run') as StepOf<'run'>;
const result: LessonResult = {
  backend: 'tensorflow',
  seconds: 1.5,
  seeds: [1],
  date: Date.UTC(2026, 0, 2),
  version: '0.1.0',
  readings: [
    { experiment: 'chain', measure: 'start', seed: 1, step: 0, points: [{ x: 1, y: 'NaN' }] },
    { experiment: 'chain', measure: 'start', seed: 2, step: null, points: [{ x: null, y: 'Infinity' }] },
  ],
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradloom-lessons-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const withStep = (changed: StepOf<'run'>): Lesson => ({
  ...lesson,
  steps: lesson.steps.map((each) => (each.id === step.id ? changed : each)),
});

describe('what a lesson measured', () => {
  it('is found at the next visit, by another process too, numbers that are not finite among it', async () => {
    await new KeptResults(nodeFileSystem, folder).keep(step, result);
    expect(await new KeptResults(nodeFileSystem, folder).found(lesson)).toEqual({ [step.id]: result });
  });

  it('stays where only words were mended, and counts no more where seeds or experiments changed', async () => {
    const kept = new KeptResults(nodeFileSystem, folder);
    await kept.keep(step, result);
    const reworded = withStep({ ...step, title: { en: 'Other', 'zh-CN': '别的' } });
    expect(Object.keys(await kept.found(reworded))).toEqual([step.id]);
    expect(await kept.found(withStep({ ...step, seeds: [4] }))).toEqual({});
    expect(await kept.found(withStep({ ...step, experiments: step.experiments.slice(0, 1) }))).toEqual({});
  });

  it('is replaced by what is measured anew', async () => {
    const kept = new KeptResults(nodeFileSystem, folder);
    await kept.keep(step, result);
    await kept.keep(step, { ...result, seconds: 9 });
    expect((await kept.found(lesson))[step.id]?.seconds).toBe(9);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('stops nobody where a file is broken or the folder cannot be made', async () => {
    const kept = new KeptResults(nodeFileSystem, folder);
    await kept.keep(step, result);
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), '{"format":"gradloom-lesson-result","version":1,"result":{"seconds":');
    expect(await kept.found(lesson)).toEqual({});
    const nowhere = new KeptResults(nodeFileSystem, join(folder, name, 'below'));
    await nowhere.keep(step, result);
    expect(await nowhere.found(lesson)).toEqual({});
  });
});
