import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExportedFiles } from '../model.ts';
import type { NpzArrays } from '../npz.ts';
import { readNpz, writeNpz } from '../npz.ts';

export type PythonReader = 'keras' | 'h5' | 'savedmodel' | 'tflite' | 'pytorch' | 'keras-code';

/** What each reader imports. */
const needed: Readonly<Record<PythonReader, string>> = {
  keras: 'keras, tensorflow, numpy',
  h5: 'keras, tensorflow, numpy',
  savedmodel: 'tensorflow, numpy',
  tflite: 'tensorflow, numpy',
  pytorch: 'torch, safetensors.torch, numpy',
  'keras-code': 'keras, tensorflow, numpy',
};

const program = process.env['GRADLOOM_PYTHON'] ?? 'python3';

/** Why this machine cannot read a format back with Python, or null where it can. GRADLOOM_PYTHON names another Python. */
export function whyNoPython(reader: PythonReader): string | null {
  const modules = needed[reader]
    .split(', ')
    .map((name) => `importlib.util.find_spec(${JSON.stringify(name.split('.')[0])})`)
    .join(' and ');
  const probe = spawnSync(program, ['-c', `import importlib.util, sys; sys.exit(0 if (${modules}) else 1)`]);
  if (probe.error !== undefined) return `there is no ${program}; GRADLOOM_PYTHON names another`;
  return probe.status === 0 ? null : `${program} lacks ${needed[reader]}`;
}

export interface PythonCase {
  readonly files: ExportedFiles;
  readonly inputs: NpzArrays;
  readonly outputs: readonly string[];
}

/**
 * Lets one Python read several models with the framework they are made for. Gives predictions, or what Python said.
 * @param script where readers.py lies, for a caller that was bundled
 */
export function predictInPython(
  reader: PythonReader,
  cases: readonly PythonCase[],
  script = fileURLToPath(new URL('./readers.py', import.meta.url)),
): readonly (NpzArrays | string)[] {
  const folder = mkdtempSync(join(tmpdir(), 'gradloom-readers-'));
  try {
    const places = cases.map(({ files, inputs, outputs }, index) => {
      const place = join(folder, String(index).padStart(4, '0'));
      mkdirSync(place);
      for (const [path, bytes] of files) {
        const file = join(place, path === '' ? `model${endings[reader]}` : `model/${path}`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, bytes);
      }
      writeFileSync(join(place, 'inputs.npz'), writeNpz(inputs));
      writeFileSync(join(place, 'outputs.json'), JSON.stringify(outputs));
      return place;
    });
    const isOpen = (place: string): boolean =>
      !existsSync(join(place, 'outputs.npz')) && !existsSync(join(place, 'error.txt'));
    while (places.some(isOpen)) {
      const { status, signal, stderr } = spawnSync(program, [script, reader, folder], {
        encoding: 'utf8',
        timeout: 1_800_000,
      });
      // A framework that crashes takes the whole Python with it: the next one goes on behind the model that did it.
      const culprit = places.find(isOpen);
      if (culprit === undefined) break;
      writeFileSync(
        join(culprit, 'error.txt'),
        `Python ended with ${String(signal ?? status)}: ${stderr.trim().slice(-1000)}`,
      );
    }
    return places.map((place) => {
      const outputs = join(place, 'outputs.npz');
      if (existsSync(outputs)) return readNpz(readFileSync(outputs));
      return readFileSync(join(place, 'error.txt'), 'utf8');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const endings: Readonly<Record<PythonReader, string>> = {
  keras: '.keras',
  h5: '.h5',
  savedmodel: '',
  tflite: '.tflite',
  pytorch: '',
  'keras-code': '',
};
