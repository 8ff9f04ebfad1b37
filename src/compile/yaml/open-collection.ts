/** A collection whose end has not come yet, or the document around all. */
export interface OpenCollection {
  /** -1 for the document. */
  readonly row: number;
  readonly list: unknown[] | undefined;
  readonly mapping: Record<string, unknown> | undefined;
  /** Whether what it holds is compared with what a request has. */
  readonly isCompared: boolean;
  /** In a mapping: all keys so far, as they come. */
  readonly keys: string[];
  /** An object would have some of its keys in another order. */
  isReordered: boolean;
  /** In a mapping: the key that waits for its value. */
  key: string | undefined;
  keyStart: number;
  keyEnd: number;
  /** The row of the last value that it holds. */
  lastRow: number;
}

/** What stands below them is compared: scopes, attributes of members, requests of tests. */
export const comparedKeys: ReadonlySet<string> = new Set(['when', 'properties', 'with']);

export function openCollection(
  row: number,
  list: unknown[] | undefined,
  mapping: Record<string, unknown> | undefined,
  isCompared: boolean,
): OpenCollection {
  return {
    row,
    list,
    mapping,
    isCompared,
    keys: [],
    isReordered: false,
    key: undefined,
    keyStart: -1,
    keyEnd: -1,
    lastRow: -1,
  };
}
