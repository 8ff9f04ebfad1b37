import type { Request } from 'express';
import { limits } from '../../policy/limits.ts';
import { groupPlace } from '../../policy/runtime-member.ts';
import type { Group } from '../../policy/policy-set.ts';
import { subjectsOfGroup } from '../../policy/membership/given-roles.ts';
import { findGrouped } from '../../review/members/member-listing.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import type { Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { actorHeaders, minRevision, nextPage, pagesOf } from '../openapi/openapi-parameters.ts';
import { groundOf, readAsking, type Asking } from './asking.ts';
import { answerPage, itemsAfter, ofNames, readLimit, type AskedNames } from './listing-page.ts';
import { readAfter } from './list-members-endpoint.ts';
import { cursorOf, describeInGroup } from './member-documents.ts';
import { memberReads } from './member-operations.ts';
import { groupListSchema, groupMemberListSchema } from './member-schemas.ts';
import { findRequestedGroup, findRequestedPlace } from './place-request.ts';

const groupsQuery = { ...pagesOf('groups'), ...minRevision };

/** The groups of an organization, page by page. */
export const listGroupsEndpoint: ServedEndpoint = {
  route: 'groups',
  method: 'GET',
  path: '/v1/organizations/:organization/groups',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'listGroups',
    tag: 'Members',
    summary: 'The groups of an organization, and how many are in each',
    query: groupsQuery,
    headers: actorHeaders,
    answer: groupListSchema,
    problems: memberReads('organization'),
  },
  serve: (context) => async (request, _body, caller) => {
    const asked = readQuery(request.url, groupsQuery);
    const limit = readLimit(asked, limits.listedNames);
    const names = { query: asked, limit, asking: readAsking(context, request, caller) };
    await reachQueriedRevision(context, asked);
    return context.ceilings.work.run(answerGroups(request, names), ofNames);
  },
};

function* answerGroups(request: Request, { query, limit, asking }: AskedNames): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { runtime: members, revision, knowledge } = ground;
  const { place, insight } = findRequestedPlace(request, 'organization', ground, asking);
  if (place.kind !== 'organization') throw new Error('an organization was asked for');
  const of = place.organization;
  const groups = [...of.groups.byId.values()].filter((group) => insight === 'all' || knowledge.isIn({ of, group }));
  const describe = (group: Group): object => {
    const { file, line, column } = group.position;
    // How many others there are is theirs to know.
    if (insight === 'own') return { group: group.id, file, line, column };
    let count = 0;
    for (const byId of group.subjects.values()) count += byId.size;
    for (const { subject } of members.list(groupPlace(place.id, group.id))) {
      if (group.subjects.get(subject.type)?.has(subject.id) !== true) count += 1;
    }
    return { group: group.id, members: count, file, line, column };
  };
  return yield* answerPage({
    head: { organization: place.id },
    name: 'groups',
    tail: { revision },
    items: itemsAfter(groups, query, ({ id }) => id),
    limit,
    describe,
    cursorOf: ({ id }) => id,
  });
}

const membersQuery = {
  limit: { description: 'How many at most; 100 when left out, 1000 at most. A page may end earlier.' },
  ...nextPage,
  ...minRevision,
};

/** Who is in a group, page by page. */
export const listGroupMembersEndpoint: ServedEndpoint = {
  route: 'members',
  method: 'GET',
  path: '/v1/organizations/:organization/groups/:group/members',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'listGroupMembers',
    tag: 'Members',
    summary: 'Who is in a group',
    query: membersQuery,
    headers: actorHeaders,
    answer: groupMemberListSchema,
    problems: memberReads('group'),
  },
  serve: (context) => async (request, _body, caller) => {
    const asked = readQuery(request.url, membersQuery);
    const limit = readLimit(asked, limits.listedMembers, limits.listedMembersByDefault);
    const after = readAfter(asked);
    const asking = readAsking(context, request, caller);
    await reachQueriedRevision(context, asked);
    const ground = groundOf(asking);
    const { of, group } = findRequestedGroup(request, ground, asking).known;
    const isShort = hasAtMost(subjectsOfGroup(of, group, ground.runtime), limits.shortListingMembers);
    const steps = answerGroupMembers(request, { limit, after, asking });
    return context.ceilings.work.run(steps, { length: isShort ? 'short' : 'long', bytes: 0 });
  },
};

function hasAtMost(items: Iterator<unknown>, most: number): boolean {
  for (let count = 0; count <= most; count += 1) if (items.next().done === true) return true;
  return false;
}

interface AskedGroup {
  readonly limit: number;
  readonly after: ReturnType<typeof readAfter>;
  readonly asking: Asking;
}

// The policy and the members are looked up in one step, so that they are those of one revision.
function* answerGroupMembers(request: Request, { limit, after, asking }: AskedGroup): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { runtime: members, knowledge, revision } = ground;
  const { known, insight } = findRequestedGroup(request, ground, asking);
  const only = insight === 'own' ? knowledge.actor : undefined;
  const found = yield* findGrouped({ members }, known, { limit, ...(after && { after }), ...(only && { only }) });
  return yield* answerPage({
    head: { organization: known.of.id, group: known.group.id },
    name: 'members',
    tail: { revision },
    items: found,
    limit,
    describe: describeInGroup,
    cursorOf: ({ subject }) => cursorOf(subject),
  });
}
