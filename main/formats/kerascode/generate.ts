import type { NodeId } from '#shared/graph/identifiers';
import type { CellCall, FlatProgram, Program } from '#shared/program/program';
import { stateOf, Structure, titleText, writtenOrUnrolled } from '../code/structure.ts';
import type { ClassText, Dialect, Generated, Holder } from '../code/structure.ts';
import { pythonText, tuple } from '../code/words.ts';
import { wrapPython, wrapWords } from '../code/wrap.ts';
import { endNames, present } from '../model.ts';
import { kerasOperations, linked } from './operations.ts';
import { preamble } from './preamble.ts';

const dialect: Dialect = {
  operations: kerasOperations,
  network: 'network',
  reserved: ['keras', 'layers', 'ops', 'regularizers', 'np', 'name', 'load', 'layers_of', 'predict'],
  holders: 'local',
  named: (constructor, name) => `${constructor.slice(0, -1)}${constructor.endsWith('()') ? '' : ', '}name=${name})`,
  step: (x, step) => `${x}[:, ${step}]`,
  stack: (list) => `ops.stack(${list}, axis=1)`,
  given: (inputs) => (inputs.length === 1 ? inputs.join('') : `[${inputs.join(', ')}]`),
  listed: (title, index) => `${title}_${index}`,
  within: (title) => `${title}_`,
  entry: (title, name) => `${title}/${name}`,
  nests: (expression) =>
    expression.length < 90 && /^(layers\.)?\w+(\[\w+\])?(\((?:[^()]|\([^()]*\))*\)){1,2}$/.test(expression),
};

/** What makes the layers and cells that are called more than once. */
function holderLine(
  { name, title, loops, described, call }: Holder,
  functionOf: (call: CellCall) => string,
  isNetwork: boolean,
): string {
  const count = loops.reduce((product, { iterations }) => product * iterations, 1);
  const words = titleText(title, isNetwork, loops.length === 0 ? undefined : 'index');
  const one =
    call === null
      ? dialect.named(present(described?.holder, name).constructor, words)
      : `${functionOf(call)}(${words})`;
  return loops.length === 0 ? `${name} = ${one}` : `${name} = [${one} for index in range(${count})]`;
}

function functionCode(
  text: ClassText,
  inputs: readonly { readonly shape: readonly number[]; readonly dtype: string }[],
  functionOf: (call: CellCall) => string,
): string {
  const isNetwork = text.name === 'network';
  const { parameters, lines, results } = text;
  const given = inputs.map(({ shape, dtype }, index) => {
    const type = dtype === 'float32' ? '' : `, dtype="${dtype}"`;
    const name = isNetwork ? `, name="${parameters[index] ?? ''}"` : '';
    return `${parameters[index] ?? ''} = keras.Input(${tuple(shape)}${type}${name})`;
  });
  const held = text.holders.filter(({ isInline }) => !isInline);
  const list = (values: readonly string[]): string =>
    values.length === 1 ? (values[0] ?? '') : `[${values.join(', ')}]`;
  const body = [
    ...given,
    ...held.map((holder) => holderLine(holder, functionOf, isNetwork)),
    ...lines,
    `return keras.Model(${list(parameters)}, ${list(results)}${isNetwork ? '' : ', name=name'})`,
  ];
  return `def ${text.name}(${isNetwork ? '' : 'name'}):\n${body.map((line) => `    ${line}\n`).join('')}`;
}

/**
 * The source of a functional Keras script: loops are loops, cells are functions that make a model of their own. Where no
 * function can say how weights are shared, it is written unrolled (`isUnrolled`).
 */
export function generateKeras(
  program: Program,
  flat: FlatProgram,
  labels: (node: NodeId) => string,
  name: string,
): Generated & { readonly isUnrolled: boolean } {
  return writtenOrUnrolled(program, flat, (form) => write(form, labels, name));
}

function write(program: Program, labels: (node: NodeId) => string, name: string): Generated {
  const structure = new Structure(program, labels, dialect);
  const network = structure.network();
  const classOf = (call: CellCall): ClassText => structure.classOf(call);
  const functionOf = (call: CellCall): string => classOf(call).name;
  const functions = structure.classes.map((text) => {
    const cell = Object.values(program.cells).find((body) => structure.textOf(body.key) === text);
    const ends = text === network ? program.inputs : (cell?.inputs ?? []);
    return functionCode(
      text,
      ends.map(({ type }) => type),
      functionOf,
    );
  });
  const names = endNames(program.outputs);
  const { parameters } = network;
  const inputs = parameters.join(', ');
  const given = parameters.length === 1 ? inputs : `[${inputs}]`;
  const received = program.outputs.map((_, index) => (program.outputs.length === 1 ? 'outputs' : `outputs[${index}]`));
  const entries = program.outputs.map(
    ({ link }, index) => `        "${names[index] ?? ''}": ${linked(link, received[index] ?? '')},\n`,
  );
  const needs = [...structure.needs].toSorted().map((need) => `\n${present(preamble[need], need)}\n`);
  const body = functions.join('\n\n');
  const imports = ['layers', 'ops', 'regularizers'].filter(
    (module) => module !== 'regularizers' || body.includes('regularizers.'),
  );
  const head = wrapWords(`${pythonText(name)}, written by Gradloom.`, 114);
  const code = `"""${head.join('\n')}"""

import keras
import numpy as np
from keras import ${imports.join(', ')}

${needs.join('')}
${body}

def layers_of(model):
    """Every layer, those within cells too."""
    for layer in model.layers:
        yield from layers_of(layer) if isinstance(layer, keras.Model) else [layer]


def load(path="weights.npz"):
    """The network with its trained weights."""
    model = network()
    with np.load(path) as weights:
        for layer in layers_of(model):
            layer.set_weights([weights[f"{layer.name}/{weight.name}"] for weight in layer.weights])
    return model


def predict(model, ${inputs}):
    """Outputs by name, with softmax or sigmoid where the network ends in one."""
    outputs = model(${given}, training=False)
    return {
${entries.join('')}    }
`;
  return { code: wrapPython(code), state: stateOf(network, classOf, dialect) };
}
