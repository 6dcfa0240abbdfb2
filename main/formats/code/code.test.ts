import { describe, expect, test } from 'vitest';
import type { Program } from '#shared/program/program';
import { exportKerasCode } from '../kerascode/export.ts';
import { exportTorch } from '../pytorch/export.ts';
import { randomCases, templateCases } from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { longestLine, wrapPython } from './wrap.ts';

const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Python that says the same: without line breaks, and without the commas that close a list in lines of its own. */
const joined = (code: string): string =>
  code
    .replaceAll(/\s+/g, '')
    .replaceAll(/,([)\]}])/g, '$1')
    .replaceAll(/[()]/g, '');

describe('long lines', () => {
  const lines = [
    `    block = layers.BatchNormalization(momentum=0.9, epsilon=0.00001, name=f"{name}_block_16_norm_1")(block_16_conv_1_long)`,
    `        value = torch.cat((${Array.from({ length: 30 }, (_, index) => `step_${index}`).join(', ')}), dim=1)`,
    `        total = ${Array.from({ length: 30 }, (_, index) => `part_${index}`).join(' + ')}`,
    `        return ${Array.from({ length: 30 }, (_, index) => `output_${index}`).join(', ')}`,
    `        self.means = {name: keras.metrics.Mean(name=name) for name in ("accuracy_plain", "accuracy_residual", "accuracy_control")}`,
  ];

  test.each(lines)('%s', (line) => {
    const wrapped = wrapPython(line);
    expect(wrapped.split('\n').length).toBeGreaterThan(1);
    for (const each of wrapped.split('\n')) expect(each.length).toBeLessThanOrEqual(longestLine);
    expect(joined(wrapped)).toBe(joined(line));
  });

  test('brackets and commas in texts are no brackets and commas', () => {
    const line = `    call("${'a, (b'.repeat(9)}", "${'c] '.repeat(12)}", f"{one}, {two}", "plain")`;
    const wrapped = wrapPython(line).split('\n');
    expect(wrapped.map((each) => each.trim())).toEqual([
      'call(',
      `"${'a, (b'.repeat(9)}",`,
      `"${'c] '.repeat(12)}",`,
      'f"{one}, {two}",',
      '"plain",',
      ')',
    ]);
  });
});

test('no generated line is longer than Python’s formatters leave it', { timeout: 300_000 }, async () => {
  const long: string[] = [];
  for (const { name, model } of [...operationCases(), ...templateCases(), ...randomCases(10)]) {
    for (const [kind, write] of [
      ['PyTorch', exportTorch],
      ['Keras', exportKerasCode],
    ] as const) {
      const files = (await write(model).write?.()) ?? new Map<string, Uint8Array>();
      for (const file of ['model.py', 'train.py']) {
        const lines = decode(files.get(file)).split('\n');
        lines.forEach((line) => line.length > longestLine && long.push(`${name}, ${kind}, ${file}: ${line}`));
      }
    }
  }
  expect(long).toEqual([]);
});

test('a document without a loss gets no training script, and is told so', async () => {
  const [first] = randomCases(1);
  if (first === undefined) throw new Error('there is a case');
  const program: Program = { ...first.model.program, losses: [] };
  const { findings, write } = exportTorch({ ...first.model, program });
  expect(findings.map(({ code }) => code)).toContain('noTraining');
  expect([...((await write?.()) ?? new Map<string, Uint8Array>()).keys()]).not.toContain('train.py');
});

test('no line makes what nothing reads, and no arithmetic changes nothing', { timeout: 300_000 }, async () => {
  const noise: string[] = [];
  for (const { name, model } of templateCases()) {
    for (const [kind, write] of [
      ['PyTorch', exportTorch],
      ['Keras', exportKerasCode],
    ] as const) {
      const code = decode((await write(model).write?.())?.get('model.py'));
      for (const line of code.split('\n')) {
        const [, made] = /^ +(\w+) = /.exec(line) ?? [];
        const isUnread = made !== undefined && (code.match(new RegExp(`\\b${made}\\b`, 'g')) ?? []).length < 2;
        if (isUnread || / [+-] 0$| \* 1$/.test(line)) noise.push(`${name}, ${kind}: ${line}`);
      }
    }
  }
  expect(noise).toEqual([]);
});
