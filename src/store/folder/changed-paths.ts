/**
 * The paths that may have changed since the files were read last: some of the policy directory, or anything at all.
 */
export type ChangedPaths = ReadonlySet<string> | 'anything';

export function mergeChanged(left: ChangedPaths, right: ChangedPaths): ChangedPaths {
  return left === 'anything' || right === 'anything' ? 'anything' : new Set([...left, ...right]);
}
