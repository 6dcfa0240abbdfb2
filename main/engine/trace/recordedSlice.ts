import { elementType, GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import type { Plan } from '../execute/plan.ts';
import type { SlicedWeights, SliceWay } from '../train/lossSlice.ts';
import { HeldSlice, sliceNumbers } from '../train/lossSlice.ts';
import type { ExamplesDoor } from './examplesDoor.ts';
import { feedsOf, recordExamples } from './examplesDoor.ts';
import { RecordingDevice } from './recorder.ts';
import { Session } from './session.ts';
import { Variables } from './variables.ts';

const names = ['slice_first', 'slice_second'] as const;

/**
 * Records the evaluation once for each size of chunk, with weights and directions as variables of a session of their own:
 * a point is fed two numbers. Throws a RecordingError, or what TensorFlow says, where the network cannot be recorded.
 */
export function recordSlice(
  device: TensorFlowDevice,
  plan: Plan,
  dataSet: DataSet,
  sliced: SlicedWeights,
  sizes: ReadonlySet<number>,
): SliceWay {
  const graph = new GraphDefinition();
  const recording = new RecordingDevice(device.binding, graph);
  try {
    const variables = new Variables(graph, recording);
    const feed = new DataFeed(recording, plan, dataSet, variables.hold);
    const held = new HeldSlice(recording, plan, sliced, variables.hold);
    const [first, second] = names.map((name) => recording.feed(name, [], 'float32'));
    if (first === undefined || second === undefined) throw new Error('a slice has two directions');
    const weights = held.weightsAt(first, second);
    const recorded = new Map(
      [...sizes].map((size): [number, { readonly door: ExamplesDoor; readonly fetch: string }] => {
        const { door, gathered } = recordExamples(recording, feed, { name: 'sliced', size });
        const numbers = sliceNumbers(recording, plan, gathered, weights);
        return [
          size,
          { door, fetch: graph.identity(`slice_${size}`, recording.reference(numbers), elementType.float32) },
        ];
      }),
    );
    const session = new Session(device.binding, graph);
    try {
      variables.initialise(session);
    } catch (error) {
      session.close();
      throw error;
    }
    return {
      compute: (examples, point) => {
        const found = recorded.get(examples.length);
        if (found === undefined) throw new Error(`no slice over ${examples.length} examples was recorded`);
        const coordinates = names.map((name, at) => ({
          name,
          values: Float32Array.of(point[at] ?? 0),
          shape: [],
          type: elementType.float32,
        }));
        return session.run([...feedsOf(found.door, examples, null), ...coordinates], [found.fetch])[0] ?? [];
      },
      dispose: () => session.close(),
    };
  } finally {
    recording.close();
  }
}
