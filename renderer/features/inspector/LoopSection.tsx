import type { JSX } from 'react';
import type { GraphNode, LoopParameters } from '#shared/graph/document';
import {
  addLoopInput,
  addLoopOutput,
  addLoopState,
  moveLoopTerminal,
  removeLoopTerminal,
  renameLoopTerminal,
  setLoopInput,
  setLoopOutput,
  setLoopState,
} from '#shared/graph/gestures';
import type { LoopState, LoopTerminalKind } from '#shared/graph/gestures';
import type { TerminalId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { loopPorts } from '#shared/graph/portNames';
import { loopParametersOf } from '#shared/graph/queries';
import { initialiserSchema } from '#shared/graph/values';
import { perform } from '../../canvas/editing/edits.ts';
import { runCommand, shownKeyOf } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Button } from '../../ui/Button.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { Section } from '../../ui/Section.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { ShapeField } from '../../ui/ShapeField.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { MemoryFact } from './MemoryFact.tsx';
import { InitialiserEditor } from './ParameterEditor.tsx';
import { TerminalRow } from './TerminalRow.tsx';
import styles from './Terminals.module.css';

type Gesture = () => readonly Operation[];

function editLoop(gesture: Gesture): void {
  perform({ key: 'inspector.edit.loop' }, gesture);
}

const current = (): ReturnType<typeof useDocumentStore.getState>['document'] => useDocumentStore.getState().document;

/** A loop: how often it runs, what it keeps from one iteration to the next, what enters and what leaves. */
export function LoopSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const loop = loopParametersOf(node);
  if (loop === null) return null;
  return (
    <>
      <Section title={say('inspector.parameters')}>
        <NumberField
          label={say('inspector.iterations')}
          value={loop.iterations}
          integer
          minimum={1}
          maximum={10_000}
          onCommit={(iterations) =>
            perform({ key: 'inspector.edit.iterations' }, () => [
              { kind: 'setParameters', node: node.id, set: { iterations } },
            ])
          }
        />
        <MemoryFact node={node.id} iterations={loop.iterations} />
        <Button icon="reveal" title={shownKeyOf('structure.unrolled')} onClick={() => runCommand('structure.unrolled')}>
          {say('inspector.loop.unrolled')}
        </Button>
      </Section>
      <States node={node} loop={loop} />
      <Inputs node={node} loop={loop} />
      <Outputs node={node} loop={loop} />
    </>
  );
}

interface PartProps {
  readonly node: GraphNode;
  readonly loop: LoopParameters;
}

/** What every row of the three lists does alike. */
function common(
  node: GraphNode,
  kind: LoopTerminalKind,
  id: TerminalId,
  index: number,
): Pick<Parameters<typeof TerminalRow>[0], 'isFirst' | 'onRename' | 'onMoveUp' | 'onRemove'> {
  return {
    isFirst: index === 0,
    onRename: (to) => editLoop(() => renameLoopTerminal(current(), node.id, kind, id, to)),
    onMoveUp: () => editLoop(() => moveLoopTerminal(current(), node.id, kind, id, index - 1)),
    onRemove: () => editLoop(() => removeLoopTerminal(current(), node.id, kind, id)),
  };
}

