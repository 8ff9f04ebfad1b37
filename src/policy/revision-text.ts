/**
 * A revision as a sidecar with a database tells it: the policy's twelve hex digits, and how far the memberships are.
 * Two of one database are compared by the sequence.
 */
export function formatRevision(policyRevision: string, sequence: number): string {
  return `${policyRevision}.${sequence}`;
}

const pattern = /^([0-9a-f]{12})\.([1-9]\d{0,14})$/;

/** The opposite of `formatRevision`; undefined for any other text. */
export function parseRevision(text: string): { readonly policy: string; readonly sequence: number } | undefined {
  const [, policy, sequence] = pattern.exec(text) ?? [];
  return policy === undefined ? undefined : { policy, sequence: Number(sequence) };
}
