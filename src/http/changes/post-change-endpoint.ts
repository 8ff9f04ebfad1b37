import { limits } from '../../policy/limits.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AskedSight } from '../../review/access/sight.ts';
import type { Caller } from '../access/token.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { groundOf } from '../members/asking.ts';
import { findNamedPlace } from '../members/place-request.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { invalid } from '../messages/invalid-request.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { answerChangeCall, previewQuery, readPreview } from './answer-change.ts';
import { changeProblems } from './change-problems.ts';
import { readChange, type WantedSight } from './change-request.ts';
import { changeAnswerSchema, changeEnvelopeSchema, changeSchema } from './change-schemas.ts';
import { editSchemas } from './edit-schemas.ts';

/** Edits made together: judged, written, and live before the answer. */
export const postChangeEndpoint: ServedEndpoint = {
  route: 'changes',
  method: 'POST',
  path: '/v1/changes',
  access: { need: 'change', extent: 'place' },
  body: {
    maximumBytes: limits.changeBodyBytes,
    schema: changeSchema,
    checkedBy: [changeEnvelopeSchema, ...Object.values(editSchemas)],
  },
  operation: {
    id: 'makeChange',
    tag: 'Changes',
    summary: 'Judge edits, and make them; an admin call',
    query: previewQuery,
    headers: { 'Idempotency-Key': 'Sent again with the same change, it is made once.' },
    answer: changeAnswerSchema,
    alsoAccepted: 'Pushed to a branch of its own for a review; it is not live',
    problems: changeProblems,
  },
  serve: (context) => (request, body, caller) => {
    const isPreview = readPreview(readQuery(request.url, previewQuery));
    const { edits, sees: wanted, ...by } = readChange(parseJsonBody(body), currentPolicy(context).engine.policy);
    const sees = wanted && readSight(context, caller, { wanted, actor: by.actor, isPreview });
    return answerChangeCall(context, { request, caller, what: { kind: 'edits', edits }, by, isPreview, sees });
  },
};

/** What is asked for, unless the actor may not know that: then it is as if there were no such place. */
function readSight(
  context: SidecarContext,
  caller: Caller,
  {
    wanted,
    actor,
    isPreview,
  }: { readonly wanted: WantedSight; readonly actor: SubjectId; readonly isPreview: boolean },
): AskedSight {
  if (!isPreview) throw invalid('/sees', 'is for what is only judged: send it with `?preview`');
  const asking = { context, caller, actor };
  const ground = groundOf(asking);
  const { place, viewer, atMs = ground.atMs } = wanted;
  const { insight } = findNamedPlace(place.id, place.kind, ground, asking);
  const isKnown = viewer.kind === 'roles' ? insight === 'all' : ground.knowledge.mayKnow(insight, viewer.subject);
  if (!isKnown) throw new ApiProblem(`unknown-${place.kind}`, `no ${place.kind} of the live policy has this id`);
  return { place, viewer, atMs };
}