function States({ node, loop }: PartProps): JSX.Element {
  const say = useText();
  const wires = useDocumentStore((store) => store.check.wires);
  const graph = useDocumentStore((store) => store.document);
  const set = (id: TerminalId, change: Partial<Omit<LoopState, 'id'>>): void =>
    editLoop(() => setLoopState(current(), node.id, id, change));
  /** What is wired to the end of a state: the shape the state should have. */
  const arriving = (id: TerminalId): readonly number[] | null => {
    const sheets = [graph.graph, ...graph.cells.map((cell) => cell.graph)];
    const wire = sheets
      .flatMap((sheet) => sheet.wires)
      .find(({ to }) => to.node === node.id && to.port === loopPorts.next(id));
    return wire === undefined ? null : (wires.get(wire.id)?.shape ?? null);
  };
  return (
    <Section title={say('inspector.loop.states')}>
      {loop.states.length === 0 && <p className={styles.nothing}>{say('inspector.loop.states.none')}</p>}
      <ol className={styles.list}>
        {loop.states.map((state, index) => {
          const proposed = arriving(state.id);
          const differs = proposed !== null && proposed.join() !== state.shape.join();
          return (
            <TerminalRow
              key={state.id}
              id={state.id}
              label={say('inspector.state', { name: state.id })}
              {...common(node, 'states', state.id, index)}
            >
              <ShapeField
                label={say('inspector.shape')}
                value={state.shape}
                minimumRank={0}
                maximumRank={4}
                onCommit={(shape) => set(state.id, { shape: [...shape] })}
              />
              {differs && (
                <Button size="small" icon="wand" onClick={() => set(state.id, { shape: [...proposed] })}>
                  {say('inspector.loop.takeShape', { shape: proposed })}
                </Button>
              )}
              <SelectField
                label={say('inspector.loop.start')}
                value={state.initial.kind}
                options={(['zeros', 'learned', 'wired'] as const).map((kind) => ({
                  value: kind,
                  label: say(`inspector.loop.start.${kind}`),
                }))}
                onChange={(kind) =>
                  set(state.id, {
                    initial: kind === 'learned' ? { kind, initialiser: { kind: 'constant', value: 0 } } : { kind },
                  })
                }
              />
              {state.initial.kind === 'learned' && (
                <InitialiserEditor
                  label={say('inspector.loop.initialiser')}
                  value={state.initial.initialiser}
                  onChange={(value) => {
                    const initialiser = initialiserSchema.safeParse(value);
                    if (initialiser.success)
                      set(state.id, { initial: { kind: 'learned', initialiser: initialiser.data } });
                  }}
                />
              )}
              <Toggle
                label={say('inspector.loop.residual')}
                value={state.residual === true}
                onChange={(on) => set(state.id, { residual: on ? true : undefined })}
              />
            </TerminalRow>
          );
        })}
      </ol>
      <Button
        size="small"
        icon="plus"
        onClick={() =>
          editLoop(() => addLoopState(current(), node.id, 'h', { shape: [8], initial: { kind: 'zeros' } }))
        }
      >
        {say('inspector.loop.states.add')}
      </Button>
    </Section>
  );
}

function Inputs({ node, loop }: PartProps): JSX.Element {
  const say = useText();
  return (
    <Section title={say('inspector.loop.inputs')}>
      <ol className={styles.list}>
        {loop.inputs.map((input, index) => (
          <TerminalRow
            key={input.id}
            id={input.id}
            label={say('inspector.loop.input', { name: input.id })}
            {...common(node, 'inputs', input.id, index)}
          >
            <SelectField
              label={say('inspector.loop.enters')}
              value={input.kind}
              options={(['constant', 'scan'] as const).map((kind) => ({
                value: kind,
                label: say(`inspector.loop.enters.${kind}`),
              }))}
              onChange={(kind) => editLoop(() => setLoopInput(current(), node.id, input.id, kind))}
            />
          </TerminalRow>
        ))}
      </ol>
      <Button
        size="small"
        icon="plus"
        onClick={() => editLoop(() => addLoopInput(current(), node.id, 'value', 'constant'))}
      >
        {say('inspector.loop.inputs.add')}
      </Button>
    </Section>
  );
}

/** Stands for "what is wired to it inside" among the states that an output can hand out. */
const wiredInside = ' wired';

function Outputs({ node, loop }: PartProps): JSX.Element {
  const say = useText();
  return (
    <Section title={say('inspector.loop.outputs')}>
      <ol className={styles.list}>
        {loop.outputs.map((output, index) => (
          <TerminalRow
            key={output.id}
            id={output.id}
            label={say('inspector.loop.output', { name: output.id })}
            {...common(node, 'outputs', output.id, index)}
          >
            <SelectField
              label={say('inspector.loop.leaves')}
              value={output.kind}
              options={(['last', 'all'] as const).map((kind) => ({
                value: kind,
                label: say(`inspector.loop.leaves.${kind}`),
              }))}
              onChange={(kind) => editLoop(() => setLoopOutput(current(), node.id, output.id, { kind }))}
            />
            {loop.states.length > 0 && (
              <SelectField
                label={say('inspector.loop.handsOut')}
                value={output.state ?? wiredInside}
                options={[
                  { value: wiredInside, label: say('inspector.loop.handsOut.wired') },
                  ...loop.states.map(({ id }) => ({
                    value: id as string,
                    label: say('inspector.state', { name: id }),
                  })),
                ]}
                onChange={(chosen) =>
                  editLoop(() =>
                    setLoopOutput(current(), node.id, output.id, {
                      state: loop.states.find(({ id }) => id === chosen)?.id ?? null,
                    }),
                  )
                }
              />
            )}
          </TerminalRow>
        ))}
      </ol>
      <Button
        size="small"
        icon="plus"
        onClick={() => editLoop(() => addLoopOutput(current(), node.id, 'result', 'last'))}
      >
        {say('inspector.loop.outputs.add')}
      </Button>
    </Section>
  );
}
