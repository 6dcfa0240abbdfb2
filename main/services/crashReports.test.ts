import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CrashReports } from './crashReports.ts';
import { inTemporaryFolder } from './testing/tiny.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 2, 3, minute, 5, 678));

test('a report holds what ended, when and how, for its owner alone, and is found again', () =>
  inTemporaryFolder(async (base) => {
    const folder = join(base, 'crashes');
    const before = new CrashReports(folder, { now: () => at(4) });
    before.write('engine', 'exit code 134; it said "out of memory"');
    before.write('page', 'crashed, 5');
    const reports = new CrashReports(folder);
    expect(reports.list().map(({ time, cause }) => [time, cause])).toEqual([
      [at(4).getTime(), 'page'],
      [at(4).getTime(), 'engine'],
    ]);
    const [, engine] = reports.list();
    const text = reports.read(engine?.name ?? '');
    expect(text).toContain('it said "out of memory"');
    expect(text).toContain('2026-01-02T03:04:05.678Z');
    expect((await stat(join(folder, engine?.name ?? ''))).mode & 0o077).toBe(0);
    reports.remove(engine?.name ?? '');
    expect(reports.list()).toHaveLength(1);
  }));

test('what is killed leaves a report by its mark; what ends as it should, or still runs, leaves none', () =>
  inTemporaryFolder(async (folder) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const killed = new CrashReports(folder, { process: child.pid ?? -1, now: () => at(1) });
    killed.begin();
    const proper = new CrashReports(folder, { process: child.pid ?? -1 });
    proper.begin();
    proper.end();
    new CrashReports(folder, { process: child.pid ?? -1 }).begin();
    expect(killed.list()).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const after = new CrashReports(folder);
    after.begin();
    expect(after.list().map(({ cause }) => cause)).toEqual(['silent', 'silent']);
    expect(after.list().some(({ name }) => after.read(name).includes('begun at 2026-01-02T03:01:05.678Z'))).toBe(true);
    after.end();
    // A report is written once.
    new CrashReports(folder, { process: 1, isRunning: () => true }).begin();
    expect(after.list()).toHaveLength(2);
    expect((await readdir(folder)).filter((name) => name.startsWith('running-'))).toHaveLength(1);
  }));

test('only the newest twenty stay', () =>
  inTemporaryFolder(async (folder) => {
    let minute = 0;
    const reports = new CrashReports(folder, { now: () => at(minute++) });
    for (let count = 0; count < 23; count++) reports.write('program', `number ${count}`);
    const texts = reports.list().map(({ name }) => /number (\d+)/.exec(reports.read(name))?.[1]);
    expect(texts).toEqual(Array.from({ length: 20 }, (_, index) => String(22 - index)));
  }));

test.each(['../secret.txt', 'crash-2026-01-02T03-04-05.678Z-page-0123abcd.txt/../../secret.txt', 'secret.txt', ''])(
  'no other file is read or taken away: %s',
  (name) =>
    inTemporaryFolder(async (base) => {
      await writeFile(join(base, 'secret.txt'), 'secret');
      const reports = new CrashReports(join(base, 'crashes'));
      reports.begin();
      expect(() => reports.read(name)).toThrow();
      expect(() => reports.remove(name)).toThrow();
      expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
    }),
);

test('a folder that cannot be made is no further trouble', () =>
  inTemporaryFolder(async (base) => {
    await writeFile(join(base, 'file'), '');
    const reports = new CrashReports(join(base, 'file', 'crashes'));
    reports.begin();
    reports.write('program', 'error');
    reports.end();
    expect(reports.list()).toEqual([]);
  }));
