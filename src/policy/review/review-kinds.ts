/**
 * The findings of a review of past decisions that `lint` cannot have, since files alone do not show them. Waivers name them
 * as they name the checks of `lint`.
 */
export const reviewOnlyKinds = [
  'unused-permission',
  'idle-role',
  'same-role',
  'mergeable-role',
  'unseen-member',
  'ending-membership',
  'rarely-used',
] as const;

/** Every finding of a review; two are those of `lint`, told with what the log says of them. */
export const reviewKinds = [...reviewOnlyKinds, 'unused-role', 'expired-membership'] as const;

export type ReviewKind = (typeof reviewKinds)[number];

/** Whether only a review of past decisions can find what a waiver of this check is for. */
export function isFoundInLogsAlone(check: string): boolean {
  return reviewOnlyKinds.some((kind) => kind === check);
}
