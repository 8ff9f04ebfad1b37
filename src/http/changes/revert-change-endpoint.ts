import { limits } from '../../policy/limits.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { answerChangeCall, previewQuery, readPreview } from './answer-change.ts';
import { changeProblems } from './change-problems.ts';
import { readRevert } from './change-request.ts';
import { changeAnswerSchema, revertSchema } from './change-schemas.ts';

/** A change that undoes one: judged as any other. */
export const revertChangeEndpoint: ServedEndpoint = {
  route: 'change-revert',
  method: 'POST',
  path: '/v1/changes/:change/revert',
  access: { need: 'change', extent: 'place' },
  body: { maximumBytes: limits.requestBodyBytes, schema: revertSchema },
  operation: {
    id: 'revertChange',
    tag: 'Changes',
    summary: 'Undo a change; an admin call',
    query: previewQuery,
    headers: { 'Idempotency-Key': 'Sent again, it is undone once.' },
    answer: changeAnswerSchema,
    alsoAccepted: 'Pushed to a branch of its own for a review; it is not live',
    problems: [...changeProblems, 'unknown-change'],
  },
  serve: (context) => (request, body, caller) => {
    const isPreview = readPreview(readQuery(request.url, previewQuery));
    const by = readRevert(parseJsonBody(body), currentPolicy(context).engine.policy);
    const what = { kind: 'revert', change: String(request.params['change']) } as const;
    return answerChangeCall(context, { request, caller, what, by, isPreview });
  },
};
