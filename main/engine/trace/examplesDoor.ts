import { elementType } from '../../formats/tensorflow/graphDefinition.ts';
import type { DrawnField } from '../data/dataSet.ts';
import type { DataFeed } from '../data/feed.ts';
import type { Batch } from '../execute/differentiate.ts';
import type { RecordingDevice } from './recorder.ts';
import type { Feed } from './session.ts';

/** How examples enter a graph: their numbers, and the values of fields that are drawn anew for each batch. */
export interface ExamplesDoor {
  readonly rows: string;
  readonly drawn: readonly { readonly name: string; readonly field: DrawnField }[];
}

/** The door through which so many examples enter a graph; of the fields that are drawn, those in `drawn` are fed. */
export function recordExamples(
  device: RecordingDevice,
  feed: DataFeed,
  { name, size }: { readonly name: string; readonly size: number },
  drawn: readonly DrawnField[] = feed.fed,
): { readonly door: ExamplesDoor; readonly gathered: Batch } {
  const rows = `${name}_rows_${size}`;
  const doorOf = (field: DrawnField): string => `${name}_${size}_field_${feed.fed.indexOf(field)}`;
  const numbers = device.feed(rows, [size], 'int32');
  // A pass that reads nothing of a field need not be fed it.
  const values = feed.fed.map((field) => device.feed(doorOf(field), [size, ...field.type.shape], field.type.dtype));
  const fed = drawn.map((field) => ({ name: doorOf(field), field }));
  return { door: { rows, drawn: fed }, gathered: feed.batchOf(numbers, values) };
}

/** What a session is given to run on these examples. */
export function feedsOf({ rows, drawn }: ExamplesDoor, examples: Int32Array, step: number | null): readonly Feed[] {
  return [
    { name: rows, values: examples, shape: [examples.length], type: elementType.int32 },
    ...drawn.map(({ name, field: { draw, type } }) => ({
      name,
      values: draw(examples, step),
      shape: [examples.length, ...type.shape],
      type: elementType[type.dtype],
    })),
  ];
}
