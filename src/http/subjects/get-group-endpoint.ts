import type { Request } from 'express';
import { givenToGroup, subjectsOfGroup } from '../../policy/membership/given-roles.ts';
import { isAtOrganization } from '../../policy/policy-set.ts';
import { accessPlaces } from '../../review/access/access-places.ts';
import { rolesOfPlace } from '../../review/access/given-role.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer, type Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { actorHeaders, minRevision } from '../openapi/openapi-parameters.ts';
import { count, list, record, revision, text } from '../openapi/openapi-words.ts';
import { describeGivenRole, givenRolesSchema } from './given-role-document.ts';
import { placeWords } from './place-page.ts';
import { groundOf, readAsking, type Asking } from '../members/asking.ts';
import { memberReads } from '../members/member-operations.ts';
import { findRequestedGroup } from '../members/place-request.ts';

const holdingSchema = record(
  { organization: text, roles: givenRolesSchema },
  { workspace: { ...text, description: 'Left out: at the company itself.' }, title: text },
);

/** A group, and what was given to it where. */
export const getGroupEndpoint: ServedEndpoint = {
  route: 'groups',
  method: 'GET',
  path: '/v1/organizations/:organization/groups/:group',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'getGroup',
    tag: 'Members',
    summary: 'A group, how many are in it, and what was given to it where',
    query: minRevision,
    headers: actorHeaders,
    answer: named(
      'Group',
      record(
        {
          organization: text,
          group: text,
          file: text,
          line: count,
          column: count,
          holds: list(holdingSchema),
          revision,
        },
        { members: { ...count, description: 'How many; left out for an actor who may not know.' } },
      ),
    ),
    problems: memberReads('group'),
  },
  serve: (context) => async (request, _body, caller) => {
    const asked = readQuery(request.url, minRevision);
    const asking = readAsking(context, request, caller);
    await reachQueriedRevision(context, asked);
    return context.ceilings.work.run(answerGroup(request, asking), { length: 'long', bytes: 0 });
  },
};

function* answerGroup(request: Request, asking: Asking): Generator<void, Answer> {
  const ground = groundOf(asking);
  const { engine, runtime, knowledge, atMs } = ground;
  const { known, insight } = findRequestedGroup(request, ground, asking);
  const { of, group } = known;
  const isIn = knowledge.isIn(known);
  let members = 0;
  for (const subjects = subjectsOfGroup(of, group, runtime); subjects.next().done !== true;) members += 1;
  const holds: object[] = [];
  for (const place of accessPlaces(engine.policy)) {
    if (place.organization !== of) continue;
    yield;
    const given = givenToGroup(engine.policy, isAtOrganization(place) ? of : place, group.id, runtime);
    // Where an actor may not look around they are told what they have by it themselves.
    if (given.length === 0 || !(isIn || knowledge.at(place) === 'all')) continue;
    holds.push({ ...placeWords(place), roles: rolesOfPlace(given, atMs).map(describeGivenRole) });
  }
  const { file, line, column } = group.position;
  return jsonAnswer(200, {
    organization: of.id,
    group: group.id,
    ...(insight === 'all' && { members }),
    ...{ file, line, column },
    holds,
    revision: ground.revision,
  });
}
