import { describe, expect, it } from 'vitest';
import { isTextKey } from '../text/text.ts';
import type { GradloomDocument } from './document.ts';
import { cellId, nodeId, terminalId } from './identifiers.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { Migration } from './migrate.ts';
import { migrateDocument } from './migrate.ts';
import { newDocument } from './queries.ts';
import { describeProblem, maximumTextLength, parseDocument, serialiseDocument } from './serialise.ts';
import { documentOf, loopParams, node, wire } from './testing/fixtures.ts';

const small: GradloomDocument = {
  ...documentOf(
    [
      node('input', { params: { shape: [2] } }),
      node('loop', { params: loopParams({ states: [{ id: 'h' }], outputs: ['h'] }), position: { x: 200, y: 0 } }),
      // Keys in another order than the schema's, and parameters in another than the alphabet's.
      {
        parent: nodeId('loop'),
        label: 'Hidden “層”',
        position: { y: -0.5, x: 12.25 },
        params: { units: 4, kernel: { gain: 1, kind: 'orthogonal' }, b: -0, a: [1e21] },
        type: 'dense',
        id: nodeId('dense'),
      },
    ],
    ['loop.state.h > dense.in', 'dense.out > loop.next.h'],
  ),
  cells: [
    {
      id: cellId('block'),
      name: 'Block',
      inputs: [{ id: terminalId('x') }],
      outputs: [],
      parameters: [],
      graph: { nodes: [node('add')], wires: [wire('x1', 'add.out > add.in.0')] },
    },
  ],
  training: {
    ...newDocument().training,
    losses: [{ output: nodeId('dense'), kind: 'linear', weight: 1, target: 'g' }],
    data: {
      source: { kind: 'twoSpirals', size: 200, noise: 0.1 },
      seed: 7,
      validation: 0.2,
      inputs: { [nodeId('input')]: 'point' },
    },
  },
};

const smallText = `{
  "format": "gradloom",
  "version": 1,
  "name": "test",
  "graph": {
    "nodes": [
      { "id": "input", "type": "input", "params": { "shape": [2] }, "position": { "x": 0, "y": 0 } },
      { "id": "loop", "type": "loop", "params": { "iterations": 2, "states": [{ "id": "h", "shape": [4], "initial": { "kind": "zeros" } }], "inputs": [], "outputs": [{ "id": "h", "kind": "last" }] }, "position": { "x": 200, "y": 0 } },
      { "id": "dense", "type": "dense", "params": { "a": [1e+21], "b": -0, "kernel": { "kind": "orthogonal", "gain": 1 }, "units": 4 }, "position": { "x": 12.25, "y": -0.5 }, "label": "Hidden “層”", "parent": "loop" }
    ],
    "wires": [
      { "id": "w1", "from": { "node": "loop", "port": "state.h" }, "to": { "node": "dense", "port": "in" } },
      { "id": "w2", "from": { "node": "dense", "port": "out" }, "to": { "node": "loop", "port": "next.h" } }
    ]
  },
  "cells": [
    {
      "id": "block",
      "name": "Block",
      "inputs": [{ "id": "x" }],
      "outputs": [],
      "parameters": [],
      "graph": {
        "nodes": [
          { "id": "add", "type": "add", "params": {}, "position": { "x": 0, "y": 0 } }
        ],
        "wires": [
          { "id": "x1", "from": { "node": "add", "port": "out" }, "to": { "node": "add", "port": "in.0" } }
        ]
      }
    }
  ],
  "training": {
    "losses": [
      { "output": "dense", "kind": "linear", "weight": 1, "target": "g" }
    ],
    "metrics": [],
    "optimiser": { "kind": "adam", "learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7 },
    "schedule": { "kind": "constant" },
    "clipping": { "kind": "none" },
    "epochs": 30,
    "batch": 64,
    "seed": 1,
    "data": {
      "source": { "kind": "twoSpirals", "size": 200, "noise": 0.1 },
      "seed": 7,
      "validation": 0.2,
      "inputs": { "input": "point" }
    },
    "probes": { "every": 1, "details": 20 }
  }
}
`;

function problems(text: string, migrations?: readonly Migration[]) {
  const result = parseDocument(text, migrations);
  if (result.ok) throw new Error('This was read.');
  for (const { code } of result.problems) expect(isTextKey(code), code).toBe(true);
  return result.problems;
}

function messages(text: string): readonly string[] {
  return problems(text).map(({ message }) => message);
}

/** The small document as JSON, changed at one path; `undefined` removes the key. */
function changed(path: readonly (string | number)[], value: JsonValue | undefined): string {
  const copy = JSON.parse(smallText) as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  const around = path.slice(0, -1).reduce((inner, step) => inner[step] as Record<string | number, unknown>, copy);
  if (value === undefined) delete around[last];
  else around[last] = value;
  return JSON.stringify(copy, null, 1);
}

