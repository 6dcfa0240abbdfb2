import type { GradloomDocument } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Data, DataSource, GeneratedSource, Loss, Metric, Training } from '../graph/training.ts';
import { dataSourceKinds, newSource } from '../graph/dataSources.ts';
import { changeLoss, lossOperations, removeLoss, withLoss } from '../graph/trainingEdits.ts';
import { choosesOneClass } from '../graph/trainingKinds.ts';
import type { TensorType } from '../graph/values.ts';
import { sameShape, sameType } from '../layers/requirements.ts';
import type { FieldView } from './dataView.ts';
import { fieldViews, trainingExamples } from './dataView.ts';
import type { Fix, NodeFacts } from './diagnostic.ts';
import { setParameterFix } from './fixes.ts';
import { widthFixes } from './mergeFixes.ts';
import type { Place } from './place.ts';
import { makeFix } from './report.ts';
import type { FixCode, Reporter, Values } from './report.ts';
import type { Sheet } from './sheet.ts';
import { fitsTarget, suitableLoss, wantedShape } from './targets.ts';
import { checkVocabulary } from './vocabulary.ts';

/** What the checks of training look at. */
export interface TrainingView {
  readonly document: GradloomDocument;
  readonly sheet: Sheet;
  readonly facts: ReadonlyMap<NodeId, NodeFacts>;
  readonly reporter: Reporter;
}

function setTraining(code: FixCode, values: Values, set: Partial<Training>): Fix {
  return makeFix(code, values, [{ kind: 'setTraining', set }]);
}

/** Sets losses with all that goes along with them: metrics, and the links of their outputs. */
function setLosses({ document }: TrainingView, code: FixCode, values: Values, set: Partial<Training>): Fix {
  return makeFix(code, values, lossOperations(document, set));
}

/** Nodes of one type on the document's sheet, outside of loops. */
export function endsOf(sheet: Sheet, type: 'input' | 'output'): readonly Place[] {
  return (sheet.placesIn.get(null) ?? []).filter(({ node }) => node.type === type);
}

/** What arrives at an output; null where that is not known. */
function outputType({ facts }: TrainingView, place: Place): TensorType | null {
  return facts.get(place.node.id)?.inputs[0] ?? null;
}

/** Checks losses, metrics and the data set against the outputs and inputs of the document's sheet. */
export function checkTraining(view: TrainingView): void {
  const { document, sheet, reporter } = view;
  const { training } = document;
  const inputs = endsOf(sheet, 'input');
  const outputs = endsOf(sheet, 'output');
  reportSameNames(outputs, 'outputNames', 'error', reporter);
  reportSameNames(inputs, 'inputNames', 'warning', reporter);
  const fields = training.data === null ? null : fieldViews(training.data.source);
  training.losses.forEach((loss, index) => {
    const remove = setLosses(view, 'removeLoss', {}, removeLoss(training, index));
    const change = (next: Partial<Loss>) => changeLoss(training, index, next);
    checkComparison(view, outputs, loss, fields, 'loss', remove, change);
    checkClassWeights(view, outputs, loss, change);
    if (fields !== null) adviseSurplusOutputs(view, outputs, loss, fields);
  });
  training.metrics.forEach((metric, index) => {
    const rest = training.metrics.filter((_, position) => position !== index);
    const replace = (next: Metric) => training.metrics.map((other, position) => (position === index ? next : other));
    const remove = setTraining('removeMetric', {}, { metrics: rest });
    const change = (next: Metric) => ({ metrics: replace(next) });
    checkComparison(view, outputs, metric, fields, 'metric', remove, change);
  });
  for (const output of outputs) checkHasLoss(view, output, fields);
  if (training.data === null) reportNoData(view, inputs, outputs);
  else checkData(view, training.data, inputs);
}

function reportSameNames(
  places: readonly Place[],
  code: 'outputNames' | 'inputNames',
  severity: 'error' | 'warning',
  reporter: Reporter,
): void {
  const names = new Set<string>();
  const taken = new Set(places.map(({ name }) => name));
  for (const { node, name } of places) {
    if (!names.has(name)) {
      names.add(name);
      continue;
    }
    let label = `${name} 2`;
    for (let count = 3; taken.has(label); count += 1) label = `${name} ${count}`;
    const fixes = [makeFix('rename', { label }, [{ kind: 'setNode', node: node.id, set: { label } }])];
    reporter.report({ severity, code, values: { name }, node: node.id, fixes });
  }
}

