import { afterAll, expect, test } from 'vitest';
import { GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';
import type { PoolWindow, Tensor } from '../backend/device.ts';
import { loadBinding } from '../backend/load.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import { Statistics } from '../execute/statistics.ts';
import { RecordingDevice } from './recorder.ts';
import { Session } from './session.ts';

const binding = loadBinding();
const graph = new GraphDefinition();
const recording = new RecordingDevice(binding, graph);
const plain = new TensorFlowDevice(binding);
afterAll(() => recording.close());

const shape = [2, 32, 32, 8];
const half = [2, 16, 16, 8];
const numbers = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, index) => Math.fround(Math.sin(1.7 * index) * (1 + (index % 5))));
const images = numbers(2 * 32 * 32 * 8);
const gradients = numbers(2 * 16 * 16 * 8);
const apart: PoolWindow = { size: [2, 2], strides: [2, 2], padding: 'valid' };
const overlapping: PoolWindow = { size: [3, 3], strides: [2, 2], padding: 'same' };

/** Rows before and after, of each axis. */
const around: readonly [number, number][] = [
  [0, 0],
  [1, 2],
  [0, 0],
  [0, 0],
];

const image = recording.feed('image', shape, 'float32');
const gradient = recording.feed('gradient', half, 'float32');
const pooled = (window: PoolWindow): Tensor =>
  recording.maximumPoolGradient(gradient, image, recording.maximumPool(image, window), window);

test('what moves elements is known by where they come from, through several moves', () => {
  const moved = recording.transpose(recording.reshape(image, [2, 1024, 8]), [0, 2, 1]);
  expect(recording.sameElements(moved)).toBe(image);
  expect(recording.sameElements(recording.pad(image, around))).toBe(image);
  expect(recording.sameElements(pooled(apart))).toBe(gradient);
});

test('what changes elements, adds others than zeros or may add them up is itself', () => {
  const others = [
    image,
    recording.rectify(image),
    recording.pad(image, around, 1),
    recording.tile(image, [2, 1, 1, 1]),
    recording.slice(image, [0, 0, 0, 0], half),
    pooled(overlapping),
  ];
  for (const tensor of others) expect(recording.sameElements(tensor)).toBe(tensor);
});

test.each([true, false])('a gradient spread by a pool is measured as the plain way measures it; brief: %s', (brief) => {
  const asked = new Statistics(recording, { brief });
  const [spread, smaller] = [asked.magnitude(pooled(apart)), asked.magnitude(gradient)];
  const { vector, readings } = asked.collect();
  if (vector === null) throw new Error('nothing is measured');
  graph.identity(`measured_${brief}`, recording.reference(vector), 1);
  const session = new Session(binding, graph);
  try {
    const [measured = []] = session.run(
      [
        { name: 'image', values: images, shape, type: 1 },
        { name: 'gradient', values: gradients, shape: half, type: 1 },
      ],
      [`measured_${brief}`],
    );
    const { magnitude } = readings(measured);
    const sum = gradients.reduce((total, value) => total + value * value, 0);
    const max = gradients.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    expect(magnitude(smaller)).toMatchObject({ max, size: 4096 });
    expect(magnitude(smaller).rms).toBeCloseTo(Math.sqrt(sum / 4096), 5);
    expect(magnitude(spread)).toMatchObject({ max, size: 16384 });
    expect(magnitude(spread).rms).toBeCloseTo(Math.sqrt(sum / 16384), 5);
    const device = plain;
    const rms = device.scope(() => {
      const [x, given] = [device.tensor(images, shape, 'float32'), device.tensor(gradients, half, 'float32')];
      const plainly = new Statistics(device, { brief });
      const number = plainly.magnitude(device.maximumPoolGradient(given, x, device.maximumPool(x, apart), apart));
      return plainly.read().magnitude(number).rms;
    });
    expect(magnitude(spread).rms).toBeCloseTo(rms, 5);
  } finally {
    session.close();
  }
});
