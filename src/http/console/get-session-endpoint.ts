import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { readQuery } from '../messages/request-query.ts';
import { pageHeaders } from './page-headers.ts';
import { answerSession, liveSubjectTypes, requireSessions, sessionSchema } from './session-document.ts';

/** Who is signed in. */
export const getSessionEndpoint: ServedEndpoint = {
  route: 'session',
  method: 'GET',
  path: '/v1/session',
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'getSession',
    tag: 'Pages',
    summary: 'Who is signed in to the pages',
    query: {},
    headers: pageHeaders,
    answer: sessionSchema,
    problems: ['pages-off', 'signed-out', 'no-policy'],
  },
  serve: (context) => (request) => {
    readQuery(request.url, {});
    const sessions = requireSessions(context, request);
    return answerSession(
      context,
      sessions,
      sessions.find(request, () => liveSubjectTypes(context)),
    );
  },
};
