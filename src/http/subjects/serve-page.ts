import type { Request } from 'express';
import { limits } from '../../policy/limits.ts';
import type { Caller } from '../access/token.ts';
import { reachQueriedRevision } from '../decisions/min-revision.ts';
import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import { readAsking, type Asking } from '../members/asking.ts';
import { readAfter } from '../members/list-members-endpoint.ts';
import { readLimit } from '../members/listing-page.ts';
import type { Answer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { readKnownTags, tagAnswer } from '../messages/tagged-answer.ts';
import type { QueryParameters } from '../openapi/openapi-operation.ts';

/** The part of a list of subjects that is asked for. */
export interface AskedPage {
  readonly limit: number;
  readonly after: ReturnType<typeof readAfter>;
}

/** A list of subjects as it is asked for: by whom, with which words, which part. */
export interface PageCall {
  readonly asking: Asking;
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly page: AskedPage;
}

/** Answers a page of subjects when the revision that is asked for is live, in short turns, and with a tag. */
export async function servePage(
  context: SidecarContext,
  {
    request,
    caller,
    parameters,
  }: { readonly request: Request; readonly caller: Caller; readonly parameters: QueryParameters },
  steps: (call: PageCall) => Generator<void, Answer>,
): Promise<Answer> {
  const query = readQuery(request.url, parameters);
  const known = readKnownTags(request);
  const limit = readLimit(query, limits.listedMembers, limits.listedMembersByDefault);
  const page = { limit, after: readAfter(query) };
  const asking = readAsking(context, request, caller);
  await reachQueriedRevision(context, query);
  const answer = await context.ceilings.work.run(steps({ asking, request, query, page }), { length: 'long', bytes: 0 });
  return tagAnswer(answer, known);
}
