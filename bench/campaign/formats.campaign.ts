import { performance } from 'node:perf_hooks';
import { RandomStream } from '#shared/program/random';
import { ImportProblem } from '../../main/formats/importProblem.ts';
import { exportH5, exportKeras } from '../../main/formats/keras/export.ts';
import { readModel } from '../../main/formats/readModel.ts';
import { templateCases } from '../../main/formats/testing/models.ts';
import { exportTfjs } from '../../main/formats/tfjs/export.ts';

/**
 * Reads 1,000 damaged files per format: cut short, bits flipped, bytes overwritten, pieces swapped. Each must be read or
 * refused with an ImportProblem, in bounded time and memory: `npm run campaign -- formats [COUNT]`.
 */
const count = Number(process.argv[2] ?? 1000);
const writers = { keras: exportKeras, h5: exportH5, tfjs: exportTfjs };
const [, example] = templateCases();
if (example === undefined) throw new Error('there is no template');

function damage(bytes: Uint8Array, random: RandomStream): Uint8Array {
  const copy = bytes.slice();
  const at = (): number => Math.floor(random.uniform() * copy.length);
  const kind = Math.floor(random.uniform() * 4);
  if (kind === 0) return copy.subarray(0, at());
  if (kind === 1) {
    for (let flips = 0; flips < 8; flips += 1) {
      const place = at();
      copy[place] = (copy[place] ?? 0) ^ (1 << Math.floor(random.uniform() * 8));
    }
  } else if (kind === 2) {
    const place = at();
    copy.fill(Math.floor(random.uniform() * 256), place, place + 16);
  } else {
    copy.copyWithin(at(), at(), at());
  }
  return copy;
}

for (const [format, write] of Object.entries(writers)) {
  const files = await write(example.model).write?.();
  if (files === undefined) throw new Error(`${format} was refused`);
  const random = new RandomStream(1, format);
  let [read, refused, slowest, most] = [0, 0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const damaged = new Map([...files].map(([name, bytes]) => [name, damage(bytes, random)]));
    const start = performance.now();
    try {
      await readModel(damaged);
      read += 1;
    } catch (error) {
      if (!(error instanceof ImportProblem)) throw error;
      refused += 1;
    }
    slowest = Math.max(slowest, performance.now() - start);
    most = Math.max(most, process.memoryUsage().rss);
  }
  process.stdout.write(
    `${format}: ${count} damaged files, ${refused} refused, ${read} read; slowest ${slowest.toFixed(0)} ms, memory at most ${(most / 2 ** 20).toFixed(0)} MiB\n`,
  );
}
