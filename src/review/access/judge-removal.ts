import type { GroupingRow } from '../../compile/casbin/casbin-rules.ts';
import type { RowsBeside } from '../../compile/casbin/rows-beside.ts';
import type { CasbinEngine } from '../../engine/casbin-engine.ts';
import { isWithin } from '../../policy/membership/place-reach.ts';
import { placeKey, withoutSubject } from '../../policy/membership/without-subject.ts';
import { findOrganization, type PolicySet } from '../../policy/policy-set.ts';
import { groupPlace, partsOfGroup, type Place, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { ChangeFault } from '../members/assignment-rules.ts';
import { subjectName } from '../members/change-question.ts';
import { judgeMemberChange } from '../members/judge-member-change.ts';
import type { RuntimeMemberships } from '../members/member-roles.ts';
import { ActorKnowledge, type Insight } from './actor-knowledge.ts';

/** A wish to take all away from somebody that they were given at run time. */
export interface AskedRemoval {
  readonly subject: SubjectId;
  readonly actor: SubjectId;
  /** The organizations in which the caller may change something; undefined: all. */
  readonly within?: ReadonlySet<string> | undefined;
}

export interface RemovalGround {
  readonly engine: CasbinEngine;
  readonly members: RuntimeMemberships;
  readonly atMs: number;
}

/** A membership that ends, and the rows that others have from then on. */
export interface JudgedEnd {
  readonly member: RuntimeMember;
  readonly written?: { readonly gone: readonly GroupingRow[]; readonly back: readonly GroupingRow[] } | undefined;
  readonly others?: readonly RowsBeside[] | undefined;
}

export type RemovalVerdict =
  | { readonly fault: ChangeFault }
  | { readonly fault?: undefined; readonly ends: readonly JudgedEnd[] };

/**
 * Judges that all memberships of a subject end: each as if all the others had ended before, so that what one denies and
 * another gives is gained at no time. One that may not end keeps all of them. A step is short.
 */
export function* judgeRemoval(ground: RemovalGround, asked: AskedRemoval): Generator<void, RemovalVerdict> {
  const { members, atMs } = ground;
  const { policy } = ground.engine;
  const { subject, actor, within } = asked;
  const ending: RuntimeMember[] = [];
  for (const place of placesToLookAt(policy, members, subject)) {
    if (place === undefined) yield;
    const member = place && members.get(place, subject.type, subject.id);
    if (!member || !isWithin(policy, member.place, within)) continue;
    // Who handed over what YAML gives them would have it back without this.
    if (!member.assignments.some(({ handedOver }) => handedOver)) ending.push(member);
  }
  const gone = new Set(ending.map(({ place }) => placeKey(place)));
  const ends: JudgedEnd[] = [];
  for (const member of ending) {
    const { place } = member;
    const own = placeKey(place);
    const then = withoutSubject(members, subject, (at) => {
      const key = placeKey(at);
      return key !== own && gone.has(key);
    });
    const change = { place, subject, assignments: [], actor, within };
    const verdict = judgeMemberChange({ policy, members: then, atMs }, change, member);
    if (verdict.fault) return { fault: fitForActor(ground, asked, place, verdict.fault) };
    const others = verdict.others?.filter(({ member: { place: at, subject: who } }) => {
      return who.type !== subject.type || who.id !== subject.id || !gone.has(placeKey(at));
    });
    ends.push({ member, written: verdict.written, others });
    yield;
  }
  return { ends };
}

/** Every place where a subject may have been given something at run time; undefined: a step without one. */
function* placesToLookAt(
  policy: PolicySet,
  members: RuntimeMemberships,
  { type, id }: SubjectId,
): Generator<Place | undefined, undefined> {
  for (const { id: organization } of policy.organizations) {
    if (organization === undefined) continue;
    yield { kind: 'organization', id: organization };
    for (const group of members.groupsOf(organization, type, id) ?? []) yield groupPlace(organization, group);
  }
  let looked = 0;
  for (const workspace of policy.workspaces.keys()) {
    looked += 1;
    if (looked % placesAtOnce === 0) yield undefined;
    yield { kind: 'workspace', id: workspace };
  }
  return undefined;
}

/** Looked at in one step, which takes less than a millisecond. */
const placesAtOnce = 500;

// Where an actor may not know of the subject, they are not told that it is there.
function fitForActor(
  { engine, members, atMs }: RemovalGround,
  { subject, actor }: AskedRemoval,
  place: Place,
  fault: ChangeFault,
): ChangeFault {
  const { policy } = engine;
  const knowledge = new ActorKnowledge({ engine, runtime: members, atMs }, actor);
  if (knowledge.mayKnow(insightAt(knowledge, policy, place), subject)) return fault;
  const [who, whom] = [subjectName(policy, actor), subjectName(policy, subject)];
  const message = `${who} may not take all away that ${whom} has; take away place by place what may be`;
  return { code: 'actor-not-allowed', message };
}

/** What an actor may know of a place, be it a group, which is its organization's. */
export function insightAt(knowledge: ActorKnowledge, policy: PolicySet, { kind, id }: Place): Insight {
  const workspace = kind === 'workspace' ? policy.workspaces.get(id) : undefined;
  if (workspace) return knowledge.at(workspace);
  const organization = findOrganization(policy, kind === 'group' ? partsOfGroup(id).organization : id);
  return organization ? knowledge.atOrganization(organization) : 'nothing';
}
