import type { Place, PlaceKind } from '../../policy/runtime-member.ts';
import type { ApiProblemCode } from '../messages/api-problem.ts';
import { changeActorHeaders } from '../openapi/openapi-parameters.ts';

// What the operations on members have in common, at a workspace and at an organization.

/** The kinds of places that have members. */
export const placeKinds = ['workspace', 'organization'] as const satisfies readonly PlaceKind[];

/** How a kind of place stands in the name of an operation. */
export const inOperationId = { workspace: 'Workspace', organization: 'Organization' } as const;

/** What somebody who reads members may be answered. */
export function memberReads(kind: Place['kind']): readonly ApiProblemCode[] {
  return [
    'invalid-request',
    `unknown-${kind}`,
    ...inOrganization(kind),
    'unknown-revision',
    'database-refused',
    'revision-not-reached',
    'no-policy',
  ];
}

/** What somebody who changes a membership may be answered. */
export function memberChanges(kind: Place['kind']): readonly ApiProblemCode[] {
  return [
    'invalid-request',
    'actor-not-allowed',
    'not-assignable',
    'organization-member',
    'escalation-prevented',
    'no-database',
    'member-in-git',
    'look-alike',
    'wrong-holders',
    'exclusive-permissions',
    'missing-requirement',
    'precondition-failed',
    'idempotency-key-reused',
    'database-refused',
    'database-unavailable',
    'no-policy',
    `unknown-${kind}`,
    ...inOrganization(kind),
  ];
}

function inOrganization(kind: Place['kind']): readonly ApiProblemCode[] {
  return kind === 'group' ? ['unknown-organization'] : [];
}

/** The headers of a change that say when it is to be done. */
export const conditions = {
  'If-Match': 'What `ETag` said: only if nobody changed the member since. Or `*`: only if there is one.',
  'If-None-Match': '`*`: only if there is no such member yet.',
  ...changeActorHeaders,
  'Idempotency-Key': 'The same key with the same request is done once, within a day.',
} as const;
