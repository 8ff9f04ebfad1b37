import type { Group, PolicySet } from '../../policy/policy-set.ts';
import { groupPlace, inGroup } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from '../members/assignment-rules.ts';
import { findChangeFault } from '../members/member-change-rules.ts';
import { findGroup, type ChangeGround } from '../members/member-roles.ts';

/**
 * Why an actor may not make an edit of who is in a group: putting somebody into it gives all that it holds, and taking
 * them out takes it.
 */
export function findGroupEditFault(
  ground: ChangeGround,
  after: PolicySet | undefined,
  edit: { readonly edit: string; readonly organization: string; readonly group: string; readonly to?: string },
  actor: SubjectId,
): ChangeFault | undefined {
  const place = groupPlace(edit.organization, edit.group);
  const before = findGroup(ground.policy, place.id);
  // One that is renamed is the same group, and who is in it stays so.
  const now = after && findGroup(after, groupPlace(edit.organization, edit.to ?? edit.group).id);
  // A group that is new holds nothing yet, and is judged by the company.
  const policy = before ? ground.policy : after;
  if (!policy) return undefined;
  const [were, are] = [subjectsOf(before?.group), subjectsOf(now?.group)];
  const changed = [...new Set([...were.keys(), ...are.keys()])].filter((key) => were.has(key) !== are.has(key));
  // Who is in it stays as it was: the group itself is what is made, changed or taken away, which needs the same right.
  const asked = changed.flatMap((key) => were.get(key) ?? are.get(key) ?? []);
  // Whoever is in it may leave it. That all who are in it do so is not yet that it goes.
  const isOfGroup = asked.length === 0 || edit.edit === 'group.remove';
  for (const subject of isOfGroup ? [...asked, { type: '', id: '' }] : asked) {
    const key = keyOf(subject);
    const earlier = { place, subject, assignments: were.has(key) ? inGroup : [], sequence: 0, token: '' };
    const change = { place, subject, actor, assignments: are.has(key) ? inGroup : [] };
    const fault = findChangeFault({ ...ground, policy }, change, earlier, 'files');
    if (fault) return fault;
  }
  return undefined;
}

function subjectsOf(group: Group | undefined): ReadonlyMap<string, SubjectId> {
  const found = new Map<string, SubjectId>();
  for (const [type, byId] of group?.subjects ?? [])
    for (const id of byId.keys()) found.set(keyOf({ type, id }), { type, id });
  return found;
}

function keyOf({ type, id }: SubjectId): string {
  return `${type} ${id}`;
}
