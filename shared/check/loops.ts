import type { GradloomDocument, GraphNode, LoopParameters } from '../graph/document.ts';
import { loopParametersSchema } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import type { Operation } from '../graph/operations.ts';
import type { TensorType } from '../graph/values.ts';
import type { WeightRequest } from '../layers/layer.ts';
import { elementCount, sameType } from '../layers/requirements.ts';
import type { Fix } from './diagnostic.ts';
import { learnedStateName } from './evaluation.ts';
import { freeIds, setParameterFix } from './fixes.ts';
import { projectFixes, widthFixes } from './mergeFixes.ts';
import { reportStructure } from './parameterProblems.ts';
import type { Place } from './place.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';
import type { Sheet } from './sheet.ts';

type State = LoopParameters['states'][number];

/** Asks for the type at one of the loop's target ports; says so, with these ways out, where nothing is wired. */
export type TypeInto = (port: string, fixes: readonly Fix[]) => TensorType | null;

/** What stands inside a loop at the start of an iteration. */
export interface LoopEntry {
  /** Types at the loop's outer inputs, in the order of its ports. */
  readonly outer: readonly (TensorType | null)[];
  /** Types at the inner sources, by port; `checkLoopEnds` adds the outer outputs. */
  readonly inner: Record<string, TensorType>;
  /** What wired states start with, by state. */
  readonly starts: ReadonlyMap<string, TensorType>;
  readonly weights: readonly WeightRequest[];
  readonly misfit: boolean;
}

/** The declared type of a state. */
export function stateType(state: State): TensorType {
  return { shape: state.shape, dtype: state.dtype ?? 'float32' };
}

/** A loop's parameters, or null (and a report) where they are not what the format says. */
export function readLoop(place: Place, params: GraphNode['params'], reporter: Reporter): LoopParameters | null {
  const parsed = loopParametersSchema.safeParse(params);
  if (!parsed.success) {
    reportStructure(place, parsed.error, reporter);
    return null;
  }
  let sound = true;
  for (const list of [parsed.data.states, parsed.data.inputs, parsed.data.outputs]) {
    const seen = new Set<string>();
    for (const { id } of list) {
      if (seen.has(id)) {
        const values = { name: place.name, terminal: id };
        reporter.report({ severity: 'error', code: 'terminalTwice', values, node: place.node.id });
        sound = false;
      }
      seen.add(id);
    }
  }
  return sound ? parsed.data : null;
}

/** Edits that change one entry of one of the loop's lists, kept as the document has it otherwise. */
function changeEntry(
  place: Place,
  list: 'states' | 'inputs' | 'outputs',
  id: string,
  change: Readonly<Record<string, JsonValue>> | null,
): readonly Operation[] {
  const entries = place.node.params[list];
  if (!Array.isArray(entries)) return [];
  const changed = (entries as readonly JsonValue[]).flatMap((entry): readonly JsonValue[] => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [entry];
    const record = entry as Readonly<Record<string, JsonValue>>;
    if (record['id'] !== id) return [entry];
    return change === null ? [] : [{ ...record, ...change }];
  });
  return [{ kind: 'setParameters', node: place.node.id, set: { [list]: changed } }];
}

function declareFix(place: Place, state: State, type: TensorType): Fix {
  const change = { shape: type.shape, dtype: type.dtype };
  return makeFix(
    'declareState',
    { state: state.id, shape: type.shape },
    changeEntry(place, 'states', state.id, change),
  );
}

