/** A JSON value: what a document may hold wherever the catalogue, not the document schema, knows the type. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
