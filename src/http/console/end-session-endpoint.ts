import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { flag, record } from '../openapi/openapi-words.ts';
import { pageHeaders } from './page-headers.ts';
import { requireSessions } from './session-document.ts';

/** Somebody signs out: whoever has a copy of the cookie, too. */
export const endSessionEndpoint: ServedEndpoint = {
  route: 'session',
  method: 'DELETE',
  path: '/v1/session',
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'removeSession',
    tag: 'Pages',
    summary: 'Sign out of the pages',
    query: {},
    headers: pageHeaders,
    answer: named('SignedOut', record({ signedOut: flag })),
    problems: ['pages-off', 'signed-out'],
  },
  serve: (context) => (request) => {
    readQuery(request.url, {});
    const sessions = requireSessions(context, request);
    const { headers, ...rest } = jsonAnswer(200, { signedOut: true });
    return { ...rest, headers: { ...headers, 'Set-Cookie': sessions.end(request, sessions.require(request)) } };
  },
};