function checkComparison<Item extends Loss | Metric>(
  view: TrainingView,
  outputs: readonly Place[],
  item: Item,
  fields: ReadonlyMap<string, FieldView> | null,
  what: 'loss' | 'metric',
  remove: Fix,
  change: (next: Item) => Partial<Training>,
): void {
  const { reporter, sheet } = view;
  const place = outputs.find(({ node }) => node.id === item.output);
  if (place === undefined) {
    const code = what === 'loss' ? 'lossOutputUnknown' : 'metricOutputUnknown';
    reporter.report({ severity: 'error', code, values: { kind: item.kind, output: item.output }, fixes: [remove] });
    return;
  }
  const type = outputType(view, place);
  const common = { severity: 'error', node: place.node.id } as const;
  if (type !== null && type.dtype !== 'float32') {
    const values = { name: place.name, kind: item.kind, received: type.dtype };
    reporter.report({ ...common, code: 'comparedType', values, fixes: [remove] });
    return;
  }
  if (fields === null) return;
  const field = fields.get(item.target);
  if (field === undefined) {
    const known = [...fields.keys()];
    const fixes = known
      .filter((name) => type !== null && fits(item, type, fields.get(name)))
      .map((target) => setLosses(view, 'setTarget', { target }, change({ ...item, target })));
    const values = { name: place.name, kind: item.kind, target: item.target, known };
    reporter.report({ ...common, code: 'targetUnknown', values, fixes });
    return;
  }
  if (type === null || fitsTarget(item.kind, type, field)) return;
  const wanted = wantedShape(item.kind, field);
  const fixes: Fix[] = [];
  const link = sheet.incoming.get(place.node.id)?.get('in');
  const width = wanted.at(-1);
  if (link !== undefined && width !== undefined && sameShape(wanted.slice(0, -1), type.shape.slice(0, -1))) {
    fixes.push(...widthFixes(sheet, link, width));
  }
  const kind = what === 'loss' ? suitableLoss(type, field) : null;
  if (kind !== null) fixes.push(setLosses(view, 'setLossKind', { kind }, change({ ...item, kind } as Item)));
  for (const [target, other] of fields) {
    if (fitsTarget(item.kind, type, other)) {
      fixes.push(setLosses(view, 'setTarget', { target }, change({ ...item, target })));
    }
  }
  if (what === 'metric') fixes.push(remove);
  const values = {
    name: place.name,
    kind: item.kind,
    target: item.target,
    field: field.type.shape,
    expected: wanted,
    received: type.shape,
  };
  reporter.report({ ...common, code: 'targetShape', values, fixes });
}

function checkClassWeights(
  view: TrainingView,
  outputs: readonly Place[],
  loss: Loss,
  change: (next: Partial<Loss>) => Partial<Training>,
): void {
  const place = outputs.find(({ node }) => node.id === loss.output);
  const { classWeights } = loss;
  if (place === undefined || classWeights === undefined || !choosesOneClass(loss.kind)) return;
  const expected = outputType(view, place)?.shape.at(-1);
  if (expected === undefined || expected === classWeights.length) return;
  const fixes = [setTraining('removeClassWeights', {}, change({ classWeights: undefined }))];
  const values = { name: place.name, expected, received: classWeights.length };
  view.reporter.report({ severity: 'error', code: 'classWeights', node: place.node.id, values, fixes });
}

/** Scores of classes that no example has: they can only learn to be low. */
function adviseSurplusOutputs(
  view: TrainingView,
  outputs: readonly Place[],
  { output, kind, target }: Loss,
  fields: ReadonlyMap<string, FieldView>,
): void {
  const place = outputs.find(({ node }) => node.id === output);
  const type = place === undefined ? null : outputType(view, place);
  const field = fields.get(target);
  if (place === undefined || type === null || field === undefined || !choosesOneClass(kind)) return;
  const received = type.shape.at(-1);
  const expected = field.type.dtype === 'int32' ? field.classes : null;
  if (expected === null || received === undefined || received <= expected || !fitsTarget(kind, type, field)) return;
  const link = view.sheet.incoming.get(output)?.get('in');
  const fixes = link === undefined ? [] : widthFixes(view.sheet, link, expected);
  const values = { name: place.name, target, expected, received };
  view.reporter.report({ severity: 'information', code: 'surplusOutputs', values, node: output, fixes });
}

function fits(item: Loss | Metric, type: TensorType, field: FieldView | undefined): boolean {
  return field !== undefined && fitsTarget(item.kind, type, field);
}

function checkHasLoss(view: TrainingView, place: Place, fields: ReadonlyMap<string, FieldView> | null): void {
  const { document, reporter } = view;
  const { training } = document;
  const { losses, data } = training;
  if (losses.some(({ output }) => output === place.node.id)) return;
  const type = outputType(view, place);
  const read = new Set(data === null ? [] : Object.values(data.inputs));
  const fixes: Fix[] = [];
  for (const [target, field] of fields ?? []) {
    const kind = type === null || read.has(target) ? null : suitableLoss(type, field);
    if (kind === null) continue;
    const loss: Loss = { output: place.node.id, kind, weight: 1, target };
    fixes.push(setLosses(view, 'addLoss', { kind, target }, withLoss(training, loss)));
  }
  const values = { name: place.name };
  reporter.report({ severity: 'warning', code: 'outputWithoutLoss', values, node: place.node.id, fixes });
}

