// Run in a process of its own: loads native TensorFlow and proves that it multiplies and differentiates. Prints one line of JSON.
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
process.stdout.write(
  `\n${JSON.stringify({ version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice === true })}\n`,
);
