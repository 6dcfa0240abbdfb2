/** Numbers of TensorFlow Lite's schema (tensorflow/compiler/mlir/lite/schema/schema.fbs) that its files are made of. */

export const elementTypes = { float32: 0, float16: 1, int32: 2, bool: 6, int8: 9 } as const;
export type ElementType = keyof typeof elementTypes;

/** Built-in operators that a model of ours may call. */
export const operators = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEQUANTIZE: 6,
  FULLY_CONNECTED: 9,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU6: 21,
  RESHAPE: 22,
  RESIZE_BILINEAR: 23,
  SOFTMAX: 25,
  TANH: 28,
  GATHER: 36,
  TRANSPOSE: 39,
  MEAN: 40,
  SUB: 41,
  DIV: 42,
  EXP: 47,
  CAST: 53,
  MAXIMUM: 55,
  MINIMUM: 57,
  LESS: 58,
  NEG: 59,
  PADV2: 60,
  GREATER: 61,
  GREATER_EQUAL: 62,
  LESS_EQUAL: 63,
  SLICE: 65,
  SIN: 66,
  TRANSPOSE_CONV: 67,
  TILE: 69,
  EQUAL: 71,
  NOT_EQUAL: 72,
  LOG: 73,
  SUM: 74,
  SQRT: 75,
  SHAPE: 77,
  POW: 78,
  REDUCE_MAX: 82,
  PACK: 83,
  LOGICAL_OR: 84,
  LOGICAL_AND: 86,
  LOGICAL_NOT: 87,
  REDUCE_MIN: 89,
  SQUARE: 92,
  FILL: 94,
  RESIZE_NEAREST_NEIGHBOR: 97,
  LEAKY_RELU: 98,
  ABS: 101,
  COS: 108,
  ELU: 111,
  SELECT_V2: 123,
  BATCH_MATMUL: 126,
  BROADCAST_TO: 130,
  CONV_3D: 132,
  GELU: 150,
  SIGN: 158,
} as const;
export type Operator = keyof typeof operators;

/** A field of an operator's options: where it stands, how it is written, and its value. */
export interface Field {
  readonly slot: number;
  readonly kind: 'int8' | 'int32' | 'float32';
  readonly value: number;
}

/** The number of each operator's table of options in the union `BuiltinOptions`; an operator without one has none. */
export const optionTables: Readonly<Partial<Record<Operator, number>>> = {
  ADD: 11,
  AVERAGE_POOL_2D: 5,
  CONCATENATION: 10,
  CONV_2D: 1,
  CONV_3D: 106,
  DEPTHWISE_CONV_2D: 2,
  DIV: 29,
  FULLY_CONNECTED: 8,
  GATHER: 23,
  GELU: 116,
  LEAKY_RELU: 75,
  BATCH_MATMUL: 101,
  MAX_POOL_2D: 5,
  MEAN: 27,
  MUL: 21,
  PACK: 59,
  REDUCE_MAX: 27,
  REDUCE_MIN: 27,
  RESIZE_BILINEAR: 15,
  RESIZE_NEAREST_NEIGHBOR: 74,
  SHAPE: 55,
  SOFTMAX: 9,
  SUB: 28,
  SUM: 27,
  TRANSPOSE_CONV: 49,
};

/** Operators whose first version lacks what is used here. */
export const versions: Readonly<Partial<Record<Operator, number>>> = {
  FULLY_CONNECTED: 5,
  BROADCAST_TO: 2,
  DEQUANTIZE: 5,
};

export const whole = (slot: number, value: number): Field => ({ slot, kind: 'int32', value });
export const flag = (slot: number, value: boolean): Field => ({ slot, kind: 'int8', value: value ? 1 : 0 });
export const small = (slot: number, value: number): Field => ({ slot, kind: 'int8', value });
export const real = (slot: number, value: number): Field => ({ slot, kind: 'float32', value });
