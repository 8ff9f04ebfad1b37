import { limits } from '../../policy/limits.ts';
import { isAtOrganization, type Workspace } from '../../policy/policy-set.ts';
import type { RoleOfPlace } from '../../review/access/given-role.ts';
import { SubjectAccess } from '../../review/access/subject-access.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { groundOf, readAsking, type AskedGround, type Asking } from '../members/asking.ts';
import { answerPage, ofNames, readLimit } from '../members/listing-page.ts';
import { readSubjectId } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { readKnownTags, tagAnswer } from '../messages/tagged-answer.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, subjectType } from '../openapi/openapi-parameters.ts';
import { list, next, record, revision, text } from '../openapi/openapi-words.ts';
import { describeGivenRole, givenRolesSchema } from './given-role-document.ts';
import { placeWords, findPlaces, isPlaceOf, placeCursorOf, placePages, readPlaceAfter } from './place-page.ts';

const query = {
  subject: { description: 'Only those in which this subject was given a role, there or above, and which.' },
  ...subjectType,
  ...placePages,
  ...minRevision,
};

const workspaceSchema = record(
  { workspace: text, title: text },
  { organization: text, roles: { ...givenRolesSchema, description: 'With `subject`: what it was given.' } },
);

/** The workspaces there are, or those that somebody is in, page by page. */
export const listWorkspacesEndpoint: ServedEndpoint = {
  route: 'workspaces',
  method: 'GET',
  path: '/v1/workspaces',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'listWorkspaces',
    tag: 'Catalog',
    summary: 'The workspaces there are, or those that a subject is in',
    query,
    headers: actorHeaders,
    answer: named('Workspaces', record({ workspaces: list(workspaceSchema), revision }, { next })),
    isTagged: true,
    problems: ['invalid-request', 'unknown-revision', 'database-refused', 'revision-not-reached', 'no-policy'],
  },
  serve: (context) => async (request, _body, caller) => {
    const asked = readQuery(request.url, query);
    const known = readKnownTags(request);
    const page = {
      limit: readLimit(asked, limits.listedMembers, limits.listedMembersByDefault),
      after: readPlaceAfter(asked),
    };
    if (asked.has('subjectType') && !asked.has('subject')) {
      throw new ApiProblem('invalid-request', '`subjectType` stands beside `subject`, not alone');
    }
    const asking = readAsking(context, request, caller);
    await reachQueriedRevision(context, asked);
    return tagAnswer(await context.ceilings.work.run(answerWorkspaces(asking, asked, page), ofNames), known);
  },
};

interface FoundWorkspace {
  readonly place: Workspace;
  readonly roles: readonly RoleOfPlace[] | undefined;
}

function* answerWorkspaces(
  asking: Asking,
  asked: URLSearchParams,
  page: Parameters<typeof findPlaces>[1],
): Generator<void, Answer> {
  const ground = groundOf(asking);
  const find = finderOf(asking, ground, asked);
  const found = yield* findPlaces(ground, page, (place) => (isAtOrganization(place) ? undefined : find(place)));
  return yield* answerPage({
    head: {},
    name: 'workspaces',
    tail: { revision: ground.revision },
    items: found,
    limit: page.limit,
    describe: ({ place, roles }) => ({
      ...placeWords(place),
      ...(roles && { roles: roles.map(describeGivenRole) }),
    }),
    cursorOf: ({ place }) => placeCursorOf(place),
  });
}

function finderOf(
  asking: Asking,
  ground: AskedGround,
  asked: URLSearchParams,
): (place: Workspace) => FoundWorkspace | undefined {
  const { engine, knowledge } = ground;
  const id = asked.get('subject');
  if (id === null) {
    return (place) => {
      const isKnown = isPlaceOf(asking, ground, place) && knowledge.at(place) !== 'nothing';
      return isKnown ? { place, roles: undefined } : undefined;
    };
  }
  const subject = readSubjectId(id, asked, engine.policy);
  const access = new SubjectAccess(ground, subject);
  return (place) => {
    const roles = isPlaceOf(asking, ground, place) ? access.rolesAt(place) : undefined;
    const isKnown = roles !== undefined && knowledge.mayKnow(knowledge.at(place), subject);
    return isKnown ? { place, roles } : undefined;
  };
}
