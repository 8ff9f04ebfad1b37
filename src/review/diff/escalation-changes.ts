import type { PolicySet } from '../../policy/policy-set.ts';
import type { EscalationPath } from '../escalation-path.ts';
import { findEscalationPaths } from '../escalation-paths.ts';

/** A way to more than somebody has, which was not there, was shorter in reach, or is open to somebody new. */
export interface OpenedEscalation {
  readonly path: EscalationPath;
  /** Members for whom the way is new, or leads further. */
  readonly members: readonly string[];
}

export interface EscalationChanges {
  readonly opened: readonly OpenedEscalation[];
  readonly closed: readonly EscalationPath[];
}

/** Which ways to more than somebody has a change opens, and which it closes, for whoever holds a role from `sinceMs` on. */
export function compareEscalations(before: PolicySet, after: PolicySet, sinceMs: number): EscalationChanges {
  const then = new Map(findEscalationPaths(before, sinceMs).map((path) => [path.key, path]));
  const now = new Map(findEscalationPaths(after, sinceMs).map((path) => [path.key, path]));
  const opened: OpenedEscalation[] = [];
  for (const path of now.values()) {
    const old = then.get(path.key);
    const reached = new Set(old?.gained);
    const leadsFurther = path.gained.some((name) => !reached.has(name));
    const known = new Set(leadsFurther ? [] : old?.members);
    const members = path.members.filter((member) => !known.has(member));
    if (!old || leadsFurther || members.length > 0) opened.push({ path, members });
  }
  return { opened, closed: [...then.values()].filter(({ key }) => !now.has(key)) };
}
