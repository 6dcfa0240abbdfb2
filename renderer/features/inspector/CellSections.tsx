import type { JSX } from 'react';
import type { CellDefinition, GraphNode, InstanceParameters } from '#shared/graph/document';
import {
  addCellTerminal,
  exposeParameter,
  hideParameter,
  moveCellTerminal,
  removeCellTerminal,
  renameCellTerminal,
} from '#shared/graph/gestures';
import type { CellId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { Operation } from '#shared/graph/operations';
import { findCell, findNode, instanceParametersOf, instancesOf, nodeOf } from '#shared/graph/queries';
import { wordsUnder } from '#shared/text/text';
import { removeCell } from '../../canvas/editing/cells.ts';
import { perform } from '../../canvas/editing/edits.ts';
import { isCommandAvailable, runCommand } from '../../platform/commands.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { Button } from '../../ui/Button.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { count } from '../../ui/format.ts';
import { Section } from '../../ui/Section.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { commonParameters } from './commonParameters.ts';
import styles from './Inspector.module.css';
import { ColourField } from './ColourField.tsx';
import { ParameterEditor } from './ParameterEditor.tsx';
import { TerminalRow } from './TerminalRow.tsx';
import terminalStyles from './Terminals.module.css';

const current = (): ReturnType<typeof useDocumentStore.getState>['document'] => useDocumentStore.getState().document;

function editCell(gesture: () => readonly Operation[]): void {
  perform({ key: 'inspector.edit.cell' }, gesture);
}

/** An instance: which cell, whose weights, the parameters that the cell exposes, and what can be done with it. */
export function InstanceSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const document = useDocumentStore((store) => store.document);
  const instance = instanceParametersOf(node);
  const cell = instance === null ? undefined : findCell(document, instance.cell);
  if (instance === null || cell === undefined) return null;
  const amount = instancesOf(document, cell.id).length;
  const set = (change: Partial<Pick<InstanceParameters, 'weights' | 'parameters'>>): void =>
    editCell(() => [{ kind: 'setParameters', node: node.id, set: change }]);
  return (
    <Section title={say('inspector.cell')}>
      <FactList>
        <Fact name={say('inspector.cell.of')}>
          <span className={styles.wordsValue}>{cell.name}</span>
        </Fact>
        <Fact name={say('inspector.cell.instances')}>{count(amount)}</Fact>
      </FactList>
      <SelectField
        label={say('inspector.cell.weights')}
        value={instance.weights}
        options={(['shared', 'own'] as const).map((kind) => ({
          value: kind,
          label: say(`inspector.cell.weights.${kind}`),
        }))}
        onChange={(weights) => set({ weights })}
      />
      {cell.parameters.map((exposed) => {
        const inner = nodeOf(cell.graph, exposed.node);
        const found =
          inner === undefined ? undefined : commonParameters([inner]).find(({ name }) => name === exposed.parameter);
        if (found === undefined) return null;
        const value: JsonValue | undefined = instance.parameters[exposed.id] ?? found.value;
        return (
          <ParameterEditor
            key={exposed.id}
            name={exposed.parameter}
            label={exposed.id}
            field={found.field}
            value={value}
            onChange={(next) => set({ parameters: { ...instance.parameters, [exposed.id]: next } })}
          />
        );
      })}
      <div className={terminalStyles.actions}>
        <Button size="small" icon="reveal" onClick={() => runCommand('structure.editCell')}>
          {say('command.editCell')}
        </Button>
        {amount > 1 && isCommandAvailable('structure.makeUnique') && (
          <Button size="small" onClick={() => runCommand('structure.makeUnique')}>
            {say('command.makeUnique')}
          </Button>
        )}
        <Button size="small" onClick={() => runCommand('structure.expandCell')}>
          {say('command.expandCell')}
        </Button>
      </div>
    </Section>
  );
}

/** Inside a definition: which parameters of a node each instance may set. */
export function ExposeSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const sheet = findNode(document, node.id)?.sheet ?? null;
  const cell = sheet === null ? undefined : findCell(document, sheet);
  const parameters = commonParameters([node]);
  if (cell === undefined || parameters.length === 0) return null;
  return (
    <Section title={say('inspector.cell.expose')} foldable folded>
      {parameters.map(({ name }) => {
        const exposed = cell.parameters.find((entry) => entry.node === node.id && entry.parameter === name);
        return (
          <Toggle
            key={name}
            label={wordsUnder(locale, `parameter.${name}.name`, name)}
            value={exposed !== undefined}
            onChange={(on) =>
              editCell(() => {
                if (on) return exposeParameter(current(), cell.id, node.id, name);
                return exposed === undefined ? [] : hideParameter(current(), cell.id, exposed.id);
              })
            }
          />
        );
      })}
    </Section>
  );
}

