import { describe, expect, test } from 'vitest';
import type { CellDefinition, GradloomDocument, LoopParameters } from '../graph/document.ts';
import { cellId, nodeId, terminalId } from '../graph/identifiers.ts';
import { SheetBuilder, WireNumbers, documentOf } from '../templates/sheetBuilder.ts';
import { lower } from './lower.ts';
import type { CellCall, Item, LoopRegion, Program, StructuredOperation } from './program.ts';

function lowered(document: GradloomDocument): Program {
  const result = lower(document);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.program;
}

/** `output = kind(inputs) <wire at slot>` for every operation; regions and calls by their node. */
function shown(items: readonly Item[]): readonly string[] {
  return items.map((item) => {
    switch (item.item) {
      case 'operation': {
        const wires = item.wires.map(({ wire, slot }) => `${wire}:${slot}`).join(' ');
        return `${item.output} = ${item.specification.kind}(${item.inputs.join(', ')})${wires === '' ? '' : ` <${wires}>`}`;
      }
      case 'loop':
        return `loop ${item.node}`;
      case 'call':
        return `call ${item.node} ${item.cell}(${item.inputs.join(', ')})`;
    }
  });
}

const operations = (items: readonly Item[]): readonly StructuredOperation[] =>
  items.filter((item) => item.item === 'operation');

function only<Kind extends 'loop' | 'call'>(
  items: readonly Item[],
  kind: Kind,
): Kind extends 'loop' ? LoopRegion : CellCall {
  const found = items.filter((item) => item.item === kind);
  if (found.length !== 1) throw new Error(`${found.length} items of kind ${kind}`);
  return found[0] as Kind extends 'loop' ? LoopRegion : CellCall;
}

