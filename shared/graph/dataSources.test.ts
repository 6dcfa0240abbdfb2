import { expect, test } from 'vitest';
import { describeFields } from './dataFields.ts';
import { fileSourceKinds } from './fileSources.ts';
import { dataSourceKinds, newSource, sourceSettings } from './dataSources.ts';
import { dataSourceSchema } from './training.ts';

test.each(dataSourceKinds)(
  '%s: starts valid, has fields, and its settings are all of it and have the schema’s ends',
  (kind) => {
    const source = newSource(kind);
    expect(dataSourceSchema.parse(source)).toEqual(source);
    expect(new Set(describeFields(source).map(({ name }) => name)).size).toBe(describeFields(source).length);
    expect(sourceSettings[kind].map(({ key }) => key).sort()).toEqual(
      Object.keys(source)
        .filter((key) => key !== 'kind')
        .sort(),
    );
    for (const setting of sourceSettings[kind]) {
      if (setting.kind !== 'integer' && setting.kind !== 'number') continue;
      const allows = (value: number): boolean =>
        dataSourceSchema.safeParse({ ...source, [setting.key]: value }).success;
      for (const end of [setting.minimum, setting.maximum])
        expect([end, allows(end)]).toEqual([end, setting.exclusive !== true]);
      for (const beyond of [setting.minimum - 1, setting.maximum + 1])
        expect([beyond, allows(beyond)]).toEqual([beyond, false]);
    }
  },
);

test('every kind of source that the format knows is offered', () => {
  const known = dataSourceSchema.options.map(({ shape }) => shape.kind.value);
  expect([...dataSourceKinds, ...fileSourceKinds].sort()).toEqual(known.sort());
});
