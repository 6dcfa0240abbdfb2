import type { OperationSpecification } from '../layers/operations.ts';

/** An operation of a frozen node: a batch normalisation no longer follows its batches; every other is as it was. */
export function freeze(specification: OperationSpecification): OperationSpecification {
  return specification.kind === 'batchNormalisation'
    ? { kind: specification.kind, attributes: { ...specification.attributes, frozen: true } }
    : specification;
}
