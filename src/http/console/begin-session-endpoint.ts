import { ApiProblem } from '../messages/api-problem.ts';
import { named } from '../openapi/named-schema.ts';
import { trialEndpoint } from './trial-endpoint.ts';

const schema = named('SignIn', {
  type: 'object',
  required: ['token'],
  additionalProperties: false,
  properties: { token: { type: 'string', minLength: 1, maxLength: 256, description: 'Of the link that was printed.' } },
});

/** Somebody signs in with the link that the start has printed. It is good once. */
export const beginSessionEndpoint = trialEndpoint<{ readonly token: string }>({
  method: 'POST',
  id: 'makeSession',
  summary: 'Sign in to the pages with the link that was printed',
  schema,
  answer: ({ sessions, read }) => {
    if (sessions.trial.take(read().token)) return sessions.begin();
    const why = 'the link was used already, or is too old; the sidecar prints a new one on SIGHUP';
    throw new ApiProblem('signed-out', why);
  },
});
