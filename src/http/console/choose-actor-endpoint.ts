import { limits } from '../../policy/limits.ts';
import type { SubjectId } from '../../policy/subject.ts';
import { currentPolicy } from '../endpoint/sidecar-context.ts';
import { named } from '../openapi/named-schema.ts';
import { readChosenActor } from './session-document.ts';
import { trialEndpoint } from './trial-endpoint.ts';

const schema = named('ChosenActor', {
  type: 'object',
  required: ['actor'],
  additionalProperties: false,
  properties: {
    actor: {
      description: 'Whom to act as. A string is an id of the first subject type.',
      type: ['string', 'object'],
      minLength: 1,
      maxLength: limits.subjectIdCharacters,
      required: ['type', 'id'],
      additionalProperties: false,
      properties: {
        type: { type: 'string', minLength: 1, maxLength: limits.idCharacters },
        id: { type: 'string', minLength: 1, maxLength: limits.subjectIdCharacters },
      },
    },
  },
});

/** Whoever tries the pages out says whom they act as from now on. */
export const chooseActorEndpoint = trialEndpoint<{ readonly actor: string | SubjectId }>({
  method: 'PUT',
  id: 'setSessionActor',
  summary: 'Choose whom to act as, when the pages are tried out',
  schema,
  answer: ({ context, sessions, request, read }) => {
    const session = sessions.require(request);
    return sessions.actAs(session, readChosenActor(read().actor, currentPolicy(context).engine.policy.catalog));
  },
});
