import type { JSX } from 'react';
import type { GraphNode } from '#shared/graph/document';
import type { Operation } from '#shared/graph/operations';
import { wordsUnder } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/Section.tsx';
import { commonParameters, setOnAll, setPartOnAll } from './commonParameters.ts';
import styles from './Inspector.module.css';
import { ParameterEditor } from './ParameterEditor.tsx';

/** Several nodes at once: what they have in common can be set for all of them. */
export function SeveralView({ nodes }: { readonly nodes: readonly GraphNode[] }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const edit = useDocumentStore((store) => store.edit);
  const check = useDocumentStore((store) => store.check);
  const common = commonParameters(nodes);
  const weights = nodes.reduce((sum, node) => sum + (check.nodes.get(node.id)?.trainableWeights ?? 0), 0);
  const types = new Map<string, number>();
  for (const node of nodes) types.set(node.type, (types.get(node.type) ?? 0) + 1);
  return (
    <>
      <header className={styles.header}>
        <span className={styles.kind}>{say('inspector.several')}</span>
        <span className={styles.title}>{say('inspector.several.count', { count: nodes.length })}</span>
      </header>
      <Section title={say('inspector.parameters')}>
        {common.length === 0 && <p className={styles.note}>{say('inspector.several.nothing')}</p>}
        {common.map(({ name, field, value, parts }) => {
          const change = (operations: readonly Operation[]): void =>
            edit(operations, {
              key: 'inspector.edit.parameters',
              values: { count: nodes.length, parameter: wordsUnder(locale, `parameter.${name}.name`, name) },
            });
          return (
            <ParameterEditor
              key={name}
              name={name}
              field={field}
              value={value}
              parts={parts}
              onChange={(next) => change(setOnAll(nodes, name, next))}
              onChangePart={(index, next) => change(setPartOnAll(nodes, name, index, next))}
            />
          );
        })}
      </Section>
      <Section title={say('inspector.size')}>
        <FactList>
          {[...types].map(([type, amount]) => (
            <Fact key={type} name={wordsUnder(locale, `layer.${type}.name`, type)}>
              {count(amount)}
            </Fact>
          ))}
          <Fact name={say('measure.weights')}>{count(weights)}</Fact>
        </FactList>
      </Section>
    </>
  );
}
