import type { NodeId } from '#shared/graph/identifiers';
import type { CellCall, FlatProgram, Program } from '#shared/program/program';
import { stateOf, Structure, writtenOrUnrolled } from '../code/structure.ts';
import type { ClassText, Dialect, Generated, Holder } from '../code/structure.ts';
import { pythonText } from '../code/words.ts';
import { wrapPython, wrapWords } from '../code/wrap.ts';
import { endNames, present } from '../model.ts';
import { linked, torchOperations } from './operations.ts';
import { preamble } from './preamble.ts';

const dialect: Dialect = {
  operations: torchOperations,
  network: 'Network',
  reserved: ['torch', 'nn', 'F', 'load', 'Recurrent', 'average_pool'],
  holders: 'attributes',
  named: (constructor) => constructor,
  step: (x, step) => `${x}[:, ${step}]`,
  stack: (list) => `torch.stack(${list}, dim=1)`,
  given: (inputs) => inputs.join(', '),
  listed: (title, index) => `${title}.${index}`,
  within: (title) => `${title}.`,
  entry: (title, name) => (name === '' ? title : `${title}.${name}`),
  nests: (expression) => expression.length < 60 && /^self\.[\w[\]]+\([^()]*\)$/.test(expression),
};

function holderLine({ name, loops, described, call }: Holder, classOf: (call: CellCall) => string): string {
  const count = loops.reduce((product, { iterations }) => product * iterations, 1);
  const many = (list: string, one: string): string =>
    loops.length === 0 ? `self.${name} = ${one}` : `self.${name} = nn.${list}([${one} for _ in range(${count})])`;
  if (call !== null) return many('ModuleList', `${classOf(call)}()`);
  const holder = present(described?.holder, name);
  switch (holder.kind) {
    case 'module':
      return many('ModuleList', holder.constructor);
    case 'parameter':
      return many('ParameterList', `nn.Parameter(${holder.constructor})`);
    case 'buffer':
      return `self.register_buffer("${name}", ${holder.constructor})`;
  }
}

function classCode(
  { name, holders, parameters, lines, results }: ClassText,
  classOf: (call: CellCall) => string,
): string {
  const held = holders.map((holder) => `        ${holderLine(holder, classOf)}\n`).join('');
  const body = lines.map((line) => `        ${line}\n`).join('');
  const given = ['self', ...parameters].join(', ');
  return `class ${name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n${held}\n    def forward(${given}):\n${body}        return ${results.join(', ')}\n`;
}

/**
 * The source of a PyTorch module: loops are loops, cells are classes. Where no class can say how weights are shared, it is
 * written unrolled (`isUnrolled`).
 */
export function generateTorch(
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
  const outputNames = endNames(program.outputs);
  const inputs = network.parameters.join(', ');
  const outputs = program.outputs.map((_, index) => (program.outputs.length === 1 ? 'outputs' : `outputs[${index}]`));
  const entries = program.outputs.map(
    ({ link }, index) => `            "${outputNames[index] ?? ''}": ${linked(link, outputs[index] ?? '')},\n`,
  );
  const classes = structure.classes.map((text) => classCode(text, (call) => classOf(call).name));
  const predict = `
    def predict(self, ${inputs}):
        """Outputs by name, with softmax or sigmoid where the network ends in one."""
        outputs = self(${inputs})
        return {
${entries.join('')}        }
`;
  const head = wrapWords(`${pythonText(name)}, written by Gradloom. Values have their channels last.`, 114);
  const code = `"""${head.join('\n')}"""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

${[...structure.needs]
  .toSorted()
  .map((need) => `\n${present(preamble[need], need)}\n`)
  .join('')}
${classes.join('\n\n')}${predict}

def load(path="weights.safetensors"):
    network = Network()
    network.load_state_dict(load_file(path))
    return network.eval()
`;
  return { code: wrapPython(code), state: stateOf(network, classOf, dialect) };
}
