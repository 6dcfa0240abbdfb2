// Run in a process of its own: loads native TensorFlow and proves that it multiplies and differentiates; with a second
// argument, that our own kernels measure. Prints one line of JSON.
const util = require('node:util');

// tfjs-node 4.22 calls helpers that Node 23 removed.
const removed = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};
for (const [name, helper] of Object.entries(removed)) util[name] ??= helper;

const tf = require(process.argv[2]);
const backend = tf.backend();
const product = tf
  .matMul(
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  )
  .arraySync();
const gradient = tf
  .grad((x) => tf.sum(tf.mul(x, tf.square(x))))(tf.tensor1d([2, -3]))
  .arraySync();
if (JSON.stringify(product) !== '[[19,22],[43,50]]') throw new Error(`wrong product ${JSON.stringify(product)}`);
if (JSON.stringify(gradient) !== '[12,27]') throw new Error(`wrong gradient ${JSON.stringify(gradient)}`);
if (process.argv[3] !== undefined) {
  const { failure } = require(process.argv[3]);
  if (failure !== '') throw new Error(failure);
  const { binding } = backend;
  const numbers = (...values) => binding.createTensor([values.length], 1, Float32Array.from(values));
  const prove = (name, tensors, expected) => {
    const [made] = binding.executeOp(name, [{ name: 'N', type: 1, value: tensors.length }], tensors, 1);
    const measured = JSON.stringify(Array.from(binding.tensorDataSync(made.id)));
    if (measured !== expected) throw new Error(`${name} measures ${measured} in place of ${expected}`);
  };
  prove('GradloomMagnitudes', [numbers(3, -4)], '[4,0.78125]');
  prove('GradloomAdamSteps', [numbers(6, -16), numbers(1, 9), numbers(1)], '[4,0.78125]');
}
process.stdout.write(
  `\n${JSON.stringify({ version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice === true })}\n`,
);
