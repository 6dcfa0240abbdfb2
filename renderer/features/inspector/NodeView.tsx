import { useEffect, useMemo, useRef } from 'react';
import type { JSX, RefObject } from 'react';
import type { GraphNode } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { isContainerType } from '#shared/graph/portNames';
import { enclosingLoops, findNode, nodeOf } from '#shared/graph/queries';
import { findLayer } from '#shared/layers/catalogue';
import { formulaTex } from '#shared/layers/formula/formulaTex';
import { parseFormula } from '#shared/layers/formula/parseFormula';
import { activationFunctions } from '#shared/layers/activationFields';
import { heldWeights } from '#shared/check/heldWeights';
import { wordsUnder } from '#shared/text/text';
import { showPlace } from '../../canvas/showPlace.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { describeFinding } from '../../state/describeFinding.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useNamingStore } from '../../state/namingStore.ts';
import { nodeTitle, portTitle } from '../../state/nodeTitle.ts';
import { telemetry } from '../../state/telemetry.ts';
import { Button } from '../../ui/Button.tsx';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { Fact, FactList } from '../../ui/FactList.tsx';
import { Formula } from '../../ui/Formula.tsx';
import { count, magnitude, shortCount } from '../../ui/format.ts';
import { LiveText } from '../../ui/LiveText.tsx';
import { Section } from '../../ui/Section.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { activationFormulas } from './activationFormulas.ts';
import { ExposeSection, InstanceSection } from './CellSections.tsx';
import { ColourField } from './ColourField.tsx';
import { commonParameters, fullParameters } from './commonParameters.ts';
import { latestDetails, latestGradients, markAt, onFrame } from './frames.ts';
import { GateSection } from './GateSection.tsx';
import styles from './Inspector.module.css';
import { LoopSection } from './LoopSection.tsx';
import { markWords } from './markWords.ts';
import { ParameterEditor } from './ParameterEditor.tsx';
import { Problems } from './Problems.tsx';
import { errorBefore, knownResults } from './unknownShape.ts';
import { useRunTable } from './useSubscribed.ts';
import { WeightsFromSection } from './WeightsFromSection.tsx';

/** The field of a node's name: it takes the keyboard, with what stands in it chosen, when the node is to be named. */
function useNameField(node: NodeId): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const isNaming = useNamingStore((store) => store.node === node);
  useEffect(() => {
    if (!isNaming) return;
    useNamingStore.setState({ node: null });
    field.current?.focus();
    field.current?.select();
  }, [isNaming]);
  return field;
}

/** One node: what it is called, what is set, what comes out, what it costs, and what it does. */
export function NodeView({ node }: { readonly node: GraphNode }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const edit = useDocumentStore((store) => store.edit);
  const check = useDocumentStore((store) => store.check);
  const cells = useDocumentStore((store) => store.document.cells);
  const family = findLayer(node.type)?.family ?? 'structure';
  const problems = check.diagnostics.filter((problem) => problem.node === node.id);
  const parameters = commonParameters([node]);
  const name = useNameField(node.id);
  return (
    <>
      <header className={styles.header}>
        <span className={styles.kind}>
          <span className={styles.hue} style={{ background: `var(--family-${family})` }} />
          {wordsUnder(locale, `layer.${node.type}.name`, node.type)}
        </span>
        <TextInput
          field={name}
          label={say('inspector.label')}
          value={node.label ?? ''}
          placeholder={nodeTitle(locale, { ...node, label: undefined }, cells)}
          maximumLength={200}
          className={styles.name}
          onCommit={(label) =>
            edit([{ kind: 'setNode', node: node.id, set: { label: label.trim() === '' ? undefined : label.trim() } }], {
              key: 'inspector.edit.label',
            })
          }
        />
      </header>
      <Problems problems={problems} />
      {parameters.length > 0 && (
        <Section title={say('inspector.parameters')}>
          {parameters.map(({ name, field, value }) => (
            <ParameterEditor
              key={name}
              name={name}
              field={field}
              value={value}
              onChange={(next) =>
                edit([{ kind: 'setParameters', node: node.id, set: { [name]: next } }], {
                  key: 'inspector.edit.parameter',
                  values: {
                    name: nodeTitle(locale, node, cells),
                    parameter: wordsUnder(locale, `parameter.${name}.name`, name),
                  },
                })
              }
            />
          ))}
        </Section>
      )}
      <GateSection node={node} />
      {node.type === 'loop' && <LoopSection node={node} />}
      {node.type === 'cell' && <InstanceSection node={node} />}
      <Facts node={node} />
      <WeightSection node={node} />
      <SharingSection node={node} />
      <ExposeSection node={node} />
      <WeightsFrom node={node} />
      <HelpSection node={node} />
      <Section
        title={say('inspector.appearance')}
        foldable
        folded={node.type !== 'frame' && node.note === undefined && node.colour === undefined}
      >
        <TextInput
          label={say('inspector.note')}
          value={node.note ?? ''}
          rows={3}
          maximumLength={20_000}
          placeholder={say('inspector.note.empty')}
          onCommit={(note) =>
            edit([{ kind: 'setNode', node: node.id, set: { note: note === '' ? undefined : note } }], {
              key: 'inspector.edit.note',
            })
          }
        />
        {node.type !== 'cell' && (
          <ColourField
            value={node.colour}
            onChange={(colour) =>
              edit([{ kind: 'setNode', node: node.id, set: { colour } }], { key: 'inspector.edit.colour' })
            }
          />
        )}
      </Section>
    </>
  );
}

