import type { Request } from 'express';
import { atOrganization, groupType, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import { groupPlace, type PlaceKind } from '../../policy/runtime-member.ts';
import { type SubjectId, subjectIdFault } from '../../policy/subject.ts';
import type { Insight } from '../../review/access/actor-knowledge.ts';
import { findGroup, findPlace, type KnownGroup, type KnownPlace } from '../../review/members/member-roles.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import type { AskedGround, Asking } from './asking.ts';
import { unknownType } from './member-request.ts';

/** A place that a request names, and how much of it who asks may know. */
export interface RequestedPlace {
  readonly place: KnownPlace;
  /** The same as a place to ask about; undefined for the nameless organization. */
  readonly asked: Workspace | undefined;
  readonly insight: Insight;
}

/** What the path of a request names, which the policy must know and the caller may ask about. */
export function findRequestedPlace(
  request: Request,
  kind: PlaceKind,
  ground: AskedGround,
  asking: Asking,
): RequestedPlace {
  return findNamedPlace(String(request.params[kind]), kind, ground, asking);
}

/** The same of an id, wherever a request has it. */
export function findNamedPlace(
  id: string,
  kind: PlaceKind,
  { engine: { policy }, knowledge }: AskedGround,
  { context, caller }: Asking,
): RequestedPlace {
  context.access.checkPlace(caller, policy, kind, id);
  const place = findPlace(policy, { kind, id });
  const asked = place && (place.kind === 'workspace' ? place.workspace : atOrganization(place.organization));
  const insight = asked ? knowledge.at(asked) : 'all';
  // What an actor may not know is answered as what is not there, to the letter.
  if (place !== undefined && insight !== 'nothing') return { place, asked, insight };
  throw new ApiProblem(`unknown-${kind}`, `no ${kind} of the live policy has this id`);
}

/** The workspace that a path names, or the organization itself as a place to ask about. */
export function findListedPlace(
  request: Request,
  kind: PlaceKind,
  ground: AskedGround,
  asking: Asking,
): { readonly place: Workspace; readonly insight: Insight } {
  const { asked, insight } = findRequestedPlace(request, kind, ground, asking);
  if (asked !== undefined) return { place: asked, insight };
  throw new ApiProblem('unknown-organization', 'no organization of the live policy has this id');
}

/** How an answer names the place that was asked about. */
export function placeHead({ id, organization }: Workspace, kind: PlaceKind): Record<string, string> {
  return kind === 'workspace' ? { workspace: id } : { organization: organization.id ?? '' };
}

/** A group that a request names, and how much of it who asks may know. */
export interface RequestedGroup {
  readonly known: KnownGroup;
  readonly insight: Insight;
}

/** The group that a path names, in its organization. */
export function findRequestedGroup(request: Request, ground: AskedGround, asking: Asking): RequestedGroup {
  const { place, insight } = findRequestedPlace(request, 'organization', ground, asking);
  const group = findGroup(ground.engine.policy, groupPlace(place.id, String(request.params['group'])).id);
  if (group !== undefined && (insight === 'all' || ground.knowledge.isIn(group))) return { known: group, insight };
  throw new ApiProblem('unknown-group', 'the organization has no group of this id');
}

/** The subject of the path, whose type is in the query. */
export function readRequestedSubject(
  request: Request,
  query: URLSearchParams,
  policy: PolicySet,
  may: 'be a group' | 'be no group' = 'be no group',
): SubjectId {
  return readSubjectId(String(request.params['subject']), query, policy, may);
}

/** A subject by its id, whose type is in the query. */
export function readSubjectId(
  id: string,
  query: URLSearchParams,
  policy: PolicySet,
  may: 'be a group' | 'be no group' = 'be no group',
): SubjectId {
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw new ApiProblem('invalid-request', `the subject's id ${fault}`);
  const { subjectTypes } = policy.catalog;
  const type = query.get('subjectType') ?? subjectTypes[0];
  if (subjectTypes.includes(type) || (may === 'be a group' && type === groupType && hasGroups(policy)))
    return { type, id };
  throw new ApiProblem('invalid-request', unknownType('`subjectType`', subjectTypes));
}

function hasGroups({ organizations }: PolicySet): boolean {
  return organizations.some(({ groups }) => groups.byId.size > 0);
}
