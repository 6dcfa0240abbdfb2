import { useEffect, useMemo, useState } from 'react';
import type { JSX } from 'react';
import type { GraphNode } from '#shared/graph/document';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useExampleStore } from '../../state/exampleStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { fieldOfNode, meaningOf, shownArray } from '../../state/shownArray.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import type { LookedAt } from '../../state/useSubject.ts';
import { ArrayView } from '../../ui/arrays/ArrayView.tsx';
import type { ShownArray } from '../../ui/arrays/arrayForm.ts';
import { Button } from '../../ui/Button.tsx';
import { magnitude, percentage } from '../../ui/format.ts';
import { NumberInput } from '../../ui/NumberField.tsx';
import { describeMessage } from '../../ui/words.ts';
import { DrawingPad } from './DrawingPad.tsx';
import styles from './Predict.module.css';

/** Vectors up to this length are set number by number. */
const mostNumbers = 12;
/** Shares up to this many are listed. */
const mostShares = 12;

/** What the network says of an input of the person's own: drawn, or set number by number, beginning at an example. */
export function TryView({ subject }: { readonly subject: LookedAt }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { of, document } = subject;
  const example = useExampleStore((store) => store.example);
  const base = useAnswer(
    'run.values',
    useMemo(() => ({ of, example, places: [], iterations: {}, gradients: false }), [of, example]),
    false,
  );
  const count = base.stale ? null : (base.result?.count ?? null);
  useEffect(() => {
    if (count !== null) useExampleStore.setState({ count });
  }, [count]);
  const [own, setOwn] = useState<{ readonly example: typeof example; readonly values: ReadonlyMap<string, number[]> }>({
    example,
    values: new Map(),
  });
  // What was drawn on one example does not belong to the next.
  const changed = own.example === example ? own.values : none;
  const inputs = useMemo(() => document.graph.nodes.filter(({ type }) => type === 'input'), [document]);
  const fields = base.result?.fields;
  const question = useMemo(() => {
    if (fields === undefined) return null;
    const entries = inputs.map((node): [string, number[]] => {
      const array = fields[fieldOfNode(document, node.id)?.name ?? ''];
      return [node.id, changed.get(node.id) ?? array?.values.map(Number) ?? []];
    });
    return { of, count: 1, inputs: Object.fromEntries(entries) };
  }, [of, document, inputs, fields, changed]);
  const { result, failure } = useAnswer('run.predict', question, 'run' in of);
  const problem = base.failure ?? failure;
  const change = (node: string, values: number[]): void =>
    setOwn({ example, values: new Map(changed).set(node, values) });
  if (problem !== null) return <p className={styles.note}>{describeMessage(locale, 'failure', problem)}</p>;
  return (
    <div className={styles.split}>
      <div className={styles.scroll}>
        {inputs.map((node) => {
          const field = fieldOfNode(document, node.id);
          const array = field === null ? undefined : fields?.[field.name];
          if (array === undefined || field === null) return null;
          const given = shownArray(array);
          const values = changed.get(node.id);
          return (
            <div key={node.id} className={styles.input}>
              <h3 className={styles.heading}>{nodeTitle(locale, node)}</h3>
              <OwnInput
                node={node}
                array={values === undefined ? given : { ...given, values }}
                meaning={meaningOf(field)}
                onChange={(next) => change(node.id, next)}
              />
            </div>
          );
        })}
        {changed.size > 0 && (
          <Button size="small" icon="undo" onClick={() => setOwn({ example, values: none })}>
            {say('predictions.back')}
          </Button>
        )}
      </div>
      <div className={styles.scroll}>
        {document.graph.nodes.map((node) => {
          const output = result?.outputs[node.id];
          if (output === undefined) return null;
          const names = fieldOfNode(document, node.id)?.classes;
          return <Said key={node.id} node={node} values={output.values} names={names ?? null} />;
        })}
      </div>
    </div>
  );
}

const none: ReadonlyMap<string, number[]> = new Map();

function OwnInput(props: {
  readonly node: GraphNode;
  readonly array: ShownArray;
  readonly meaning: ReturnType<typeof meaningOf>;
  onChange(values: number[]): void;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { node, array, meaning, onChange } = props;
  const [height = 1, width = 1, channels = 0] = array.shape;
  const name = nodeTitle(locale, node);
  if (meaning.kind === 'image' && channels === 1) {
    return (
      <div className={styles.padRow}>
        <DrawingPad height={height} width={width} picture={array.values} label={name} onDraw={onChange} />
        <Button size="small" onClick={() => onChange(new Array<number>(height * width).fill(0))}>
          {say('predictions.clear')}
        </Button>
      </div>
    );
  }
  if (array.shape.length <= 1 && array.values.length <= mostNumbers && array.dtype === 'float32') {
    return (
      <div className={styles.numbers}>
        {array.values.map((value, place) => (
          <NumberInput
            key={place}
            label={say('predictions.numberOf', { input: name, place: place + 1 })}
            value={Number(value.toPrecision(6))}
            minimum={-1e6}
            maximum={1e6}
            onCommit={(next) => onChange(array.values.map((old, at) => (at === place ? next : old)))}
          />
        ))}
      </div>
    );
  }
  return <ArrayView array={array} meaning={meaning} label={name} />;
}

/** One output: shares as bars with their classes, the greatest first; other numbers as they are. */
function Said(props: {
  readonly node: GraphNode;
  readonly values: readonly number[];
  readonly names: readonly string[] | null;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { node, values, names } = props;
  const title = nodeTitle(locale, node);
  const isShares = node.params['link'] === 'softmax' && values.length > 1;
  return (
    <div className={styles.input}>
      <h3 className={styles.heading}>{say('predictions.said', { output: title })}</h3>
      {isShares ? (
        <ol className={styles.shares}>
          {values
            .map((share, place) => ({ share, place }))
            .toSorted((one, other) => other.share - one.share)
            .slice(0, mostShares)
            .map(({ share, place }) => (
              <li key={place} className={styles.share}>
                <span className={styles.shareName}>{names?.[place] ?? place}</span>
                <span className={styles.track}>
                  <span className={styles.fill} style={{ width: `${100 * share}%` }} />
                </span>
                <span className={styles.shareValue}>{percentage(share)}</span>
              </li>
            ))}
        </ol>
      ) : (
        <p className={styles.plain}>
          {values
            .slice(0, mostShares)
            .map((value) => magnitude(value, 4))
            .join(', ')}
          {values.length > mostShares && ' …'}
        </p>
      )}
    </div>
  );
}
