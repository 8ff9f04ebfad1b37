import type { CasbinEngine } from '../../src/engine/casbin-engine.ts';
import { listedNames, type ListedName } from '../../src/engine/permission-listing.ts';
import { isAtOrganization, type PolicySet, type Workspace } from '../../src/policy/policy-set.ts';
import type { SubjectId } from '../../src/policy/subject.ts';
import { everybodyOf } from './random-groups.ts';
import { hostileIds } from './random-policy.ts';

/** Everybody whom a policy lists anywhere, some whom it does not, and who is named like a group: each once. */
export function everybodyAsked(policy: PolicySet): readonly SubjectId[] {
  const outsiders = hostileIds.slice(0, 6).map((id) => ({ type: 'user', id }));
  const all = [...everybodyOf(policy), ...outsiders, { type: 'group', id: 'emea' }, { type: 'service', id: 'nobody' }];
  return [...new Map(all.map((subject) => [JSON.stringify([subject.type, subject.id]), subject])).values()];
}

/** What can be asked of a name: each cell of what it means, by its scopes; undefined: it has none. */
export function questionsAt(
  policy: PolicySet,
  place: Workspace,
): (readonly [ListedName, readonly string[] | undefined])[] {
  const names = listedNames(policy.catalog, isAtOrganization(place) ? 'organization' : 'workspace');
  return names.flatMap((name) => {
    const words = new Map(name.permissions.flatMap(({ cells }) => cells.map((cell) => [cell.scopeWord, cell.scopes])));
    return [...words.values()].map((scopes) => [name, scopes.length === 0 ? undefined : scopes] as const);
  });
}

/** One decision of the engine. */
export function mayAt(
  engine: CasbinEngine,
  place: Workspace,
  { type, id }: SubjectId,
  permission: string,
  scopes: readonly string[] | undefined,
  atMs: number,
): boolean {
  const asked = isAtOrganization(place)
    ? { workspace: undefined, organization: place.organization.id }
    : { workspace: place.id };
  return engine.decide({ subjectType: type, subjectId: id, ...asked, permission, scopes }, atMs) === 'granted';
}

/** Runs something that is done in steps to its end. */
export function inOneGo<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
