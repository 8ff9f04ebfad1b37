// Each event of a database's history has a random token of 32 hex digits. Two parts of it are shown, which have no digit in
// common: whoever is told a revision knows nothing of the tag that a change of a membership must name.

const revisionDigits = 8;

/** What stands in a revision: enough to tell one history from another. */
export function revisionToken(token: string): string {
  return token.slice(0, revisionDigits);
}

/** What stands in the `ETag` of a membership: 96 bits, which nobody guesses and no other history has. */
export function membershipTag(token: string): string {
  return token.slice(revisionDigits);
}

/** Whether it is a token as they are made, and not what is left of one in a damaged database. */
export function isWholeToken(token: string): boolean {
  return /^[0-9a-f]{32}$/.test(token);
}
