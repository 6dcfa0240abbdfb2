import { defineLayer } from '../defineLayer.ts';
import { buildFormula } from '../formula/buildFormula.ts';
import { formulaInputs, inputsOf } from '../formula/expression.ts';
import { parseFormula } from '../formula/parseFormula.ts';
import type { LayerPort } from '../layer.ts';

const portLists = new Map<string, readonly LayerPort[]>();

/** One list per set of letters: what draws the ports compares lists by identity. */
function portsOfFormula(text: string): readonly LayerPort[] {
  const parsed = parseFormula(text);
  const names = parsed.ok ? inputsOf(parsed.expression) : [];
  const key = names.join('');
  const known = portLists.get(key) ?? names.map((id) => ({ id }));
  portLists.set(key, known);
  return known;
}

export const formula = defineLayer({
  type: 'formula',
  family: 'arithmetic',
  parameters: {
    formula: { kind: 'formula', default: 'a * sigmoid(b)' },
  },
  inputs: formulaInputs.map((id) => ({ id })),
  inputPorts: (parameters) => portsOfFormula(parameters.formula),
  outputs: 'one',
  formula: String.raw`y = f(a, b, c, \dots)`,
  build(context, parameters, _inputs, ports) {
    const parsed = parseFormula(parameters.formula);
    if (!parsed.ok) throw new Error('a formula was built that does not read as one');
    return buildFormula(context, parsed.expression, ports);
  },
});