/** Reads what comes in from outside: starts of states, constants and scans. */
export function checkLoopInputs(
  sheet: Sheet,
  place: Place,
  parameters: LoopParameters,
  into: TypeInto,
  reporter: Reporter,
): LoopEntry {
  const { node, name } = place;
  const inner: Record<string, TensorType> = {};
  const outer: (TensorType | null)[] = [];
  const weights: WeightRequest[] = [];
  const starts = new Map<string, TensorType>();
  let misfit = false;
  for (const state of parameters.states) {
    const type = stateType(state);
    inner[`state.${state.id}`] = type;
    switch (state.initial.kind) {
      case 'zeros':
        break;
      case 'learned': {
        const { initialiser } = state.initial;
        weights.push({
          name: learnedStateName(state.id),
          shape: type.shape,
          initialiser,
          regulariser: null,
          trainable: true,
        });
        if (type.dtype !== 'float32') {
          misfit = true;
          const values = { name, state: state.id, received: type.dtype };
          const fixes = [makeFix('startFromZeros', { state: state.id }, startFromZeros(place, state))];
          reporter.report({ severity: 'error', code: 'learnedStateType', values, node: node.id, fixes });
        }
        break;
      }
      case 'wired': {
        const zeros = makeFix('startFromZeros', { state: state.id }, startFromZeros(place, state));
        const given = into(`init.${state.id}`, [zeros]);
        outer.push(given);
        if (given !== null) starts.set(state.id, given);
        break;
      }
    }
    const read = (sheet.outgoing.get(node.id) ?? []).some(({ wire }) => wire.from.port === `state.${state.id}`);
    const isHandedOut = parameters.outputs.some((output) => output.state === state.id);
    if (!read && !isHandedOut && state.residual !== true) {
      const values = { name, state: state.id };
      reporter.report({ severity: 'warning', code: 'stateUnread', values, node: node.id });
    }
  }
  const scans: { readonly id: string; readonly length: number }[] = [];
  for (const { id, kind } of parameters.inputs) {
    const used = (sheet.outgoing.get(node.id) ?? []).some(({ wire }) => wire.from.port === `input.${id}`);
    const remove = makeFix('removeTerminal', { terminal: id }, changeEntry(place, 'inputs', id, null));
    const type = into(`in.${id}`, used ? [] : [remove]);
    outer.push(type);
    if (type === null) continue;
    if (kind === 'constant') {
      inner[`input.${id}`] = type;
      continue;
    }
    const [length] = type.shape;
    if (length === undefined) {
      misfit = true;
      const fixes = [makeFix('makeConstant', { terminal: id }, changeEntry(place, 'inputs', id, { kind: 'constant' }))];
      reporter.report({ severity: 'error', code: 'scanScalar', values: { name, terminal: id }, node: node.id, fixes });
      continue;
    }
    scans.push({ id, length });
    inner[`input.${id}`] = { shape: type.shape.slice(1), dtype: type.dtype };
  }
  return { outer, inner, starts, weights, misfit: reportScanLengths(place, parameters, scans, reporter) || misfit };
}

function startFromZeros(place: Place, state: State): readonly Operation[] {
  return changeEntry(place, 'states', state.id, { initial: { kind: 'zeros' } });
}

/** All scans have one length, and the loop runs that often. */
function reportScanLengths(
  place: Place,
  { iterations }: LoopParameters,
  scans: readonly { readonly id: string; readonly length: number }[],
  reporter: Reporter,
): boolean {
  const [first] = scans;
  if (first === undefined) return false;
  const different = scans.find(({ length }) => length !== first.length);
  if (different !== undefined) {
    const values = {
      name: place.name,
      first: first.id,
      expected: first.length,
      second: different.id,
      received: different.length,
    };
    reporter.report({ severity: 'error', code: 'scansDiffer', values, node: place.node.id });
    return true;
  }
  if (first.length === iterations) return false;
  const values = { name: place.name, terminal: first.id, received: first.length, iterations };
  const fixes = first.length <= 10_000 ? [setParameterFix(place.node.id, 'iterations', first.length)] : [];
  reporter.report({ severity: 'error', code: 'scanLength', values, node: place.node.id, fixes });
  return true;
}

