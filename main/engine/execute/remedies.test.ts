import { expect, test } from 'vitest';
import { nativeDevice } from '../testing/device.ts';
import { contradiction, remedyRuns } from '../testing/remedies.ts';

/* Those rows of `npm run campaign -- remedies` that are quick, on a seed that it does not use. */

const quick = remedyRuns.filter(({ quantity }) => quantity !== 'depth');

test.each(quick)('$change: $quantity', async (remedy) => {
  expect(contradiction(remedy, await remedy.measure(nativeDevice(), 201), 1)).toBeNull();
});

test('sigmoid to ReLU with Glorot kept stays vanished; batch normalisation mends the one and explodes the other', async () => {
  const changes = ['sigmoid → ReLU, Glorot kept, L = 50', 'ReLU + He → + batch norm, plain, L = 50'];
  for (const remedy of remedyRuns.filter(({ change }) => changes.includes(change))) {
    expect(contradiction(remedy, await remedy.measure(nativeDevice(), 201), 1)).toBeNull();
  }
});