describe('layers', () => {
  test('a dense layer and its activation are two operations; the pre-activation can be tapped', () => {
    const sheet = new SheetBuilder(new WireNumbers());
    const x = sheet.node('x', 'input', { shape: [3] }, undefined, { label: 'Data' });
    const dense = sheet.node('d', 'dense', { units: 2, activation: 'tanh', kernelRegulariser: { l1: 0, l2: 0.5 } });
    const y = sheet.node('y', 'output', { link: 'softmax' });
    sheet.wire(x, dense);
    sheet.wire(dense, y);
    const program = lowered(documentOf('layers', sheet.graph(), {}));
    expect(shown(program.body)).toEqual(['d = dense(x) <w1:0>', 'd#2 = activation(d)', 'y = identity(d#2) <w2:0>']);
    expect(program.inputs).toEqual([
      { node: 'x', label: 'Data', value: 'x', type: { shape: [3], dtype: 'float32' }, field: null },
    ]);
    expect(program.outputs).toEqual([
      { node: 'y', label: 'y', value: 'y', type: { shape: [2], dtype: 'float32' }, link: 'softmax' },
    ]);
    const [affine, activation] = operations(program.body);
    expect(affine?.tap).toBe('preactivation');
    expect(activation?.tap).toBeUndefined();
    expect(affine?.weights['kernel']).toEqual({
      node: 'd',
      name: 'kernel',
      perStep: [],
      perInstance: false,
      shape: [3, 2],
      initialiser: { kind: 'glorotUniform' },
      regulariser: { l1: 0, l2: 0.5 },
      trainable: true,
    });
  });

  test('a fork gives each consumer its own wire, and one value may enter a merge twice', () => {
    const sheet = new SheetBuilder(new WireNumbers());
    const x = sheet.node('x', 'input', { shape: [3] });
    const sum = sheet.node('sum', 'add');
    const y = sheet.node('y', 'output');
    sheet.wire(x, [sum, 'in.1']);
    sheet.wire(x, [sum, 'in.0']);
    sheet.wire(sum, y);
    expect(shown(lowered(documentOf('fork', sheet.graph(), {})).body)).toEqual([
      'sum = add(x, x) <w2:0 w1:1>',
      'y = identity(sum) <w3:0>',
    ]);
  });

  test('inputs of a merge follow their ports by number, not by letter', () => {
    const sheet = new SheetBuilder(new WireNumbers());
    const inputs = Array.from({ length: 11 }, (_, index) => sheet.node(`x${index}`, 'input', { shape: [1] }));
    const joined = sheet.node('joined', 'concatenate');
    const y = sheet.node('y', 'output');
    inputs.toReversed().forEach((input, index) => sheet.wire(input, [joined, `in.${10 - index}`]));
    sheet.wire(joined, y);
    const [operation] = operations(lowered(documentOf('merge', sheet.graph(), {})).body);
    expect(operation?.inputs).toEqual(inputs);
    expect(operation?.type.shape).toEqual([11]);
  });

  test('independent nodes come in the order of the document, whatever the order of the wires', () => {
    const build = (turned: boolean) => {
      const sheet = new SheetBuilder(new WireNumbers());
      const y = sheet.node('y', 'output');
      const [b, a, x] = ['b', 'a', 'x'].map((id) => sheet.node(id, id === 'x' ? 'input' : 'flatten'));
      const sum = sheet.node('sum', 'add');
      const wires = [() => sheet.wire(x ?? y, a ?? y), () => sheet.wire(x ?? y, b ?? y)];
      for (const draw of turned ? wires.toReversed() : wires) draw();
      sheet.wire(a ?? y, [sum, 'in.0']);
      sheet.wire(b ?? y, [sum, 'in.1']);
      sheet.wire(sum, y);
      return operations(lowered(documentOf('order', sheet.graph(), {})).body).map(({ output }) => output);
    };
    expect(build(false)).toEqual(['b', 'a', 'sum', 'y']);
    expect(build(true)).toEqual(build(false));
  });

  test('frozen nodes and containers keep their weights from training', () => {
    const sheet = new SheetBuilder(new WireNumbers());
    const x = sheet.node('x', 'input');
    const frame = sheet.node('frame', 'frame', {}, undefined, { frozen: true });
    const inFrame = sheet.node('a', 'dense', {}, undefined, { parent: frame });
    const alone = sheet.node('b', 'dense', {}, undefined, { frozen: true });
    const free = sheet.node('c', 'dense');
    const y = sheet.node('y', 'output');
    [x, inFrame, alone, free].forEach((node, index) => sheet.wire(node, [inFrame, alone, free, y][index] ?? y));
    const trainable = operations(lowered(documentOf('frozen', sheet.graph(), {})).body).flatMap(({ weights }) =>
      Object.values(weights).map(({ trainable: trains }) => trains),
    );
    expect(trainable).toEqual([false, false, false, false, true, true]);
  });

  test('an opaque layer stays, with one operation for each output', () => {
    const sheet = new SheetBuilder(new WireNumbers());
    const x = sheet.node('x', 'input');
    const opaque = sheet.node('o', 'opaque', {
      operator: 'Foreign',
      source: 'model.onnx',
      attributes: {},
      inputs: [{ id: 'data' }, { id: 'mask' }],
      outputs: [
        { id: 'first', shape: [4], dtype: 'float32' },
        { id: 'second', shape: [], dtype: 'int32' },
      ],
    });
    const y = sheet.node('y', 'output');
    sheet.wire(x, [opaque, 'in.data']);
    sheet.wire(x, [opaque, 'in.mask']);
    sheet.wire([opaque, 'out.first'], y);
    const program = lowered(documentOf('opaque', sheet.graph(), {}));
    expect(shown(program.body)).toEqual([
      'o.in.data = identity(x) <w1:0>',
      'o.in.mask = identity(x) <w2:0>',
      'o.out.first = opaque(o.in.data, o.in.mask)',
      'o.out.second = opaque(o.in.data, o.in.mask)',
      'y = identity(o.out.first) <w3:0>',
    ]);
    expect(operations(program.body)[3]?.type).toEqual({ shape: [], dtype: 'int32' });
  });
});

test('a document with an error is refused with its diagnostics', () => {
  const sheet = new SheetBuilder(new WireNumbers());
  sheet.wire(sheet.node('x', 'input', { shape: [2] }), sheet.node('conv', 'convolution2d'));
  const result = lower(documentOf('wrong', sheet.graph(), {}));
  expect(result.ok).toBe(false);
  expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toContain('imageRank');
});