/** A definition, while it is on the canvas and nothing on it is selected. */
export function CellView({ id }: { readonly id: CellId }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const cell = findCell(document, id);
  if (cell === undefined) return null;
  const amount = instancesOf(document, id).length;
  const set = (change: Partial<Pick<CellDefinition, 'name' | 'colour' | 'note'>>): void =>
    editCell(() => [{ kind: 'setCell', cell: id, set: change }]);
  return (
    <>
      <header className={styles.header}>
        <span className={styles.kind}>
          <span className={styles.hue} style={{ background: cell.colour ?? 'var(--family-structure)' }} />
          {say('inspector.cell.definition')}
        </span>
        <TextInput
          label={say('inspector.label')}
          value={cell.name}
          maximumLength={200}
          className={styles.name}
          onCommit={(name) => {
            if (name.trim() !== '') set({ name: name.trim() });
          }}
        />
        <TextInput
          label={say('inspector.note')}
          value={cell.note ?? ''}
          rows={2}
          maximumLength={20_000}
          placeholder={say('inspector.note.empty')}
          onCommit={(note) => set({ note: note === '' ? undefined : note })}
        />
      </header>
      <Section title={say('inspector.cell')}>
        <FactList>
          <Fact name={say('inspector.cell.instances')}>{count(amount)}</Fact>
        </FactList>
        <ColourField value={cell.colour} onChange={(colour) => set({ colour })} />
      </Section>
      <Terminals cell={cell} kind="inputs" />
      <Terminals cell={cell} kind="outputs" />
      {cell.parameters.length > 0 && (
        <Section title={say('inspector.cell.exposed')}>
          <FactList>
            {cell.parameters.map((exposed) => {
              const inner = nodeOf(cell.graph, exposed.node);
              return (
                <Fact key={exposed.id} name={exposed.id}>
                  <span className={styles.wordsValue}>
                    {inner === undefined ? exposed.node : nodeTitle(locale, inner)}
                    {' · '}
                    {wordsUnder(locale, `parameter.${exposed.parameter}.name`, exposed.parameter)}
                  </span>
                </Fact>
              );
            })}
          </FactList>
        </Section>
      )}
      <Section title={say('inspector.cell.remove')}>
        <p className={terminalStyles.nothing}>
          {say(amount === 0 ? 'inspector.cell.remove.none' : 'inspector.cell.remove.some', { count: amount })}
        </p>
        <Button size="small" icon="trash" onClick={() => removeCell(id)}>
          {say('command.removeCell')}
        </Button>
      </Section>
    </>
  );
}

function Terminals({
  cell,
  kind,
}: {
  readonly cell: CellDefinition;
  readonly kind: 'inputs' | 'outputs';
}): JSX.Element {
  const say = useText();
  return (
    <Section title={say(`inspector.cell.${kind}`)}>
      <ol className={terminalStyles.list}>
        {cell[kind].map(({ id }, index) => (
          <TerminalRow
            key={id}
            id={id}
            label={id}
            isFirst={index === 0}
            onRename={(to) => editCell(() => renameCellTerminal(current(), cell.id, kind, id, to))}
            onMoveUp={() => editCell(() => moveCellTerminal(current(), cell.id, kind, id, index - 1))}
            onRemove={() => editCell(() => removeCellTerminal(current(), cell.id, kind, id))}
          />
        ))}
      </ol>
      <Button
        size="small"
        icon="plus"
        onClick={() => editCell(() => addCellTerminal(current(), cell.id, kind, 'value', placeFor(cell, kind)))}
      >
        {say(`inspector.cell.${kind}.add`)}
      </Button>
    </Section>
  );
}

/** Below the ports that are there, on the side of the definition that its kind belongs to. */
function placeFor({ graph }: CellDefinition, kind: 'inputs' | 'outputs'): GraphNode['position'] {
  const type = kind === 'inputs' ? 'cellInput' : 'cellOutput';
  const ports = graph.nodes.filter((node) => node.type === type);
  const xs = graph.nodes.map(({ position }) => position.x);
  const far = kind === 'inputs' ? Math.min(0, ...xs) : Math.max(0, ...xs) + 200;
  const last = ports.at(-1)?.position;
  return last === undefined ? { x: far, y: 0 } : { x: last.x, y: last.y + 110 };
}
