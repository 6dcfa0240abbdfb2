import type { JSX } from 'react';
import type { GraphNode } from '#shared/graph/document';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { moment } from '../../ui/format.ts';
import { Section } from '../../ui/Section.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';

const everything = {};
const seed = '';

/** Where the weights of a node, and of all inside it, start: from the seed, or where a kept run left them. */
export function WeightsFromSection({ node }: { readonly node: GraphNode }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const edit = useDocumentStore((store) => store.edit);
  const { result } = useAnswer('run.list', everything, false);
  const kept = (result?.runs ?? []).filter(({ hasCheckpoint }) => hasCheckpoint);
  const chosen = node.weightsFrom?.run ?? seed;
  const options = [
    { value: seed, label: say('inspector.weightsFrom.seed') },
    ...kept.map(({ run, document, began }) => ({
      value: run,
      label: `${document} · ${moment(Date.parse(began), locale)}`,
    })),
  ];
  const isKnown = options.some(({ value }) => value === chosen);
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
        onChange={(run) =>
          edit([{ kind: 'setNode', node: node.id, set: { weightsFrom: run === seed ? undefined : { run } } }], {
            key: 'inspector.edit.weightsFrom',
          })
        }
      />
    </Section>
  );
}
