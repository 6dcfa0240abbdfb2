import { describe, expect, it } from 'vitest';
import { cudaRequirements, wheelPlatform, wheelRequirement, waysToTensorFlow } from './ways.mjs';

const order = (machine: Parameters<typeof waysToTensorFlow>[0]) =>
  waysToTensorFlow(machine).map(({ kind, variant }) => `${kind} ${variant}`);

describe('waysToTensorFlow', () => {
  it('goes from what is here to what must be fetched', () => {
    expect(order({ platform: 'linux', architecture: 'x64', hasGpu: false, named: undefined })).toEqual([
      'cache cpu',
      'wheel cpu',
      'package cpu',
    ]);
  });

  it('puts what a person names first', () => {
    expect(order({ platform: 'linux', architecture: 'x64', hasGpu: false, named: '/tmp/tf.whl' })).toEqual([
      'named cpu',
      'cache cpu',
      'wheel cpu',
      'package cpu',
    ]);
  });

  it('prefers a GPU build where there is a GPU, and falls back to the CPU build', () => {
    expect(order({ platform: 'linux', architecture: 'x64', hasGpu: true, named: undefined })).toEqual([
      'cache gpu',
      'wheel gpu',
      'cache cpu',
      'wheel cpu',
      'package gpu',
      'package cpu',
    ]);
  });

  it('leaves the wheel out where it cannot be linked', () => {
    expect(order({ platform: 'win32', architecture: 'x64', hasGpu: false, named: undefined })).toEqual(['package cpu']);
    expect(order({ platform: 'darwin', architecture: 'x64', hasGpu: true, named: undefined })).toEqual(['package cpu']);
  });
});

describe('the wheel', () => {
  it('is the slim one on x64 without a GPU only', () => {
    const x64 = wheelPlatform('linux', 'x64') ?? '';
    expect(wheelRequirement(x64, 'cpu', '2.21.0')).toBe('tensorflow-cpu==2.21.0');
    expect(wheelRequirement(x64, 'gpu', '2.21.0')).toBe('tensorflow==2.21.0');
    expect(wheelRequirement(wheelPlatform('linux', 'arm64') ?? '', 'cpu', '2.21.0')).toBe('tensorflow==2.21.0');
    expect(wheelPlatform('linux', 'riscv64')).toBeUndefined();
  });

  it('names the CUDA packages it wants', () => {
    const metadata = [
      'Metadata-Version: 2.1',
      'Requires-Dist: numpy>=1.26.0',
      'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"',
      "Requires-Dist: nvidia-nccl-cu12 (<3.0,>=2.27.7) ; platform_system == 'Linux' and extra == 'and-cuda'",
      'Requires-Dist: nvidia-other-cu12; extra == "something-else"',
    ].join('\r\n');
    expect(cudaRequirements(metadata)).toEqual(['nvidia-cublas-cu12<13.0,>=12.5.3.2', 'nvidia-nccl-cu12<3.0,>=2.27.7']);
  });
});
