import { limits } from '../../policy/limits.ts';
import { RolebookError } from '../../policy/errors.ts';
import { mayKnowChange } from '../../store/changes/known-changes.ts';
import type { ChangeDesk, ChangeFilter, ChangeHead, ChangeList } from '../../store/changes/asked-change.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { groundOf, readAsking, type Asking } from '../members/asking.ts';
import { readLimit } from '../members/listing-page.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { actorHeaders, nextPage } from '../openapi/openapi-parameters.ts';
import { requireDesk } from './answer-change.ts';
import { changeListSchema } from './change-schemas.ts';

const filterQuery = {
  workspace: { description: 'Only those that are about this workspace.' },
  organization: { description: 'Only those that are within this organization.' },
  role: { description: 'Only those that are about a role of this id, or give it.' },
  subject: { description: 'Only those that are about a membership of this subject, as YAML writes it.' },
  limit: {
    description: `How many changes at most; ${limits.listedChanges} when left out, and no more. A page may end earlier.`,
  },
  ...nextPage,
} as const;

/** The changes that were made, the newest first. */
export const listChangesEndpoint: ServedEndpoint = {
  route: 'change-list',
  method: 'GET',
  path: '/v1/changes',
  access: { need: 'read', extent: 'place' },
  operation: {
    id: 'listChanges',
    tag: 'Changes',
    summary: 'What was changed, by whom and why',
    query: filterQuery,
    headers: actorHeaders,
    answer: changeListSchema,
    problems: ['invalid-request', 'changes-off', 'changes-unavailable', 'no-policy'],
  },
  serve: (context) => async (request, _body, caller) => {
    const query = readQuery(request.url, filterQuery);
    const desk = context.changes ?? context.history ?? requireDesk(context);
    const { revision } = currentPolicy(context);
    const named = ['workspace', 'organization', 'role', 'subject', 'after'] as const;
    const words = named.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const asking = readAsking(context, request, caller);
    const filter: ChangeFilter = {
      ...(Object.fromEntries(words) as Partial<Record<(typeof named)[number], string>>),
      limit: readLimit(query, limits.listedChanges),
      organizations: caller.organizations && [...caller.organizations],
    };
    const { changes, next } = await readPage(desk, filter, asking).catch((error: unknown) => {
      if (!(error instanceof RolebookError)) throw error;
      const detail = error.help === undefined ? error.message : `${error.message}; ${error.help}`;
      throw new ApiProblem('changes-unavailable', detail, { headers: { 'Retry-After': '1' } });
    });
    return jsonAnswer(200, { changes, revision, ...(next === undefined ? {} : { next }) });
  },
};

/** The changes of a page that who asks may know of. `next`: the last one that was looked at, where older ones follow. */
async function readPage(desk: Pick<ChangeDesk, 'list'>, filter: ChangeFilter, asking: Asking): Promise<ChangeList> {
  const changes: ChangeHead[] = [];
  let [bytes, looked, last] = [0, 0, filter.after];
  for (;;) {
    const found = await desk.list({ ...filter, ...(last === undefined ? {} : { after: last }) });
    const { knowledge, engine } = groundOf(asking);
    for (const change of found.changes) {
      if (changes.length > 0 && (changes.length === filter.limit || bytes > limits.listedChangesBytes))
        return { changes, next: last };
      last = change.change;
      if (!mayKnowChange(change.edits, engine.policy, knowledge)) continue;
      changes.push(change);
      bytes += JSON.stringify(change).length;
    }
    looked += found.changes.length;
    if (found.next === undefined) return { changes, next: undefined };
    if (changes.length === filter.limit || looked >= limits.scannedChanges) return { changes, next: last };
  }
}