/** Reads what the body gives: next states and results. Adds the types at the outer outputs to those of the entry. */
export function checkLoopEnds(
  document: GradloomDocument,
  sheet: Sheet,
  place: Place,
  parameters: LoopParameters,
  entry: LoopEntry,
  into: TypeInto,
  reporter: Reporter,
): boolean {
  const { node, name } = place;
  let misfit = false;
  for (const state of parameters.states) {
    const port = `next.${state.id}`;
    const type = stateType(state);
    const keep = makeFix('keepState', { state: state.id }, [
      {
        kind: 'addWires',
        sheet: place.sheet,
        wires: [
          {
            id: freeIds(document).wire(),
            from: { node: node.id, port: `state.${state.id}` },
            to: { node: node.id, port },
          },
        ],
      },
    ]);
    const next = into(port, [keep]);
    if (reportStart(document, sheet, place, state, next, entry, reporter)) misfit = true;
    const link = sheet.incoming.get(node.id)?.get(port);
    if (state.residual === true && type.dtype !== 'float32') {
      misfit = true;
      const values = { name, state: state.id, received: type.dtype };
      const fixes = [
        makeFix('setStateNumbers', { state: state.id }, changeEntry(place, 'states', state.id, { dtype: 'float32' })),
      ];
      reporter.report({ severity: 'error', code: 'residualStateType', values, node: node.id, fixes });
    }
    if (next === null || sameType(next, type)) continue;
    misfit = true;
    const width = type.shape.at(-1);
    const leading = next.shape.length === type.shape.length && next.dtype === type.dtype;
    const widths = link !== undefined && leading && width !== undefined ? widthFixes(sheet, link, width) : [];
    reporter.report({
      severity: 'error',
      code: 'stateNext',
      values: { name, state: state.id, ...typeValues(type, next) },
      node: node.id,
      ...(link === undefined ? {} : { wire: link.wire.id }),
      fixes: [...(state.initial.kind === 'wired' ? [] : [declareFix(place, state, next)]), ...widths],
    });
  }
  for (const { id, kind, state } of parameters.outputs) {
    const used = (sheet.outgoing.get(node.id) ?? []).some(({ wire }) => wire.from.port === `out.${id}`);
    const remove = makeFix('removeTerminal', { terminal: id }, changeEntry(place, 'outputs', id, null));
    const named = parameters.states.find((other) => other.id === state);
    if (state !== undefined && named === undefined) {
      misfit = true;
      const values = { name, output: id, state };
      reporter.report({ severity: 'error', code: 'outputState', values, node: node.id, fixes: used ? [] : [remove] });
      continue;
    }
    const type = named === undefined ? into(`result.${id}`, used ? [] : [remove]) : stateType(named);
    if (type === null) continue;
    entry.inner[`out.${id}`] =
      kind === 'last' ? type : { shape: [parameters.iterations, ...type.shape], dtype: type.dtype };
  }
  return misfit;
}

/**
 * Numbers of one example that a loop itself makes in all its iterations: starts of states, sums of residual states,
 * slices of scans, stacks of outputs.
 */
export function borderActivations(
  { iterations, states, inputs, outputs }: LoopParameters,
  { inner }: LoopEntry,
): number {
  const size = (port: string): number => {
    const type = inner[port];
    return type === undefined ? 0 : elementCount(type.shape);
  };
  return (
    states.reduce(
      (sum, { id, initial, residual }) =>
        sum + size(`state.${id}`) * ((initial.kind === 'wired' ? 0 : 1) + (residual === true ? iterations : 0)),
      0,
    ) +
    inputs.reduce((sum, { id, kind }) => sum + (kind === 'scan' ? iterations * size(`input.${id}`) : 0), 0) +
    outputs.reduce((sum, { id, kind }) => sum + (kind === 'all' ? size(`out.${id}`) : 0), 0)
  );
}

/** A wired start must be of the state's type. What the body gives says which of the two is meant. */
function reportStart(
  document: GradloomDocument,
  sheet: Sheet,
  place: Place,
  state: State,
  next: TensorType | null,
  { starts }: LoopEntry,
  reporter: Reporter,
): boolean {
  const type = stateType(state);
  const given = starts.get(state.id);
  const link = sheet.incoming.get(place.node.id)?.get(`init.${state.id}`);
  if (given === undefined || link === undefined || sameType(given, type)) return false;
  const fixes: Fix[] = [];
  if (next !== null && sameType(next, type)) fixes.push(...projectFixes(document, link, given, type));
  else fixes.push(declareFix(place, state, given));
  const remove: Operation = { kind: 'removeWires', wires: [link.wire.id] };
  fixes.push(makeFix('startFromZeros', { state: state.id }, [...startFromZeros(place, state), remove]));
  reporter.report({
    severity: 'error',
    code: 'stateStart',
    values: { name: place.name, state: state.id, ...typeValues(type, given) },
    node: place.node.id,
    wire: link.wire.id,
    fixes,
  });
  return true;
}

/** Two types for a message: shapes, and the element types where those differ. */
export function typeValues(
  expected: TensorType,
  given: TensorType,
): {
  readonly expected: JsonValue;
  readonly received: JsonValue;
  readonly expectedType: string;
  readonly receivedType: string;
} {
  return {
    expected: expected.shape,
    received: given.shape,
    expectedType: expected.dtype,
    receivedType: given.dtype,
  };
}
