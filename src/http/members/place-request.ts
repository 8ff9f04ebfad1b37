import type { Request } from 'express';
import { atOrganization, type PolicySet, type Workspace } from '../../policy/policy-set.ts';
import type { Place } from '../../policy/runtime-member.ts';
import { type SubjectId, subjectIdFault } from '../../policy/subject.ts';
import { findPlace, type KnownPlace } from '../../review/members/member-roles.ts';
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
  kind: Place['kind'],
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
export function findListedPlace(request: Request, kind: Place['kind'], policy: PolicySet, asking: Asking): Workspace {
  const place = findRequestedPlace(request, kind, policy, asking);
  if (place.kind === 'workspace') return place.workspace;
  const itself = atOrganization(place.organization);
  if (itself !== undefined) return itself;
  throw new ApiProblem('unknown-organization', 'no organization of the live policy has this id');
}

/** How an answer names the place that was asked about. */
export function placeHead({ id, organization }: Workspace, kind: Place['kind']): Record<string, string> {
  return kind === 'workspace' ? { workspace: id } : { organization: organization.id ?? '' };
}

/** The subject of the path, whose type is in the query. */
export function readRequestedSubject(request: Request, query: URLSearchParams, policy: PolicySet): SubjectId {
  const id = String(request.params['subject']);
  const fault = subjectIdFault(id);
  if (fault !== undefined) throw new ApiProblem('invalid-request', `the subject's id ${fault}`);
  const { subjectTypes } = policy.catalog;
  const type = query.get('subjectType') ?? subjectTypes[0];
  if (subjectTypes.includes(type)) return { type, id };
  throw new ApiProblem('invalid-request', unknownType('`subjectType`', subjectTypes));
}
