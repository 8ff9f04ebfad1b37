import type { Place } from '../../policy/runtime-member.ts';
import type { ApiProblemCode } from '../messages/api-problem.ts';
import { bodies, describe, get, pathParameter } from './openapi-operation.ts';

export const workspace = pathParameter('workspace', 'The id of a workspace.');
const organization = pathParameter('organization', 'The id of an organization.');
export const subject = pathParameter('subject', 'An id, percent-encoded, of `subjectType`.');
export const subjectType = queryParameter(
  'subjectType',
  'One of the subject types of the policy; the first of them when left out.',
);
export const minRevision = queryParameter(
  'minRevision',
  'Answer from this revision or a later one, or with 503; with 409 when it is not of this history.',
);

/** What asks for a page of a list that has an order of its own. */
export function pages(what: string): object[] {
  return [
    queryParameter('limit', `How many ${what} at most; 1000 when left out, and no more. A page may end earlier.`),
    queryParameter('after', 'What `next` of the page before said.'),
  ];
}

const changes: readonly ApiProblemCode[] = [
  'invalid-request',
  'unknown-parameter',
  'actor-not-allowed',
  'organization-member',
  'escalation-prevented',
  'no-database',
  'member-in-git',
  'look-alike',
  'wrong-holders',
  'exclusive-permissions',
  'precondition-failed',
  'idempotency-key-reused',
  'database-unavailable',
  'no-policy',
];
const conditions = [
  headerParameter(
    'If-Match',
    'What `ETag` said: only if nobody changed the member since. Or `*`: only if there is one.',
  ),
  headerParameter('If-None-Match', '`*`: only if there is no such member yet.'),
  headerParameter('Idempotency-Key', 'The same key with the same request is done once, within a day.'),
];

/** The endpoints of members, of one kind of place. */
export function memberPaths(kind: Place['kind']): Record<string, object> {
  const place = kind === 'workspace' ? workspace : organization;
  const unknown: ApiProblemCode = `unknown-${kind}`;
  const reads: readonly ApiProblemCode[] = [
    'invalid-request',
    'unknown-parameter',
    unknown,
    'unknown-revision',
    'revision-not-reached',
    'no-policy',
  ];
  const path = `/v1/${kind}s/{${kind}}/members`;
  return {
    [path]: get({
      route: 'members',
      summary: `Who holds which roles of the ${kind} itself`,
      answer: 'MemberList',
      parameters: [
        place,
        queryParameter('role', 'Only those who hold this role, now or at another time.'),
        queryParameter('limit', 'How many at most; 100 when left out, 1000 at most. A page may end earlier.'),
        queryParameter('after', 'What `next` of the page before said.'),
        minRevision,
      ],
      problems: [...reads, 'unknown-role'],
    }),
    [`${path}/{subject}`]: {
      get: describe({
        route: 'member',
        summary: `What a subject holds of the ${kind} itself, and where that is changed`,
        answer: 'Member',
        parameters: [place, subject, subjectType, minRevision],
        problems: [...reads, 'unknown-member'],
      }),
      put: describe({
        route: 'member-change',
        summary: 'Give a subject just these roles; an admin call',
        body: 'MemberRequest',
        answer: 'MemberAnswer',
        created: 'The answer, for a subject that held no role here',
        parameters: [place, subject, subjectType, ...conditions],
        problems: [...bodies, ...changes, unknown, 'unknown-role', 'wrong-span', 'bad-period', 'duplicate-role'],
      }),
      delete: describe({
        route: 'member-change',
        summary: 'Take every role away that a subject was given; an admin call',
        answer: 'MemberAnswer',
        parameters: [
          place,
          subject,
          subjectType,
          { ...queryParameter('actor', 'Who does it: an id, percent-encoded.'), required: true },
          queryParameter('actorType', 'The type of the actor; the first subject type when left out.'),
          queryParameter('reason', 'Why, for the history.'),
          ...conditions,
        ],
        problems: [...changes, unknown],
      }),
    },
  };
}

export const fleetPaths: Record<string, object> = {
  '/v1/fleet': get({
    route: 'fleet',
    summary: 'Every sidecar of the database: its revision, its lag, its health',
    answer: 'Fleet',
    problems: ['unknown-parameter', 'no-database', 'database-unavailable'],
  }),
};

function queryParameter(name: string, description: string): object {
  return { name, in: 'query', description, schema: { type: 'string' } };
}

function headerParameter(name: string, description: string): object {
  return { name, in: 'header', description, schema: { type: 'string' } };
}
