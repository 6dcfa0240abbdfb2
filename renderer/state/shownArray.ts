import { describeFields } from '#shared/graph/dataFields';
import type { DataField } from '#shared/graph/dataFields';
import type { GradloomDocument } from '#shared/graph/document';
import type { PlainArray } from '#shared/protocol/inspection';
import type { ArrayMeaning, ShownArray } from '../ui/arrays/arrayForm.ts';

/** An array of an answer with its numbers as numbers. */
export function shownArray({ values, minimum, maximum, mean, ...rest }: PlainArray): ShownArray {
  return {
    ...rest,
    values: values.map(Number),
    minimum: Number(minimum),
    maximum: Number(maximum),
    mean: Number(mean),
  };
}

/** What the numbers of a field of data stand for. */
export function meaningOf({ meaning, words, classes }: DataField): ArrayMeaning {
  return { kind: meaning, names: words ?? classes };
}

/** The fields of a document's data set. */
export function fieldsOf(document: GradloomDocument): readonly DataField[] {
  const { data } = document.training;
  return data === null ? [] : describeFields(data.source);
}

/** The field that a node gives to the graph (an input) or is compared with (an output); null where there is none. */
export function fieldOfNode(document: GradloomDocument, node: string): DataField | null {
  const { data, losses } = document.training;
  const read = data === null ? undefined : new Map<string, string>(Object.entries(data.inputs)).get(node);
  const name = read ?? losses.find(({ output }) => output === node)?.target;
  return fieldsOf(document).find((field) => field.name === name) ?? null;
}
