// A real process that speaks the engine's protocol and computes nothing: for tests of what happens around an engine.
// How it behaves is named in GRADLOOM_TINY, as words separated by spaces.
const habits = new Set((process.env.GRADLOOM_TINY ?? '').split(' '));
const send = (message) => process.send?.(message);

if (habits.has('die-at-once')) {
  process.stderr.write('fatal error: this engine never lives\n');
  process.exit(7);
}

const report = {
  state: 'ready',
  backend: 'javascript',
  version: 'tiny',
  devices: ['cpu'],
  way: 'test',
  attempts: [],
  node: process.version,
  platform: process.platform,
  threads: 1,
};

/** An encoded frame with no wires: see encodeFrame in shared/protocol/telemetry.ts. */
function frame(run, sequence) {
  const name = Buffer.from(run, 'latin1');
  const bytes = Buffer.alloc(12 + name.length + 80 + 13 * 4);
  bytes.writeUInt32LE(0x474c5446, 0);
  bytes.writeUInt32LE(name.length, 8);
  name.copy(bytes, 12);
  bytes.writeDoubleLE(sequence, 12 + name.length);
  bytes.writeDoubleLE(sequence, 20 + name.length);
  return new Uint8Array(bytes);
}

const table = (run) => ({
  run,
  wires: [],
  weights: [],
  heads: [],
  metrics: [],
  stepsPerEpoch: 1,
  epochs: 1,
  batch: 1,
  way: 'plain',
  device: 'cpu',
});
const state = (run, now) => send({ kind: 'state', run, state: now, failure: null, notFinite: null });

function answer({ id, request }) {
  const result = (value) => send({ kind: 'result', id, result: value });
  switch (request.kind) {
    case 'report':
      return result(report);
    case 'preview':
      if (request.count === 666) process.kill(process.pid, 'SIGKILL');
      else if (request.count === 667)
        send({ kind: 'failure', id, failure: { code: 'internal', message: 'no', values: {} } });
      else if (request.count !== 668)
        result({ fields: [], count: request.count, training: 0, validation: 0, classes: {} });
      return undefined;
    case 'start': {
      const { run } = request;
      send({ kind: 'table', table: table(run) });
      state(run, request.paused ? 'paused' : 'running');
      send({
        kind: 'epoch',
        run,
        epoch: 1,
        step: 1,
        seconds: 0,
        training: { loss: Number.NaN, accuracy: 1 },
        validation: {},
        best: null,
      });
      for (let sequence = 0; sequence < 5; sequence++) send({ kind: 'frame', run, bytes: frame(run, sequence) });
      if (habits.has('die-in-run')) setTimeout(() => process.exit(9), 50);
      return result(null);
    }
    case 'control':
      if (request.action === 'stop' && !habits.has('deaf')) state(request.run, 'stopped');
      if (request.action === 'pause') state(request.run, 'paused');
      if (request.action === 'resume') state(request.run, 'running');
      return result(null);
    case 'predictRun': {
      const [given] = Object.values(request.inputs);
      return result({ out: { shape: given.shape, dtype: 'float32', data: given.data.map((value) => 2 * value) } });
    }
    case 'inspect': {
      const data = Float32Array.of(1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
      const value = { shape: [3], kept: [3], dtype: 'float32', data, minimum: 1, maximum: 1, mean: 1 };
      const values = request.places.map((place) => ({ place, path: [], value, gradient: null }));
      return result({ step: 4, count: 9, fields: {}, outputs: {}, loss: Number.NaN, values, left: 0 });
    }
    default:
      return send({ kind: 'failure', id, failure: { code: 'internal', message: `no ${request.kind}`, values: {} } });
  }
}

process.on('message', answer);
process.on('disconnect', () => process.exit(0));
