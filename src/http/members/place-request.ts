import type { Request } from 'express';
import { atOrganization, groupType, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import { groupPlace, type PlaceKind } from '../../policy/runtime-member.ts';
import { type SubjectId, subjectIdFault } from '../../policy/subject.ts';
import { findGroup, findPlace, type KnownGroup, type KnownPlace } from '../../review/members/member-roles.ts';
import type { AccessControl } from '../access/access-control.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { unknownType } from './member-request.ts';
import type { Caller } from '../access/token.ts';

/** A caller, and the subject of whom it is asked whether they may. */
export interface Asking {
  readonly access: AccessControl;
  readonly caller: Caller;
}

/** What the path of a request names, which the policy must know and the caller may ask about. */
export function findRequestedPlace(
  request: Request,
  kind: PlaceKind,
  policy: PolicySet,
  { access, caller }: Asking,
): KnownPlace {
  const id = String(request.params[kind]);
  access.checkPlace(caller, policy, kind, id);
  const place = findPlace(policy, { kind, id });
  if (place !== undefined) return place;
  throw new ApiProblem(`unknown-${kind}`, `no ${kind} of the live policy has this id`);
}

/** The workspace that a path names, or the organization itself as a place to ask about. */
export function findListedPlace(request: Request, kind: PlaceKind, policy: PolicySet, asking: Asking): Workspace {
  const place = findRequestedPlace(request, kind, policy, asking);
  if (place.kind === 'workspace') return place.workspace;
  const itself = atOrganization(place.organization);
  if (itself !== undefined) return itself;
  throw new ApiProblem('unknown-organization', 'no organization of the live policy has this id');
}

/** How an answer names the place that was asked about. */
export function placeHead({ id, organization }: Workspace, kind: PlaceKind): Record<string, string> {
  return kind === 'workspace' ? { workspace: id } : { organization: organization.id ?? '' };
}

/** The group that a path names, in its organization. */
export function findRequestedGroup(request: Request, policy: PolicySet, asking: Asking): KnownGroup {
  const place = findRequestedPlace(request, 'organization', policy, asking);
  const group = findGroup(policy, groupPlace(place.id, String(request.params['group'])).id);
  if (group !== undefined) return group;
  throw new ApiProblem('unknown-group', 'the organization has no group of this id');
}

/** The subject of the path, whose type is in the query. */
export function readRequestedSubject(
  request: Request,
  query: URLSearchParams,
  policy: PolicySet,
  may: 'be a group' | 'be no group' = 'be no group',
): SubjectId {
  const id = String(request.params['subject']);
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