function Facts({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const check = useDocumentStore((store) => store.check);
  const facts = check.nodes.get(node.id);
  const weights = heldWeights(document, check, node);
  const multiplyAdds = facts?.cell?.multiplyAdds ?? facts?.multiplyAdds ?? 0;
  if (node.type === 'frame' && weights.trainable + weights.other === 0) return null;
  const results = knownResults(node.type, facts);
  const isUnknown = results.length === 0 && node.type !== 'frame';
  return (
    <Section title={say('inspector.result')}>
      <FactList>
        {isUnknown && <Fact name={say('inspector.shape')}>{say('inspector.shape.unknown')}</Fact>}
        {results.map(([port, type]) => (
          <Fact
            key={port}
            name={
              results.length === 1
                ? say('inspector.shape')
                : say('inspector.shapeOf', { port: portTitle(locale, port) })
            }
            strong
          >
            {say(type.dtype === 'float32' ? 'inspector.shapeOnly' : 'inspector.type', {
              shape: type.shape,
              dtype: type.dtype,
            })}
          </Fact>
        ))}
        {weights.trainable > 0 && (
          <Fact name={say('measure.weights')} aside={<DefinitionButton measure="weights" />}>
            {count(weights.trainable)}
          </Fact>
        )}
        {weights.other > 0 && <Fact name={say('inspector.otherWeights')}>{count(weights.other)}</Fact>}
        {multiplyAdds > 0 && (
          <Fact name={say('measure.multiplyAdds')} aside={<DefinitionButton measure="multiplyAdds" />}>
            {shortCount(multiplyAdds)}
          </Fact>
        )}
      </FactList>
      {isUnknown && <WhyUnknown node={node} />}
    </Section>
  );
}

/** Which problem keeps a shape from being known, and the way to it. */
function WhyUnknown({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const diagnostics = useDocumentStore((store) => store.check.diagnostics);
  const error = useMemo(() => errorBefore(document, diagnostics, node.id), [document, diagnostics, node.id]);
  if (error === null) return null;
  if (error.node === node.id) return <p className={styles.note}>{say('inspector.shape.ownProblem')}</p>;
  const words = describeFinding(locale, document, 'problem', error);
  return (
    <>
      <p className={styles.note}>{say('inspector.shape.because', { problem: words })}</p>
      <Button size="small" look="quiet" icon="reveal" onClick={() => showPlace(error)}>
        {say('ui.showPlace')}
      </Button>
    </>
  );
}

const mostWeights = 12;

/** What a run measured of the node's weights: gradient, size, and how far one step moves them. */
function WeightSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const table = useRunTable();
  const facts = useDocumentStore((store) => store.check.nodes.get(node.id));
  const indices = useMemo(
    () => (table === null ? [] : telemetry.weightIndex(node.id).filter((index) => table.weights[index]?.trainable)),
    [table, node.id],
  );
  if (table === null) {
    if (facts === undefined || facts.weights.length === 0) return null;
    return (
      <Section title={say('inspector.weights')}>
        <FactList>
          {facts.weights.map((weight) => (
            <Fact key={weight.name} name={weight.name}>
              {say('inspector.shapeOnly', { shape: weight.shape })}
              {weight.copies > 1 ? ` ×${weight.copies}` : ''}
            </Fact>
          ))}
        </FactList>
      </Section>
    );
  }
  if (indices.length === 0) return null;
  return (
    <Section
      title={say('inspector.weights')}
      aside={
        <LiveText
          className={styles.step}
          source={onFrame}
          read={() =>
            latestGradients() === null ? '' : say('gradients.atStep', { step: count(latestGradients()?.step ?? 0) })
          }
        />
      }
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{say('inspector.weight.name')}</th>
            <th>
              <span className={styles.measureHead}>
                {say('inspector.weight.gradient')}
                <DefinitionButton measure="weightGradient" />
              </span>
            </th>
            <th>
              <span className={styles.measureHead}>
                {say('inspector.weight.size')}
                <DefinitionButton measure="weightNorm" />
              </span>
            </th>
            <th>
              <span className={styles.measureHead}>
                {say('inspector.weight.update')}
                <DefinitionButton measure="updateRatio" />
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {indices.slice(0, mostWeights).map((index) => (
            <tr key={index}>
              <th scope="row" title={table.weights[index]?.id}>
                {shortWeightName(table.weights[index]?.id ?? '', node.id)}
                <span className={styles.weightShape}>
                  {say('inspector.shapeOnly', { shape: table.weights[index]?.shape ?? [] })}
                </span>
              </th>
              <td>
                <LiveText
                  source={onFrame}
                  read={() => {
                    const latest = latestGradients();
                    // A frozen weight's gradient is measured with the details only.
                    const isMeasured = latest === null || !Number.isNaN(latest.weightGradient[index]);
                    const frame = isMeasured ? latest : latestDetails();
                    if (frame === null) return '–';
                    const mark = markAt(frame.weightMark, index);
                    return mark === 'none' ? written(frame.weightGradient[index]) : markWords(say, mark);
                  }}
                />
              </td>
              <td>
                <LiveText source={onFrame} read={() => written(latestDetails()?.weightNorm[index])} />
              </td>
              <td>
                <LiveText source={onFrame} read={() => written(latestDetails()?.updateRatio[index])} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {indices.length > mostWeights && (
        <p className={styles.note}>{say('inspector.weights.more', { count: indices.length - mostWeights })}</p>
      )}
    </Section>
  );
}

function written(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : magnitude(value);
}

/** A weight's id without the node it belongs to. */
function shortWeightName(id: string, node: string): string {
  return id.startsWith(`${node}/`) ? id.slice(node.length + 1) : id;
}

/** Where the weights of a node that has any, or of what holds others, start. */
function WeightsFrom({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const weights = useDocumentStore((store) => store.check.nodes.get(node.id)?.weights.length ?? 0);
  const holdsOthers = isContainerType(node.type) || node.type === 'cell';
  return holdsOthers || weights > 0 ? <WeightsFromSection node={node} /> : null;
}

/** Frozen or not; inside loops and cells: whose weights these are. */
function SharingSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const facts = useDocumentStore((store) => store.check.nodes.get(node.id));
  const edit = useDocumentStore((store) => store.edit);
  const place = findNode(document, node.id);
  const holdsOthers = isContainerType(node.type) || node.type === 'cell';
  if (place === undefined || !(holdsOthers || (facts !== undefined && facts.weights.length > 0))) return null;
  const loops = enclosingLoops(place.graph, node.id);
  const own = node.perStep ?? [];
  const setOwn = (loop: NodeId, on: boolean): void => {
    const perStep = on ? [...own, loop] : own.filter((other) => other !== loop);
    edit([{ kind: 'setNode', node: node.id, set: { perStep: perStep.length === 0 ? undefined : perStep } }], {
      key: 'inspector.edit.sharing',
    });
  };
  return (
    <Section title={say('inspector.sharing')}>
      <Toggle
        label={say('inspector.frozen')}
        help={say(holdsOthers ? 'inspector.frozen.all' : 'inspector.frozen.help')}
        value={node.frozen === true}
        onChange={(on) =>
          edit([{ kind: 'setNode', node: node.id, set: { frozen: on ? true : undefined } }], {
            key: 'inspector.edit.frozen',
          })
        }
      />
      {loops.map((loop) => {
        const found = nodeOf(place.graph, loop);
        const name = found === undefined ? loop : nodeTitle(locale, found);
        return (
          <Toggle
            key={loop}
            label={say('inspector.perStep', { loop: name })}
            value={own.includes(loop)}
            onChange={(on) => setOwn(loop, on)}
          />
        );
      })}
      {place.sheet !== null && (
        <Toggle
          label={say('inspector.perInstance')}
          value={node.perInstance === true}
          onChange={(on) =>
            edit([{ kind: 'setNode', node: node.id, set: { perInstance: on ? true : undefined } }], {
              key: 'inspector.edit.sharing',
            })
          }
        />
      )}
    </Section>
  );
}

/** What the layer does, in words and as a formula. */
function HelpSection({ node }: { readonly node: GraphNode }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const definition = findLayer(node.type);
  const help = wordsUnder(locale, `layer.${node.type}.help`, '');
  if (help === '') return null;
  const parameters = fullParameters(node);
  const chosen = parameters?.[node.type === 'activation' ? 'function' : 'activation'];
  const written = node.type === 'formula' ? parseFormula(String(parameters?.['formula'])) : null;
  const activation = activationFunctions.find((name) => name === chosen && name !== 'linear');
  return (
    <Section title={say('inspector.about')}>
      <p className={styles.help}>{help}</p>
      {definition !== undefined && node.type !== 'activation' && (
        <div className={styles.formula}>
          <Formula tex={written?.ok === true ? formulaTex(written.expression) : definition.formula} display />
        </div>
      )}
      {activation !== undefined && (
        <div className={styles.formula}>
          <Formula tex={activationFormulas[activation][0]} display />
          <Formula tex={activationFormulas[activation][1]} display />
        </div>
      )}
      {wordsUnder(locale, `layer.${node.type}.shape`, '') !== '' && (
        <p className={styles.note}>
          {say('inspector.shapeRule', { rule: wordsUnder(locale, `layer.${node.type}.shape`, '') })}
        </p>
      )}
      {definition?.source !== undefined && (
        <p className={styles.note}>
          <cite lang="en">{definition.source}</cite>
        </p>
      )}
    </Section>
  );
}
