const names = new WeakMap<object, string>();

/** A schema that stands under a name of its own in the document, wherever it is used. Those who check by it check the very same object. */
export function named<Schema extends object>(name: string, schema: Schema): Schema {
  names.set(schema, name);
  return schema;
}

/** The components of a document: every named schema that is referred to, and what these refer to. */
export class SchemaComponents {
  readonly #sources = new Map<string, object>();
  readonly #written = new Map<string, object>();

  /** The schema as it stands in the document: with a reference wherever a named one is used. */
  refer(schema: object): object {
    const name = names.get(schema);
    if (name === undefined) return this.#write(schema) as object;
    const known = this.#sources.get(name);
    if (known === undefined) {
      this.#sources.set(name, schema);
      this.#written.set(name, this.#write(schema) as object);
    } else if (known !== schema) throw new Error(`two schemas of the API have the name ${name}`);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** By name, sorted. */
  all(): Record<string, object> {
    return Object.fromEntries([...this.#written].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  #write(part: unknown): unknown {
    if (Array.isArray(part)) return part.map((item: unknown) => this.#writePart(item));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, this.#writePart(value)]));
  }

  #writePart(value: unknown): unknown {
    return typeof value === 'object' && value !== null && names.has(value) ? this.refer(value) : this.#write(value);
  }
}