/** A loop of three iterations with every kind of state, input and output. */
function loopDocument(): GradloomDocument {
  const sheet = new SheetBuilder(new WireNumbers());
  const x = sheet.node('x', 'input', { shape: [2] });
  const sequence = sheet.node('sequence', 'input', { shape: [3, 2] });
  const parameters: LoopParameters = {
    iterations: 3,
    states: [
      { id: terminalId('a'), shape: [2], initial: { kind: 'wired' } },
      { id: terminalId('b'), shape: [2], initial: { kind: 'zeros' }, residual: true },
      { id: terminalId('c'), shape: [2], initial: { kind: 'learned', initialiser: { kind: 'constant', value: 1 } } },
    ],
    inputs: [
      { id: terminalId('fixed'), kind: 'constant' },
      { id: terminalId('slice'), kind: 'scan' },
    ],
    outputs: [
      { id: terminalId('end'), kind: 'last' },
      { id: terminalId('every'), kind: 'all' },
    ],
  };
  const loop = sheet.node('loop', 'loop', parameters);
  const sum = sheet.node('sum', 'add', {}, undefined, { parent: loop });
  const dense = sheet.node('dense', 'dense', { units: 2 }, undefined, { parent: loop, perStep: [loop] });
  const [y, z] = [sheet.node('y', 'output'), sheet.node('z', 'output')];
  sheet.wire(x, [loop, 'init.a']);
  sheet.wire(x, [loop, 'in.fixed']);
  sheet.wire(sequence, [loop, 'in.slice']);
  ['state.a', 'state.b', 'state.c', 'input.fixed', 'input.slice'].forEach((port, index) =>
    sheet.wire([loop, port], [sum, `in.${index}`]),
  );
  sheet.wire(sum, dense);
  sheet.wire(dense, [loop, 'next.a']);
  sheet.wire(dense, [loop, 'next.b']);
  sheet.wire([loop, 'state.c'], [loop, 'next.c']);
  sheet.wire(dense, [loop, 'result.end']);
  sheet.wire(sum, [loop, 'result.every']);
  sheet.wire([loop, 'out.end'], y);
  sheet.wire([loop, 'out.every'], z);
  return documentOf('loop', sheet.graph(), {});
}

describe('loops', () => {
  const program = lowered(loopDocument());
  const region = only(program.body, 'loop');

  test('terminals are operations around the region', () => {
    expect(shown(program.body)).toEqual([
      'loop.in.fixed = identity(x) <w2:0>',
      'loop.in.slice = identity(sequence) <w3:0>',
      'loop.init.a = identity(x) <w1:0>',
      'loop.init.b = zeros()',
      'loop.init.c = learned()',
      'loop loop',
      'y = identity(loop.out.end) <w15:0>',
      'z = identity(loop.out.every) <w16:0>',
    ]);
  });

  test('a residual state ends in a sum, the others in an identity', () => {
    expect(shown(region.body)).toEqual([
      'sum = add(loop.state.a, loop.state.b, loop.state.c, loop.input.fixed, loop.input.slice) <w4:0 w5:1 w6:2 w7:3 w8:4>',
      'dense = dense(sum) <w9:0>',
      'loop.next.a = identity(dense) <w10:0>',
      'loop.next.b = add(dense, loop.state.b) <w11:0>',
      'loop.next.c = identity(loop.state.c) <w12:0>',
      'loop.result.end = identity(dense) <w13:0>',
      'loop.result.every = identity(sum) <w14:0>',
    ]);
  });

  test('the region joins what is outside to what is inside', () => {
    const two = { shape: [2], dtype: 'float32' };
    expect(region).toMatchObject({
      node: 'loop',
      iterations: 3,
      states: [
        { id: 'a', type: two, initial: 'loop.init.a', current: 'loop.state.a', next: 'loop.next.a' },
        { id: 'b', type: two, initial: 'loop.init.b', current: 'loop.state.b', next: 'loop.next.b' },
        { id: 'c', type: two, initial: 'loop.init.c', current: 'loop.state.c', next: 'loop.next.c' },
      ],
      inputs: [
        { id: 'fixed', kind: 'constant', outer: 'loop.in.fixed', inner: 'loop.input.fixed', innerType: two },
        { id: 'slice', kind: 'scan', outer: 'loop.in.slice', inner: 'loop.input.slice', innerType: two },
      ],
      outputs: [
        { id: 'end', kind: 'last', inner: 'loop.result.end', outer: 'loop.out.end', outerType: two },
        { id: 'every', kind: 'all', inner: 'loop.result.every', outer: 'loop.out.every', outerType: { shape: [3, 2] } },
      ],
    });
  });

  test('weights say over which loops they are not shared; a learned start is a weight of the loop', () => {
    expect(operations(region.body)[1]?.weights['kernel']?.perStep).toEqual(['loop']);
    expect(operations(program.body)[4]?.weights['value']).toMatchObject({
      node: 'loop',
      name: 'initial.c',
      perStep: [],
      shape: [2],
      initialiser: { kind: 'constant', value: 1 },
      trainable: true,
    });
  });
});

