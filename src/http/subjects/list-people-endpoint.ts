import { personNameAt } from '../../policy/membership/person-name.ts';
import type { PlaceKind } from '../../policy/runtime-member.ts';
import { findRoleHolders } from '../../review/access/role-holders.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { groundOf } from '../members/asking.ts';
import { answerPage } from '../members/listing-page.ts';
import { cursorOf } from '../members/member-documents.ts';
import { inOperationId, memberReads } from '../members/member-operations.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { findListedPlace, placeHead } from '../members/place-request.ts';
import type { Answer } from '../messages/answer.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision, nextPage } from '../openapi/openapi-parameters.ts';
import { count, list, next, record, revision, text } from '../openapi/openapi-words.ts';
import { describeGivenRole, givenRolesSchema } from './given-role-document.ts';
import { peopleFilters, readPeopleFilter } from './people-filter.ts';
import { servePage, type PageCall } from './serve-page.ts';

const query = {
  search: { description: 'Only those whose id or name has this in it, in either case.' },
  ...peopleFilters,
  limit: { description: 'How many at most; 100 when left out, 1000 at most. A page may end earlier.' },
  ...nextPage,
  ...minRevision,
};

const personSchema = record(
  { subject: subjectSchema, roles: givenRolesSchema },
  { name: { ...text, description: 'Of `properties.name`.' } },
);
const common = {
  count: { ...count, description: 'How many in all pages.' },
  people: list(personSchema),
  revision,
};

const schemas = {
  workspace: named('People', record({ workspace: text, ...common }, { next })),
  organization: named('OrganizationPeople', record({ organization: text, ...common }, { next })),
} as const;

/** Everybody who was given something at a place: there or above, alone or by a group, page by page. */
export function listPeopleEndpoint(kind: PlaceKind): ServedEndpoint {
  return {
    route: 'people',
    method: 'GET',
    path: `/v1/${kind}s/:${kind}/people`,
    access: { need: 'read', extent: 'place' },
    operation: {
      id: `list${inOperationId[kind]}People`,
      tag: 'Access',
      summary: 'Everybody who was given something, there or above, alone or by a group',
      query,
      headers: actorHeaders,
      answer: schemas[kind],
      isTagged: true,
      problems: [...memberReads(kind), 'unknown-role', 'unknown-group'],
    },
    serve: (context) => (request, _body, caller) =>
      servePage(context, { request, caller, parameters: query }, (call) => answerPeople(kind, call)),
  };
}

function* answerPeople(kind: PlaceKind, { asking, request, query: asked, page }: PageCall): Generator<void, Answer> {
  const { limit, after } = page;
  const search = asked.get('search') ?? '';
  const ground = groundOf(asking);
  const { place, insight } = findListedPlace(request, kind, ground, asking);
  const only = insight === 'own' ? ground.knowledge.actor : undefined;
  const given = readPeopleFilter(asked, ground, place, insight);
  const wanted = { limit: limit + 1, given, search, ...(after && { after }), ...(only && { only }) };
  const found = yield* findRoleHolders(ground, place, wanted);
  return yield* answerPage({
    head: { ...placeHead(place, kind), count: found.count },
    name: 'people',
    tail: { revision: ground.revision },
    items: found.page,
    limit,
    describe: ({ subject, roles }) => {
      const name = personNameAt(place, subject);
      return { subject, ...(name !== undefined && { name }), roles: roles.map(describeGivenRole) };
    },
    cursorOf: ({ subject }) => cursorOf(subject),
  });
}
