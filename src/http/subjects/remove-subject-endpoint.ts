import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import { partsOfGroup, type RuntimeMember } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { Caller } from '../access/token.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { outcomeOfChange } from '../members/answer-member-change.ts';
import { groundOf, readAsking, requireSameActor, type Asking } from '../members/asking.ts';
import { removalQuery } from '../members/delete-member-endpoint.ts';
import { ofNames } from '../members/listing-page.ts';
import { readRemoval, type WantedMember } from '../members/member-request.ts';
import { subjectSchema } from '../members/member-schemas.ts';
import { readRequestedSubject } from '../members/place-request.ts';
import { jsonAnswer, type Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { changeActorHeaders, subjectType } from '../openapi/openapi-parameters.ts';
import { count, list, record, revision, text, time } from '../openapi/openapi-words.ts';
import { findRemaining } from './remaining-access.ts';

const query = { ...subjectType, ...removalQuery };

const place = {
  organization: { ...text, description: 'Alone: the company itself.' },
  workspace: text,
  group: { ...text, description: 'The membership in this group of the organization.' },
};

const removedRole = record({ role: text }, { from: time, until: time, reason: text });

const removalSchema = named(
  'SubjectRemoval',
  record({
    subject: subjectSchema,
    removed: { ...list(record({}, { ...place, roles: list(removedRole) })), description: 'What ended: of run time.' },
    remaining: {
      ...list(
        record(
          { file: text, line: count, column: count },
          { ...place, title: text, staff: { const: true }, roles: list(text) },
        ),
      ),
      description: 'What the files give, which only a change of them takes away.',
    },
    revision,
  }),
);

/** All that somebody was given at run time is taken away; what the files give is told. */
export const removeSubjectEndpoint: ServedEndpoint = {
  route: 'subject-change',
  method: 'DELETE',
  path: '/v1/subjects/:subject',
  access: { need: 'change', extent: 'place' },
  operation: {
    id: 'removeSubject',
    tag: 'Access',
    summary: 'Take all away that a subject was given at run time, or nothing; an admin call',
    query,
    headers: changeActorHeaders,
    answer: removalSchema,
    problems: [
      'invalid-request',
      'actor-not-allowed',
      'not-assignable',
      'organization-member',
      'escalation-prevented',
      'member-in-git',
      'wrong-holders',
      'exclusive-permissions',
      'missing-requirement',
      'database-refused',
      'database-unavailable',
      'no-policy',
    ],
  },
  serve: (context) => async (request, _body, caller) => {
    const asked = readQuery(request.url, query);
    const { policy } = currentPolicy(context).engine;
    const subject = readRequestedSubject(request, asked, policy);
    const wanted = readRemoval(asked, policy.catalog);
    requireSameActor(readAsking(context, request, caller), policy.catalog, wanted.actor);
    return answerRemoval(context, caller, subject, wanted);
  },
};

async function answerRemoval(
  context: SidecarContext,
  caller: Caller,
  subject: SubjectId,
  { actor, reason }: WantedMember,
): Promise<Answer> {
  const { database } = context;
  const request = { subject, actor, within: caller.organizations, reason };
  const done =
    database &&
    (await outcomeOfChange(context, { kind: 'workspace', caller }, database.removeSubject(request, context.now)));
  const asking: Asking = { context, caller, actor };
  const ground = groundOf(asking);
  const remaining = await context.ceilings.work.run(findRemaining(asking, ground, subject), ofNames);
  const removed = (done?.removed ?? []).map(describeRemoved);
  const reached = done ? formatDatabaseRevision(done.revision, done.state) : ground.revision;
  return jsonAnswer(200, { subject, removed, remaining, revision: reached });
}

function describeRemoved({ place: { kind, id }, assignments }: RuntimeMember): object {
  return kind === 'group' ? partsOfGroup(id) : { [kind]: id, roles: assignments };
}
