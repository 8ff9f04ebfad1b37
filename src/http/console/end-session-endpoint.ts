import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { jsonAnswer } from '../messages/answer.ts';
import { readQuery } from '../messages/request-query.ts';
import { named } from '../openapi/named-schema.ts';
import { flag, record, text } from '../openapi/openapi-words.ts';
import { pageHeaders } from './page-headers.ts';
import { pagesOff, requireSessions } from './session-document.ts';

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
    answer: named(
      'SignedOut',
      record(
        { signedOut: flag },
        { next: { ...text, description: 'Where to go to sign out at the provider, too, if it has such a place.' } },
      ),
    ),
    problems: ['pages-off', 'signed-out'],
  },
  serve: (context) => async (request) => {
    readQuery(request.url, {});
    const sessions = requireSessions(context, request);
    const { way } = sessions;
    if (way.kind === 'proxy') throw pagesOff('there is no session here; the proxy signs people out');
    const session = sessions.require(request);
    const cookies = [await sessions.end(request, session)];
    let next: string | undefined;
    if (way.kind === 'openid') {
      next = await way.provider.signOutUrl(sessions.signOutHints.find(request, session));
      cookies.push(sessions.signOutHints.forget(request));
    }
    const { headers, ...rest } = jsonAnswer(200, { signedOut: true, ...(next !== undefined && { next }) });
    return { ...rest, headers: { ...headers, 'Set-Cookie': cookies } };
  },
};
