import { limits } from '../../policy/limits.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { parseJsonBody } from '../messages/json-text.ts';
import { readQuery } from '../messages/request-query.ts';
import { answerChangeCall, previewQuery, readPreview } from './answer-change.ts';
import { changeProblems } from './change-problems.ts';
import { readChange } from './change-request.ts';
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
    const { edits, ...by } = readChange(parseJsonBody(body), currentPolicy(context).engine.policy);
    return answerChangeCall(context, { request, caller, what: { kind: 'edits', edits }, by, isPreview });
  },
};