describe('serialiseDocument', () => {
  it('writes a node and a wire on one line each, keys in the order of the schema', () => {
    expect(serialiseDocument(small)).toBe(smallText);
  });

  it('writes equal documents equally, whatever the order of their keys', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    expect(serialiseDocument(reversed(small) as GradloomDocument)).toBe(smallText);
  });

  it('changes one line when one node moves', () => {
    const moved = structuredClone(small);
    const [first] = moved.graph.nodes;
    if (first !== undefined) first.position.x = 17;
    const lines = serialiseDocument(moved).split('\n');
    const different = smallText.split('\n').filter((line, index) => line !== lines[index]);
    expect(different).toHaveLength(1);
  });

  it('refuses numbers that JSON would turn into null', () => {
    const broken = structuredClone(small);
    const [first] = broken.graph.nodes;
    if (first !== undefined) first.position.x = Number.NaN;
    expect(() => serialiseDocument(broken)).toThrow('NaN');
  });
});

describe('parseDocument', () => {
  it('reads what was written', () => {
    expect(parseDocument(smallText)).toStrictEqual({ ok: true, document: small, migratedFrom: null });
  });

  it('reads a text with a byte order mark and with Windows line ends', () => {
    expect(parseDocument(`\uFEFF${smallText.replaceAll('\n', '\r\n')}`)).toMatchObject({ ok: true, document: small });
  });

  it('says where a text is no JSON, in English and Chinese', () => {
    const [problem] = problems('{\n  "format": "gradloom",\n  "version": 1,,\n}');
    expect(problem?.message).toBe('Line 3, column 16: Expected a key in double quotes; received ",".');
    expect(problem === undefined ? '' : describeProblem('zh-CN', problem)).toBe(
      '第 3 行第 16 列：这里应是双引号里的键，实际是 ","。',
    );
    const cut = smallText.slice(0, 300).split('\n');
    expect(messages(cut.join('\n'))).toEqual([
      `Line ${cut.length}, column ${(cut.at(-1) ?? '').length + 1}: The file ends here in the middle of the document: it was cut off, or a bracket or quote is not closed.`,
    ]);
  });

  it('tells an empty file and other files from documents', () => {
    expect(messages(' \n')[0]).toContain('The file is empty');
    expect(messages('[1, 2]')).toEqual([
      'This is no Gradloom document: expected "format": "gradloom"; received [1,2].',
    ]);
    expect(messages('{"class_name": "Sequential"}')[0]).toContain('there is no "format", but class_name.');
    expect(messages('{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}')[0]).toContain('but a, b, c, d, e, ….');
    expect(messages('{}')[0]).toContain('received {}');
    expect(messages('{"format": "onnx"}')[0]).toContain('received "onnx"');
  });

  it('refuses a newer version with a clear message', () => {
    expect(messages(changed(['version'], 2))).toEqual([
      'Line 3: This document has version 2; this Gradloom reads versions up to 1. Open it with a newer Gradloom.',
    ]);
    // What a newer version holds is not judged.
    expect(problems('{"format": "gradloom", "version": 99, "whatever": [1]}')).toHaveLength(1);
    for (const version of ['1', 0, -1, 1.5, null]) {
      expect(problems(changed(['version'], version))[0]?.code).toBe('problem.file.version');
    }
    expect(messages(changed(['version'], undefined))[0]).toBe(
      'Line 1: Expected a whole number from 1 to 1 under "version"; received nothing.',
    );
  });

  it.each([
    [{ run: 3 }, 'graph.nodes[0].weightsFrom.run: expected text in double quotes; received 3.'],
    [{ model: 'a.keras' }, 'graph.nodes[0].weightsFrom.sha256 is missing.'],
    ['a.keras', 'graph.nodes[0].weightsFrom: expected an object in curly brackets; received "a.keras".'],
  ])('of objects told apart by their keys it takes the nearest: %j', (value, message) => {
    const [problem] = problems(changed(['graph', 'nodes', 0, 'weightsFrom'], value));
    expect(problem?.message).toContain(message);
  });

  it('names what breaks the schema by line, path, expected and received', () => {
    const cases: readonly (readonly [readonly (string | number)[], JsonValue | undefined, string])[] = [
      [['name'], 7, 'name: expected text in double quotes; received 7.'],
      [['name'], '', 'name: expected some text; it is empty.'],
      [['name'], 'x'.repeat(201), 'name: expected at most 200 characters; received 201.'],
      [['graph'], undefined, 'graph is missing.'],
      [['graph'], [], 'graph: expected an object in curly brackets; received [].'],
      [['graph', 'nodes'], {}, 'graph.nodes: expected a list in square brackets; received {}.'],
      [['graph', 'nodes', 0, 'position', 'x'], '5', 'graph.nodes[0].position.x: expected a number; received "5".'],
      [
        ['graph', 'nodes', 0, 'position', 'x'],
        2e7,
        'graph.nodes[0].position.x: expected at most 10000000; received 20000000.',
      ],
      [['graph', 'nodes', 0, 'frozen'], 1, 'graph.nodes[0].frozen: expected true or false; received 1.'],
      [
        ['graph', 'nodes', 0, 'postion'],
        1,
        'graph.nodes[0].postion is no key of the format. Expected one of: id, type, params, position, size, label, note, parent, perStep, perInstance, frozen, weightsFrom, collapsed, colour, pinned.',
      ],
      [
        ['graph', 'wires', 0, 'id'],
        'a b',
        'graph.wires[0].id: expected an id of 1 to 64 letters (a-z, A-Z), digits, "_" or "-" that does not begin with "-"; received "a b".',
      ],
      [['graph', 'wires', 0, 'to'], undefined, 'graph.wires[0].to is missing.'],
      [['training', 'epochs'], 1.5, 'training.epochs: expected a whole number; received 1.5.'],
      [['training', 'batch'], 0, 'training.batch: expected at least 1; received 0.'],
      [['training', 'optimiser', 'beta1'], 1, 'training.optimiser.beta1: expected less than 1; received 1.'],
      [
        ['training', 'optimiser', 'learningRate'],
        0,
        'training.optimiser.learningRate: expected more than 0; received 0.',
      ],
      [
        ['training', 'optimiser', 'kind'],
        'adamw',
        'training.optimiser.kind: expected one of "sgd", "adam", "adamW", "rmsprop", "adagrad"; received "adamw".',
      ],
      [
        ['training', 'optimiser', 'momentum'],
        0.5,
        'training.optimiser.momentum is no key of the format. Expected one of: kind, learningRate, beta1, beta2, epsilon.',
      ],
      [
        ['training', 'losses', 0, 'kind'],
        'mse',
        'training.losses[0].kind: expected one of "softmaxCrossEntropy", "sigmoidCrossEntropy", "focal", "meanSquaredError", "meanAbsoluteError", "huber", "linear"; received "mse".',
      ],
      [['training', 'data', 'inputs', 'a/b'], 'x', 'training.data.inputs["a/b"]: expected an id'],
      [
        ['weights'],
        { file: 'w.npz', sha256: 'ABC' },
        'weights.sha256: expected a SHA-256 of 64 digits 0-9 and a-f; received "ABC".',
      ],
    ];
    for (const [path, value, message] of cases) {
      const text = changed(path, value);
      const [problem, ...more] = problems(text);
      expect(problem?.message).toContain(message);
      expect(more).toEqual([]);
      // The line that is named holds the key, or (where it is missing) what is around it.
      const line = text.split('\n')[(problem?.line ?? 0) - 1] ?? '';
      if (value !== undefined)
        expect(line).toContain(JSON.stringify(path.at(-1) === 'weights' ? 'sha256' : path.at(-1)));
    }
  });

  it('lists at most 20 problems, then their number', () => {
    const nodes = Array.from({ length: 30 }, (_, index) => ({ id: `n${index}`, type: 'dense', params: {} }));
    const list = problems(changed(['graph'], { nodes, wires: [] }));
    expect(list).toHaveLength(21);
    expect(list[20]?.message).toBe('And 10 more problems.');
    expect(list[3]?.path).toBe('graph.nodes[3].position');
  });

  it('refuses doubled ids, also between a sheet and a cell', () => {
    expect(messages(changed(['cells', 0, 'graph', 'nodes', 0, 'id'], 'dense'))).toEqual([
      expect.stringContaining(
        'cells[0].graph.nodes[0].id: the node id "dense" is already used at graph.nodes[2].id.',
      ) as string,
      expect.stringContaining('cells[0].graph.wires[0].from.node') as string,
      expect.stringContaining('cells[0].graph.wires[0].to.node') as string,
    ]);
    expect(messages(changed(['graph', 'wires', 1, 'id'], 'w1'))[0]).toContain(
      'the wire id "w1" is already used at graph.wires[0].id',
    );
    const cell = JSON.parse(changed(['cells', 0, 'graph'], { nodes: [], wires: [] })) as { cells: JsonObject[] };
    const twice = { ...cell, cells: [cell.cells[0] ?? {}, cell.cells[0] ?? {}] };
    expect(messages(JSON.stringify(twice))[0]).toContain('the cell id "block" is already used at cells[0].id');
    expect(messages(changed(['cells', 0, 'inputs'], [{ id: 'x' }, { id: 'x' }]))[0]).toContain(
      'cells[0].inputs[1].id: the id "x" is already used at cells[0].inputs[0].id',
    );
  });

  it('refuses wires without a node and parents that cannot be', () => {
    expect(messages(changed(['graph', 'wires', 0, 'to', 'node'], 'gone'))[0]).toContain(
      'graph.wires[0].to.node: the wire "w1" has no node at this end. Expected a node of the same sheet; received "gone".',
    );
    expect(messages(changed(['graph', 'wires', 0, 'to', 'node'], 'add'))[0]).toContain('received "add"');
    expect(messages(changed(['graph', 'nodes', 2, 'parent'], 'gone'))[0]).toContain('received "gone"');
    expect(messages(changed(['graph', 'nodes', 2, 'parent'], 'input'))[0]).toContain('a node of type "input"');
    expect(messages(changed(['graph', 'nodes', 1, 'parent'], 'loop'))[0]).toContain(
      'the node "loop" lies inside itself',
    );
  });

  it('takes no harm from keys of JavaScript objects', () => {
    const text = smallText.replace('"shape": [2]', '"shape": [2], "constructor": 1, "toString": {"valueOf": 2}');
    const result = parseDocument(text);
    expect(result.ok && serialiseDocument(result.document)).toContain(
      '{ "constructor": 1, "shape": [2], "toString": { "valueOf": 2 } }',
    );
    expect(messages(smallText.replace('"shape": [2]', '"__proto__": { "polluted": true }'))[0]).toContain(
      'The key "__proto__" is not allowed',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(messages(smallText.replaceAll('"dense"', '"__proto__"'))[0]).toContain('expected an id');
  });

  it('bounds depth and size', () => {
    let deep: JsonValue = 1;
    for (let level = 0; level < 33; level += 1) deep = [deep];
    expect(messages(changed(['graph', 'nodes', 0, 'params', 'deep'], deep))[0]).toContain(
      'nesting deeper than 32 levels',
    );
    expect(messages(smallText.replace('[2]', '['.repeat(1e6)))[0]).toContain('nested deeper than 100 levels');
    expect(messages(' '.repeat(maximumTextLength + 1))[0]).toContain('at most 68 million');
  });
});

describe('migrateDocument', () => {
  // An artificial history: version -1 had "title", version 0 had "name" but no "cells".
  const table: readonly Migration[] = [
    { from: -1, migrate: ({ title, ...rest }) => ({ ...rest, name: title ?? 'untitled' }) },
    {
      from: 0,
      migrate: (old) => {
        if (Array.isArray(old['cells'])) throw new Error('"cells" came with version 1');
        return { ...old, cells: [] };
      },
    },
  ];
  const { cells: _cells, ...withoutCells } = JSON.parse(changed(['cells'], [])) as { cells: JsonValue } & JsonObject;
  const old: JsonObject = { ...withoutCells, version: 0 };

  it('brings an old text to the present version and says from which', () => {
    const read = parseDocument(JSON.stringify(old), table);
    const document: unknown = JSON.parse(JSON.stringify({ ...small, cells: [] }));
    expect(read).toStrictEqual({ ok: true, document, migratedFrom: 0 });
    const { name, ...unnamed } = old;
    const older = { ...unnamed, version: -1, title: name ?? '' };
    expect(parseDocument(JSON.stringify(older), table)).toMatchObject({ ok: true, migratedFrom: -1 });
  });

  it('does not change what it is given', () => {
    const copy = structuredClone(old);
    migrateDocument(old, table);
    expect(old).toStrictEqual(copy);
  });

  it('says why a document cannot be brought along', () => {
    expect(problems(JSON.stringify({ ...old, cells: [] }), table)[0]?.message).toContain(
      'could not be brought from version 0 to 1: "cells" came with version 1',
    );
    expect(problems(JSON.stringify({ ...old, version: -1 }), table.slice(0, 1))[0]?.code).toBe('problem.file.older');
    // What a migration makes is checked like any other document.
    const wrong: readonly Migration[] = [{ from: 0, migrate: (document) => ({ ...document, cells: 3 }) }];
    expect(problems(JSON.stringify(old), wrong)[0]?.message).toContain(
      'cells: expected a list in square brackets; received 3',
    );
  });

  it('leaves a document of the present version alone', () => {
    expect(migrateDocument({ format: 'gradloom', version: 1 }, table)).toMatchObject({ ok: true, migratedFrom: null });
  });
});
