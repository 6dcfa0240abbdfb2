import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type * as TensorFlowJs from '@tensorflow/tfjs';
import { z } from 'zod';
import { engineLibraryVariable } from '#shared/protocol/engine';
import type { EngineReport } from '#shared/protocol/calls';
import { withoutSharedMemory } from './binding.ts';
import type { Binding, NativeBinding } from './binding.ts';
import type { Device } from './device.ts';
import { JavaScriptDevice } from './javascript.ts';
import { restoreRemovedUtilities } from './polyfill.ts';
import { TensorFlowDevice } from './tensorflow.ts';

const require = createRequire(import.meta.url);

/** What the set-up step wrote about how it came to TensorFlow. */
const setUpRecordSchema = z.object({
  way: z.string(),
  attempts: z.array(z.object({ way: z.string(), ok: z.boolean(), reason: z.string().optional() })),
  /** Why there are no kernels of our own; earlier set-ups made none. */
  kernels: z.object({ reason: z.string() }).optional(),
});

export interface LoadedEngine {
  readonly device: Device;
  readonly report: EngineReport;
}

/**
 * Loads native TensorFlow, or, where it cannot be had or `GRADLOOM_ENGINE=javascript` asks for it, the pure-JavaScript
 * backend of tfjs. The report says which and why.
 */
export async function loadEngine(environment: NodeJS.ProcessEnv = process.env): Promise<LoadedEngine> {
  const record = readSetUpRecord();
  const attempts = record.attempts.map(({ way, ok, reason }) => ({ way, ok, reason: reason ?? '' }));
  if (environment.GRADLOOM_ENGINE === 'javascript') {
    attempts.push({
      way: 'native TensorFlow',
      ok: false,
      reason: 'GRADLOOM_ENGINE=javascript asks for plain JavaScript',
    });
    return {
      device: await loadJavaScript(),
      report: describe('javascript', javaScriptVersion(), ['CPU'], 'forced', attempts),
    };
  }
  try {
    const provided = environment[engineLibraryVariable];
    const binding = loadBinding(provided);
    const devices = binding.isUsingGpuDevice() ? ['GPU', 'CPU'] : ['CPU'];
    const missing = process.env.GRADLOOM_KERNELS === 'none' ? 'GRADLOOM_KERNELS=none' : record.kernels?.reason;
    attempts.push({
      way: 'kernels that measure',
      ok: binding.hasKernels,
      reason: binding.hasKernels ? '' : (missing ?? ''),
    });
    return {
      device: new TensorFlowDevice(binding),
      report: describe(
        'tensorflow',
        binding.TF_Version,
        devices,
        provided === undefined ? record.way : 'provided',
        attempts,
      ),
    };
  } catch (error) {
    const [reason = 'unknown'] = (error instanceof Error ? error.message : String(error)).split('\n');
    attempts.push({ way: 'loading the native binding', ok: false, reason });
    return {
      device: await loadJavaScript(),
      report: describe('javascript', javaScriptVersion(), ['CPU'], 'fallback', attempts),
    };
  }
}

/**
 * The native binding. Throws where the library or the binding is missing or does not fit this machine.
 * @param provided the folder of an engine that lies outside of the package, as packaged apps have it
 */
export function loadBinding(provided?: string): Binding {
  restoreRemovedUtilities();
  if (provided !== undefined) findBindingIn(provided);
  // Information and warnings of TensorFlow are of no use to a person here; errors come back as exceptions as well.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // oneDNN's kernels are twice as fast for convolutions; TensorFlow turns them on by itself on some processors only.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  const active = (require('@tensorflow/tfjs') as typeof TensorFlowJs).engine().backendName as string | undefined;
  const tf = require('@tensorflow/tfjs-node-gpu') as typeof TensorFlowJs;
  tf.enableProdMode();
  // Loading makes the native backend the active one, under whoever computes in JavaScript already.
  if (active !== undefined && active !== tf.getBackend()) void tf.setBackend(active);
  const { binding } = tf.findBackend('tensorflow') as unknown as { readonly binding: NativeBinding };
  return withoutSharedMemory(binding, !binding.isUsingGpuDevice() && loadKernels());
}

/**
 * Registers set-up's kernels with the TensorFlow that is loaded. False where it made none, and where
 * `GRADLOOM_KERNELS=none` leaves them out.
 */
function loadKernels(): boolean {
  const path = join(modules(), '.gradloom', 'gradloom_kernels.node');
  if (process.env.GRADLOOM_KERNELS === 'none' || !existsSync(path)) return false;
  try {
    return (require(path) as { readonly failure: string }).failure === '';
  } catch {
    // Compiled for another library or processor: TensorFlow's own operations measure as well.
    return false;
  }
}

/** Leads tfjs-node, which asks node-pre-gyp for its binding, to another folder than its own. */
function findBindingIn(folder: string): void {
  const beside = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const finder = beside('@mapbox/node-pre-gyp/lib/pre-binding.js') as { find: (description: string) => string };
  finder.find = () => join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** The pure-JavaScript backend, also beside the native one. */
export async function loadJavaScript(): Promise<Device> {
  const tf = require('@tensorflow/tfjs') as typeof TensorFlowJs;
  tf.enableProdMode();
  await tf.setBackend('cpu');
  await tf.ready();
  return new JavaScriptDevice(tf);
}

function javaScriptVersion(): string {
  return `tfjs ${(require('@tensorflow/tfjs/package.json') as { version: string }).version}`;
}

function describe(
  backend: EngineReport['backend'],
  version: string,
  devices: string[],
  way: string,
  attempts: EngineReport['attempts'],
): EngineReport {
  return {
    state: 'ready',
    backend,
    version,
    devices,
    way,
    attempts,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    threads: availableParallelism(),
  };
}

/** The folder of packages that TensorFlow.js is loaded from. */
function modules(): string {
  return dirname(dirname(dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))));
}

function readSetUpRecord(): z.infer<typeof setUpRecordSchema> {
  const unknown: z.infer<typeof setUpRecordSchema> = { way: 'unrecorded', attempts: [] };
  const path = join(modules(), '.gradloom', 'engine.json');
  if (!existsSync(path)) return unknown;
  try {
    return setUpRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { ...unknown, attempts: [{ way: 'set-up', ok: false, reason: `${path} cannot be read as its record` }] };
  }
}
