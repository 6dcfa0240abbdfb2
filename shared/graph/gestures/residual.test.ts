import { describe, expect, test } from 'vitest';
import { check } from '../../check/check.ts';
import { residualSumsOf } from '../../check/residualSums.ts';
import { createTemplate } from '../../templates/templates.ts';
import { applyOperations } from '../applyOperation.ts';
import type { GradloomDocument } from '../document.ts';
import { wrapResidual } from '../gestures.ts';
import type { NodeId } from '../identifiers.ts';
import { GestureError } from './draft.ts';

const plain = createTemplate('plain-mlp', { depth: 4, activation: 'tanh', normalisation: 'none' });
const [input, first, second, third] = chainOf(plain);

/** The nodes in the order in which values go through them. */
function chainOf({ graph }: GradloomDocument): readonly NodeId[] {
  const start = graph.nodes.find(({ type }) => type === 'input');
  const ids: NodeId[] = [];
  for (let at = start?.id; at !== undefined; at = graph.wires.find(({ from }) => from.node === at)?.to.node)
    ids.push(at);
  return ids;
}

function chosen(...ids: readonly (NodeId | undefined)[]): readonly NodeId[] {
  return ids.flatMap((id) => id ?? []);
}

describe('residual', () => {
  test('the sum takes what goes in and what comes out, and what followed reads the sum', () => {
    const wrapped = applyOperations(plain, wrapResidual(plain, chosen(second, third)));
    const sum = wrapped.graph.nodes.find(({ type }) => type === 'add');
    const into = wrapped.graph.wires.filter(({ to }) => to.node === sum?.id);
    expect(into.map(({ from, to }) => [from.node, to.port])).toEqual([
      [first, 'in.0'],
      [third, 'in.1'],
    ]);
    const followed = plain.graph.wires.filter(({ from }) => from.node === third);
    const read = wrapped.graph.wires.filter(({ from }) => from.node === sum?.id);
    expect(read.map(({ id, to }) => [id, to])).toEqual(followed.map(({ id, to }) => [id, to]));
    expect(check(wrapped).ok).toBe(true);
    expect(residualSumsOf(wrapped)).toBe(1);
  });

  test('what lies between chosen nodes goes along', () => {
    const both = chainOf(plain).slice(2, 5);
    const ends = wrapResidual(plain, chosen(both[0], both[2]));
    expect(applyOperations(plain, ends).graph.wires).toEqual(
      applyOperations(plain, wrapResidual(plain, both)).graph.wires,
    );
  });

  test('other shapes are left to the check, which offers a projection', () => {
    // The first layer goes from two numbers to 32.
    const wrapped = applyOperations(plain, wrapResidual(plain, chosen(first)));
    const problems = check(wrapped).diagnostics.filter(({ severity }) => severity === 'error');
    expect(problems).not.toEqual([]);
    expect(problems.flatMap(({ fixes }) => fixes.map(({ code }) => code))).toContain('project');
  });

  test('inside a loop the sum stays inside', () => {
    const loop = createTemplate('linear-rnn', { steps: 5 });
    const dense = loop.graph.nodes.find(({ type }) => type === 'dense');
    const wrapped = applyOperations(loop, wrapResidual(loop, chosen(dense?.id)));
    expect(wrapped.graph.nodes.find(({ type }) => type === 'add')?.parent).toBe(dense?.parent);
    expect(check(wrapped).ok).toBe(true);
  });

  test('a part without one value in and one out is refused, and so is nothing', () => {
    const resnet = createTemplate('densenet', {});
    const joined = resnet.graph.nodes.find(({ type }) => type === 'concatenate');
    expect(() => wrapResidual(resnet, chosen(joined?.id))).toThrow(GestureError);
    expect(() => wrapResidual(plain, chosen(input))).toThrow(GestureError);
  });
});
