import { limits } from '../../policy/limits.ts';
import { allMembers, type Assignment, type Member } from '../../policy/policy-set.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { ofNames } from '../members/listing-page.ts';
import { jsonAnswer, type Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { flag, list, record, text } from '../openapi/openapi-words.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { pageHeaders } from './page-headers.ts';
import { requireTrial } from './session-document.ts';

const query = { search: { description: 'Only those whose id has this in it, in either case.' } } as const;

const actorSchema = record(
  { subject: subjectSchema, roles: list({ ...text, description: 'Titles.' }) },
  { workspace: text, title: text, organization: text },
);

/** Those whom one may act as, when the pages are tried out. */
export const listActorsEndpoint: ServedEndpoint = {
  route: 'session',
  method: 'GET',
  path: '/v1/session/actors',
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'listSessionActors',
    tag: 'Pages',
    summary: 'Whom one may act as, when the pages are tried out',
    query,
    headers: pageHeaders,
    answer: named('Actors', record({ actors: list(actorSchema), isWhole: flag })),
    problems: ['pages-off', 'signed-out', 'no-policy'],
  },
  serve: (context) => (request) => {
    const search = (readQuery(request.url, query).get('search') ?? '').toLowerCase();
    requireTrial(context, request).require(request);
    const { policy } = currentPolicy(context).engine;
    return context.ceilings.work.run(answerActors(policy, search), ofNames);
  },
};

function* answerActors(policy: PolicySet, search: string): Generator<void, Answer> {
  const actors: object[] = [];
  let looked = 0;
  for (const { members, ...place } of placesOf(policy)) {
    for (const { subject, assignments } of allMembers(members)) {
      looked += 1;
      if (looked % membersAtOnce === 0) yield;
      if (!subject.id.toLowerCase().includes(search)) continue;
      if (actors.length === limits.listedMembersByDefault) return jsonAnswer(200, { actors, isWhole: false });
      actors.push({ subject, roles: titlesOf(assignments), ...place });
    }
  }
  return jsonAnswer(200, { actors, isWhole: true });
}

/** Looked at in one step, which takes less than a tenth of a millisecond. */
const membersAtOnce = 500;

interface ActorPlace {
  readonly organization?: string;
  readonly workspace?: string;
  readonly title?: string;
  readonly members: Parameters<typeof allMembers>[0];
}

function* placesOf({ organizations, workspaces, staff }: PolicySet): Generator<ActorPlace> {
  for (const organization of organizations) {
    const of = organization.id === undefined ? {} : { organization: organization.id };
    for (const { id, title, members, ...one } of workspaces.values()) {
      if (one.organization === organization) yield { ...of, workspace: id, title, members };
    }
    yield { ...of, members: organization.members };
  }
  yield { members: staff };
}

function titlesOf(assignments: readonly Pick<Assignment, 'role'>[]): readonly Member['subject']['id'][] {
  return [...new Set(assignments.map(({ role }) => role.title))];
}
