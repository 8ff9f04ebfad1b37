import { companyOf, isAt } from '../../api/place.ts';
import type { EffectShare } from '../../api/judgement.ts';

/** People to whom a change does the same. */
export interface EffectGroup {
  readonly subjects: readonly string[];
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

// What a change at a company does in its workspaces is what it does there.
function isOf(share: EffectShare, place: string): boolean {
  return companyOf(place) !== undefined || isAt(share, place);
}

/** Gathers shares by person, and persons by what happens to them here; `elsewhere`: whom it changes in other places alone. */
export function groupEffect(
  gained: readonly EffectShare[],
  lost: readonly EffectShare[],
  place: string,
): { readonly groups: readonly EffectGroup[]; readonly elsewhere: number } {
  const people = new Map<string, { gained: Set<string>; lost: Set<string> }>();
  const others = new Set<string>();
  for (const [kind, shares] of [['gained', gained] as const, ['lost', lost] as const]) {
    for (const share of shares) {
      for (const subject of share.subjects) {
        if (!isOf(share, place)) {
          others.add(subject);
          continue;
        }
        const person = people.get(subject) ?? { gained: new Set(), lost: new Set() };
        people.set(subject, person);
        for (const permission of share.permissions) person[kind].add(permission);
      }
    }
  }
  const groups = new Map<string, { subjects: string[]; gained: readonly string[]; lost: readonly string[] }>();
  for (const [subject, found] of people) {
    const [gains, losses] = [[...found.gained], [...found.lost]];
    const key = JSON.stringify([[...gains].sort(), [...losses].sort()]);
    const group = groups.get(key) ?? { subjects: [], gained: gains, lost: losses };
    groups.set(key, group);
    group.subjects.push(subject);
  }
  const sorted = [...groups.values()].sort((a, b) => b.subjects.length - a.subjects.length);
  return { groups: sorted, elsewhere: [...others].filter((one) => !people.has(one)).length };
}