describe('cells', () => {
  function cellDocument(
    instances: readonly { weights: 'shared' | 'own'; width: number; act?: string; frozen?: boolean }[],
  ) {
    const numbers = new WireNumbers();
    const inside = new SheetBuilder(numbers);
    const enter = inside.node('enter', 'cellInput', { terminal: 'i' });
    const act = inside.node('act', 'activation', { function: 'relu' });
    const norm = inside.node('norm', 'layerNormalisation', {}, undefined, { perInstance: true });
    const leave = inside.node('leave', 'cellOutput', { terminal: 'o' });
    inside.wire(enter, act);
    inside.wire(act, norm);
    inside.wire(norm, leave);
    const cell: CellDefinition = {
      id: cellId('block'),
      name: 'Block',
      inputs: [{ id: terminalId('i') }],
      outputs: [{ id: terminalId('o') }],
      parameters: [{ id: terminalId('act'), node: nodeId('act'), parameter: 'function' }],
      graph: inside.graph(),
    };
    const sheet = new SheetBuilder(numbers);
    instances.forEach(({ weights, width, act: set, frozen }, index) => {
      const x = sheet.node(`x${index}`, 'input', { shape: [width] });
      const parameters: Record<string, string> = set === undefined ? {} : { act: set };
      const params = { cell: 'block', weights, parameters };
      const instance = sheet.node(`use${index}`, 'cell', params, undefined, frozen === true ? { frozen } : {});
      const y = sheet.node(`y${index}`, 'output');
      sheet.wire(x, [instance, 'in.i']);
      sheet.wire([instance, 'out.o'], y);
    });
    return documentOf('cells', sheet.graph(), {}, { cells: [cell] });
  }

  test('ports are operations around the call, and one body serves equal instances', () => {
    const program = lowered(
      cellDocument([
        { weights: 'shared', width: 3 },
        { weights: 'own', width: 3 },
      ]),
    );
    expect(shown(program.body)).toEqual([
      'use0.in.i = identity(x0) <w4:0>',
      'call use0 block(use0.in.i)',
      'y0 = identity(use0.out.o) <w5:0>',
      'use1.in.i = identity(x1) <w6:0>',
      'call use1 block(use1.in.i)',
      'y1 = identity(use1.out.o) <w7:0>',
    ]);
    expect(Object.keys(program.cells)).toEqual(['block']);
    const body = program.cells['block'];
    expect(shown(body?.body ?? [])).toEqual([
      'act = activation(enter) <w1:0>',
      'norm = layerNormalisation(act) <w2:0>',
      'leave = identity(norm) <w3:0>',
    ]);
    expect(body?.inputs).toEqual([{ id: 'i', value: 'enter', type: { shape: [3], dtype: 'float32' } }]);
    expect(body?.outputs).toEqual([{ id: 'o', value: 'leave', type: { shape: [3], dtype: 'float32' } }]);
    expect(operations(body?.body ?? [])[1]?.weights['gamma']?.perInstance).toBe(true);
  });

  test('other types, parameters or freezing make another body of the same definition', () => {
    const program = lowered(
      cellDocument([
        { weights: 'own', width: 3 },
        { weights: 'own', width: 5 },
        { weights: 'own', width: 3, act: 'tanh' },
        { weights: 'own', width: 3, frozen: true },
        { weights: 'own', width: 5 },
      ]),
    );
    expect(program.body.flatMap((item) => (item.item === 'call' ? [item.cell] : []))).toEqual([
      'block',
      'block#2',
      'block#3',
      'block#4',
      'block#2',
    ]);
    expect(operations(program.cells['block#3']?.body ?? [])[0]?.specification.attributes).toEqual({ function: 'tanh' });
    expect(operations(program.cells['block#2']?.body ?? [])[1]?.weights['gamma']?.shape).toEqual([5]);
    expect(operations(program.cells['block#4']?.body ?? [])[1]?.weights['gamma']?.trainable).toBe(false);
  });
});
