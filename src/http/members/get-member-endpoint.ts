import type { PlaceKind } from '../../policy/runtime-member.ts';
import { findListedMember } from '../../review/members/member-listing.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { memberType, minRevision } from '../openapi/openapi-parameters.ts';
import { memberDocument } from './member-documents.ts';
import { inOperationId, memberReads } from './member-operations.ts';
import { memberSchema } from './member-schemas.ts';
import { findRequestedPlace, readRequestedSubject } from './place-request.ts';
import { entityTag } from './precondition.ts';
import { runtimeMembers } from './runtime-memberships.ts';

const query = { ...memberType, ...minRevision };

/** What one subject holds at a place itself, and where that is changed. */
export function getMemberEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'member',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/members/:subject`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `get${inOperationId[kind]}Member`,
      tag: 'Members',
      summary: `What a subject holds of the ${kind} itself, and where that is changed`,
      query,
      answer: memberSchema,
      problems: [...memberReads(kind), 'unknown-member'],
    },
    serve: (context) => async (request, _body, caller) => {
      const asked = readQuery(request.url, query);
      await reachQueriedRevision(context, asked);
      const { engine, revision } = currentPolicy(context);
      const { policy } = engine;
      const subject = readRequestedSubject(request, asked, policy, 'be a group');
      const place = findRequestedPlace(request, kind, policy, { access: context.access, caller });
      const ground = { policy, members: runtimeMembers(context), atMs: context.now() };
      const member = findListedMember(ground, place, subject);
      if (!member) throw new ApiProblem('unknown-member', `the subject holds no role of this ${kind} itself`);
      const { status, headers, body } = jsonAnswer(200, memberDocument(place, member, revision));
      const { origin } = member;
      const tag = origin.source === 'database' ? { ETag: entityTag(origin.token) } : {};
      return { status, headers: { ...headers, ...tag }, body };
    },
  };
}
