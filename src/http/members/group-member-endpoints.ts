import { limits } from '../../policy/limits.ts';
import { findListedInGroup } from '../../review/members/member-listing.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { actorHeaders, minRevision, subjectType } from '../openapi/openapi-parameters.ts';
import { groundOf, readAsking } from './asking.ts';
import { answerChange, findAskedGroup } from './answer-member-change.ts';
import { removalQuery } from './delete-member-endpoint.ts';
import { groupMemberDocument } from './member-documents.ts';
import { conditions, memberChanges, memberReads } from './member-operations.ts';
import { readRemoval, readWantedInGroup } from './member-request.ts';
import { groupMemberAnswerSchema, groupMemberChangeSchema, groupMemberSchema } from './member-schemas.ts';
import { findRequestedGroup, readRequestedSubject } from './place-request.ts';
import { entityTag } from './precondition.ts';

const path = '/v1/organizations/:organization/groups/:group/members/:subject';
const query = { ...subjectType, ...minRevision };
const removal = { ...subjectType, ...removalQuery };

/** Whether a subject is in a group, and where that is changed. */
export const getGroupMemberEndpoint: ServedEndpoint = {
  route: 'member',
  method: 'GET',
  path,
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'getGroupMember',
    tag: 'Members',
    summary: 'Whether a subject is in a group, and where that is changed',
    query,
    headers: actorHeaders,
    answer: groupMemberSchema,
    problems: [...memberReads('group'), 'unknown-member'],
  },
  serve: (context) => async (request, _body, caller) => {
    const asked = readQuery(request.url, query);
    const asking = readAsking(context, request, caller);
    await reachQueriedRevision(context, asked);
    const ground = groundOf(asking);
    const subject = readRequestedSubject(request, asked, ground.engine.policy);
    const { known: group, insight } = findRequestedGroup(request, ground, asking);
    const { runtime: members, knowledge, revision } = ground;
    const found = knowledge.mayKnow(insight, subject) ? findListedInGroup({ members }, group, subject) : undefined;
    if (!found) throw new ApiProblem('unknown-member', 'the subject is not in this group');
    const { status, headers, body } = jsonAnswer(200, groupMemberDocument(group, found, revision));
    const { origin } = found;
    const tag = origin.source === 'database' ? { ETag: entityTag(origin.token) } : {};
    return { status, headers: { ...headers, ...tag }, body };
  },
};

/** A subject is put into a group. */
export const putGroupMemberEndpoint: ServedEndpoint = {
  route: 'member-change',
  method: 'PUT',
  path,
  access: { need: 'change', extent: 'place' },
  body: { maximumBytes: limits.requestBodyBytes, schema: groupMemberChangeSchema },
  operation: {
    id: 'setGroupMember',
    tag: 'Members',
    summary: 'Put a subject into a group, which gives it all that the group holds; an admin call',
    query: subjectType,
    headers: conditions,
    answer: groupMemberAnswerSchema,
    created: 'The answer, for a subject that was not in the group',
    problems: memberChanges('group'),
  },
  serve: (context) => (request, body, caller) => {
    const asked = findAskedGroup(context, request, caller);
    const wanted = readQuery(request.url, subjectType);
    const { catalog } = currentPolicy(context).engine.policy;
    return answerChange(context, asked, wanted, readWantedInGroup(parseJsonBody(body), catalog));
  },
};

/** A subject is taken out of a group. */
export const deleteGroupMemberEndpoint: ServedEndpoint = {
  route: 'member-change',
  method: 'DELETE',
  path,
  access: { need: 'change', extent: 'place' },
  operation: {
    id: 'removeGroupMember',
    tag: 'Members',
    summary: 'Take a subject out of a group; an admin call',
    query: removal,
    headers: conditions,
    answer: groupMemberAnswerSchema,
    problems: memberChanges('group'),
  },
  serve: (context) => (request, _body, caller) => {
    const asked = findAskedGroup(context, request, caller);
    const wanted = readQuery(request.url, removal);
    const { catalog } = currentPolicy(context).engine.policy;
    return answerChange(context, asked, wanted, readRemoval(wanted, catalog));
  },
};
