import { spawnSync } from 'node:child_process';

/**
 * A Python that has all of the given packages: the one that GRADLOOM_PYTHON names, or one on the path; undefined where
 * there is none, and then tests that need a real reader are skipped.
 */
export function findPython(packages: readonly string[]): string | undefined {
  const check = `import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in ${JSON.stringify(packages)}))`;
  return [process.env['GRADLOOM_PYTHON'], 'python3', 'python'].find(
    (name): name is string =>
      name !== undefined && name !== '' && spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0,
  );
}

/** Why a test that needs these packages was skipped. */
export function skipReason(packages: readonly string[]): string {
  return `no Python with ${packages.join(', ')}: set GRADLOOM_PYTHON to one`;
}

/** Runs a program with `input` as JSON on its standard input and reads the JSON that it prints last. */
export function runPython(python: string, program: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // Without oneDNN, whose gradient of a 1×1 kernel with a stride is wrong (decision 0034): Keras is the judge here.
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', TF_ENABLE_ONEDNN_OPTS: '0' },
  });
  if (status !== 0) throw new Error(`Python ended with ${status}:\n${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  return JSON.parse(lines.at(-1) ?? '');
}
