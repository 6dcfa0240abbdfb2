import type { JSX } from 'react';
import type { GraphNode, ModelWeights } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import { getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { chooseModel, orTell } from '../../state/chooseFile.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { moment } from '../../ui/format.ts';
import { Section } from '../../ui/Section.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';

const everything = {};

/** What is chosen: values of the list that are no run. */
const seed = '';
const model = 'model';
const otherModel = 'otherModel';

/** Where the weights of a node, and of all inside it, start: from the seed, where a kept run left them, or as in a file. */
export function WeightsFromSection({ node }: { readonly node: GraphNode }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const edit = useDocumentStore((store) => store.edit);
  const { result } = useAnswer('run.list', everything, false);
  const kept = (result?.runs ?? []).filter(({ hasCheckpoint }) => hasCheckpoint);
  const source = node.weightsFrom;
  const file = source !== undefined && 'model' in source ? source.model : null;
  const run = source !== undefined && 'run' in source ? source.run : null;
  const chosen = file === null ? (run ?? seed) : model;
  const options = [
    { value: seed, label: say('inspector.weightsFrom.seed') },
    ...(file === null ? [] : [{ value: model, label: file }]),
    { value: otherModel, label: say(`inspector.weightsFrom.${file === null ? 'model' : 'otherModel'}`) },
    ...kept.map((each) => ({
      value: each.run,
      label: `${each.document} · ${moment(Date.parse(each.began), locale)}`,
    })),
  ];
  const isKnown = options.some(({ value }) => value === chosen);
  const take = (weightsFrom: GraphNode['weightsFrom']): void =>
    edit([{ kind: 'setNode', node: node.id, set: { weightsFrom } }], { key: 'inspector.edit.weightsFrom' });
  const choose = (value: string): void => {
    if (value === otherModel) void chooseSource(node.id).then((found) => found !== null && take(found));
    else if (value !== model) take(value === seed ? undefined : { run: value });
  };
  return (
    <Section title={say('inspector.weightsFrom')} foldable folded={chosen === seed}>
      <SelectField
        label={say('inspector.weightsFrom.start')}
        help={say(result !== null && !isKnown ? 'inspector.weightsFrom.gone' : 'inspector.weightsFrom.help', {
          run: chosen,
        })}
        layout="column"
        value={chosen}
        options={isKnown ? options : [...options, { value: chosen, label: chosen }]}
        onChange={choose}
      />
    </Section>
  );
}

/** Lets a person choose a model file for a node; null where none was chosen, or where it was told that it does not fit. */
async function chooseSource(node: NodeId): Promise<ModelWeights | null> {
  const path = await chooseModel('take.failed', 'weights');
  if (path === null) return null;
  const { document, path: place } = useDocumentStore.getState();
  const found = await orTell('take.failed', getClient().call('weights.source', { path, document, place, node }));
  // The node may have gone meanwhile.
  return found === undefined || findNode(useDocumentStore.getState().document, node) === undefined
    ? null
    : found.source;
}
