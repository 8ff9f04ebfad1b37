import type { Request } from 'express';
import { limits } from '../../policy/limits.ts';
import { groupsOfSubject } from '../../policy/membership/given-roles.ts';
import { findMember, isAtOrganization, type Group, type Workspace } from '../../policy/policy-set.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { rolesOfPlace, type RoleOfPlace } from '../../review/access/given-role.ts';
import { SubjectAccess } from '../../review/access/subject-access.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { groundOf, readAsking, type AskedGround, type Asking } from '../members/asking.ts';
import { answerPage, ofNames, readLimit } from '../members/listing-page.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { readRequestedSubject } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { readKnownTags, tagAnswer } from '../messages/tagged-answer.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, subjectType } from '../openapi/openapi-parameters.ts';
import { list, next, record, revision, text } from '../openapi/openapi-words.ts';
import { allowedSchema, describeAllowed } from './allowed-document.ts';
import { describeGivenRole, givenRolesSchema, originSchema } from './given-role-document.ts';
import { placeWords, findPlaces, isPlaceOf, placeCursorOf, placePages, readPlaceAfter } from './place-page.ts';

const query = {
  permissions: {
    description: 'Adds what the roles allow now at each place. It stands alone: `?permissions`.',
    mayBeEmpty: true,
    schema: { type: 'string', enum: ['', 'true'] },
  },
  ...subjectType,
  ...placePages,
  ...minRevision,
} as const;

const groupsSchema = list(record({ group: text, source: originSchema.source }, originSchema.where));

const placeSchema = record(
  { roles: givenRolesSchema },
  {
    organization: { ...text, description: 'Alone: the company itself.' },
    workspace: text,
    title: text,
    groups: { ...groupsSchema, description: 'Of a company: the groups that the subject is in.' },
    permissions: list(allowedSchema),
  },
);

const accessSchema = named(
  'SubjectAccess',
  record(
    { subject: subjectSchema, places: list(placeSchema), revision },
    { staff: { ...givenRolesSchema, description: 'What it was given everywhere.' }, next },
  ),
);

/** All that somebody has, place by place, and where each of it comes from. */
export const subjectAccessEndpoint: ServedEndpoint = {
  route: 'access',
  method: 'GET',
  path: '/v1/subjects/:subject/access',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'getSubjectAccess',
    tag: 'Access',
    summary: 'All that a subject has, everywhere, and where it comes from',
    query,
    headers: actorHeaders,
    answer: accessSchema,
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
    const wants = readPermissions(asked);
    const asking = readAsking(context, request, caller);
    await reachQueriedRevision(context, asked);
    const steps = answerAccess(asking, request, { query: asked, page, wants });
    return tagAnswer(await context.ceilings.work.run(steps, ofNames), known);
  },
};

function readPermissions(asked: URLSearchParams): 'permissions' | 'roles' {
  const text = asked.get('permissions');
  if (text === null) return 'roles';
  if (text === '' || text === 'true') return 'permissions';
  throw new ApiProblem('invalid-request', '`permissions` stands alone; leave it out for roles alone');
}

interface AskedAccess {
  readonly query: URLSearchParams;
  readonly page: Parameters<typeof findPlaces>[1];
  readonly wants: 'permissions' | 'roles';
}

interface FoundPlace {
  readonly place: Workspace;
  readonly roles: readonly RoleOfPlace[];
  readonly groups: readonly Group[];
}

function* answerAccess(
  asking: Asking,
  request: Request,
  { query: asked, page, wants }: AskedAccess,
): Generator<void, Answer> {
  const ground = groundOf(asking);
  const subject = readRequestedSubject(request, asked, ground.engine.policy);
  const access = new SubjectAccess(ground, subject);
  const found = yield* findPlaces(ground, page, finderOf(asking, ground, subject, access));
  if (wants === 'permissions') for (const { place } of found) yield* access.prepare(place);
  return yield* answerPage({
    head: { subject, ...describeStaff(asking, ground, subject) },
    name: 'places',
    tail: { revision: ground.revision },
    items: found,
    limit: page.limit,
    describe: ({ place, roles, groups }) => ({
      ...placeWords(place),
      roles: roles.map(describeGivenRole),
      ...(groups.length > 0 && { groups: groups.map((group) => describeGroup(group, subject)) }),
      ...(wants === 'permissions' && { permissions: describePermissions(asking, ground, access, place) }),
    }),
    cursorOf: ({ place }) => placeCursorOf(place),
  });
}

function finderOf(
  asking: Asking,
  ground: AskedGround,
  subject: SubjectId,
  access: SubjectAccess,
): (place: Workspace) => FoundPlace | undefined {
  const { knowledge, runtime } = ground;
  return (place) => {
    if (!isPlaceOf(asking, ground, place)) return undefined;
    const roles = access.rolesAt(place) ?? [];
    const groups = isAtOrganization(place) ? groupsOfSubject(place.organization, subject, runtime) : [];
    if (roles.length === 0 && groups.length === 0) return undefined;
    return knowledge.mayKnow(knowledge.at(place), subject) ? { place, roles, groups } : undefined;
  };
}

// It is of no company, so it is told to the application, and to themselves.
function describeStaff({ actor, caller }: Asking, ground: AskedGround, subject: SubjectId): object {
  const { engine, knowledge, atMs } = ground;
  if (caller.organizations !== undefined || (actor && !knowledge.isActor(subject))) return {};
  const given = findMember(engine.policy.staff, subject)?.assignments ?? [];
  return given.length === 0 ? {} : { staff: rolesOfPlace(given, atMs).map(describeGivenRole) };
}

function describeGroup({ id, subjects }: Group, { type, id: name }: SubjectId): object {
  const position = subjects.get(type)?.get(name)?.position;
  if (!position) return { group: id, source: 'database' };
  const { file, line, column } = position;
  return { group: id, source: 'git', file, line, column };
}

function describePermissions(
  { context }: Asking,
  { engine, atMs }: AskedGround,
  access: SubjectAccess,
  place: Workspace,
): readonly object[] {
  const { catalog } = engine.policy;
  return access
    .allowedAt(place)
    .filter(({ name }) => !context.staleness.deniesAt(name.id, atMs, catalog))
    .map(describeAllowed);
}
