/** The files of a policy as plain data, by path. */
export type PlainPolicy = Record<string, PlainFile>;

export type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };
export type PlainFile = { [name: string]: Plain };

/** One word as a list of one, and nothing as none. */
export function listOf(value: Plain | undefined): Plain[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