/** Data sets that could serve a document that has none: one whose fields the inputs and losses fit as they are. */
function reportNoData(view: TrainingView, inputs: readonly Place[], outputs: readonly Place[]): void {
  const { reporter, facts } = view;
  if (inputs.length === 0 || outputs.length === 0) return;
  const types = inputs.map(({ node }) => facts.get(node.id)?.outputs['out'] ?? null);
  const [first] = types;
  const target = outputs.map((place) => outputType(view, place)).find((type) => type !== null);
  const sources: GeneratedSource[] = dataSourceKinds.filter((kind) => kind !== 'random').map(newSource);
  if (first && target && first.shape.length <= 6 && target.shape.length <= 6) {
    sources.push({ kind: 'random', size: 1024, shape: [...first.shape], targetShape: [...target.shape] });
  }
  const fixes = sources.flatMap((source): readonly Fix[] => {
    const data = bindAll(source, inputs, types);
    if (data === null || !lossesFit(view, outputs, source)) return [];
    return [setTraining(`useData.${source.kind}`, {}, { data })];
  });
  reporter.report({ severity: 'warning', code: 'noData', values: {}, fixes });
}

function bindAll(source: DataSource, inputs: readonly Place[], types: readonly (TensorType | null)[]): Data | null {
  const fields = [...fieldViews(source)].filter(([name, { classes }]) => classes === null && name !== 'target');
  const bindings: (readonly [NodeId, string])[] = [];
  for (const [index, { node }] of inputs.entries()) {
    const type = types[index] ?? null;
    const field = fields.find(([, candidate]) => type !== null && sameType(candidate.type, type));
    if (field === undefined) return null;
    bindings.push([node.id, field[0]]);
  }
  return { source, seed: 1, validation: 0.2, inputs: Object.fromEntries(bindings) };
}

function lossesFit(view: TrainingView, outputs: readonly Place[], source: DataSource): boolean {
  const fields = fieldViews(source);
  const { losses, metrics } = view.document.training;
  return [...losses, ...metrics].every((item) => {
    const place = outputs.find(({ node }) => node.id === item.output);
    const type = place === undefined ? null : outputType(view, place);
    return type !== null && fits(item, type, fields.get(item.target));
  });
}

function checkData(view: TrainingView, data: Data, inputs: readonly Place[]): void {
  const { document, sheet, reporter, facts } = view;
  const fields = fieldViews(data.source);
  const setInputs = (code: FixCode, values: Values, bindings: Data['inputs']) =>
    setTraining(code, values, { data: { ...data, inputs: bindings } });
  const bound = (node: NodeId, field: string) => ({ ...data.inputs, [node]: field });
  for (const place of inputs) {
    const { node, name } = place;
    const type = facts.get(node.id)?.outputs['out'] ?? null;
    const field = Object.hasOwn(data.inputs, node.id) ? data.inputs[node.id] : undefined;
    const fitting = [...fields]
      .filter(([, candidate]) => type !== null && sameType(candidate.type, type))
      .map(([candidate]) => setInputs('bindInput', { name, field: candidate }, bound(node.id, candidate)));
    const common = { severity: 'error', node: node.id } as const;
    if (field === undefined) {
      const values = { name, known: [...fields.keys()] };
      reporter.report({ ...common, code: 'inputUnbound', values, fixes: fitting });
      continue;
    }
    const given = fields.get(field)?.type;
    if (given === undefined) {
      const values = { name, field, known: [...fields.keys()] };
      reporter.report({ ...common, code: 'fieldUnknown', values, fixes: fitting });
      continue;
    }
    if (type === null) continue;
    if (!sameShape(given.shape, type.shape)) {
      const values = { name, field, expected: given.shape, received: type.shape };
      const fixes = [setParameterFix(node.id, 'shape', given.shape), ...fitting];
      reporter.report({ ...common, code: 'inputShape', values, fixes });
    }
    if (given.dtype !== type.dtype) {
      const values = { name, field, expected: given.dtype, received: type.dtype };
      const fixes = [setParameterFix(node.id, 'dtype', given.dtype), ...fitting];
      reporter.report({ ...common, code: 'inputType', values, fixes });
    }
    const numbers = fields.get(field)?.numbers ?? null;
    if (numbers !== null) checkVocabulary(sheet, place, field, numbers, reporter);
  }
  for (const id of Object.keys(data.inputs)) {
    if (inputs.some(({ node }) => node.id === id)) continue;
    const rest = Object.fromEntries(Object.entries(data.inputs).filter(([key]) => key !== id));
    const fixes = [setInputs('removeBinding', { node: id }, rest)];
    reporter.report({ severity: 'warning', code: 'bindingUnknown', values: { input: id }, fixes });
  }
  const examples = trainingExamples(data.source, data.validation);
  if (document.training.batch > examples) {
    const batch = Math.max(1, examples);
    const fixes = [setTraining('setBatch', { batch }, { batch })];
    const values = { batch: document.training.batch, examples };
    reporter.report({ severity: 'warning', code: 'batchTooLarge', values, fixes });
  }
}
