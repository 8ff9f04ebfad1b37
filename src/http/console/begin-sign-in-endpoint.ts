import { parseReturnPath } from '../openid/return-path.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { redirectAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { readQuery } from '../messages/request-query.ts';
import { signInPath } from '../sessions/pending-sign-ins.ts';
import { answerFailedSignIn, requireProvider } from './provider-sign-in.ts';
import { consolePath } from './serve-console.ts';

const query = {
  to: { description: 'The path of the page to come back to, below `/console`; the first one when left out.' },
} as const;

/** Somebody goes to the provider to sign in. */
export const beginSignInEndpoint: ServedEndpoint = {
  route: 'sign-in',
  method: 'GET',
  path: signInPath,
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'makeSignIn',
    tag: 'Pages',
    summary: 'Go to the OpenID provider to sign in to the pages; for a browser',
    query,
    redirects: 'To the provider; or back to the pages, which say why that cannot be now',
    problems: ['invalid-request', 'pages-off'],
  },
  serve: (context) => async (request) => {
    const to = parseReturnPath(readQuery(request.url, query).get('to') ?? consolePath);
    const { sessions, provider } = requireProvider(context);
    if (to === undefined) throw new ApiProblem('invalid-request', '`to` is not a path of the pages below `/console`');
    try {
      const { url, pending } = await provider.begin();
      return redirectAnswer(url, [sessions.pending.keep(request, pending, to)]);
    } catch (error) {
      return answerFailedSignIn(context, error, { to });
    }
  },
};
