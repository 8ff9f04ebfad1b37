import type { SubjectId } from '../../policy/subject.ts';
import { auditText } from '../logging/audit-text.ts';
import type { ServedEndpoint } from '../endpoint/endpoint.ts';
import { currentPolicy, type SidecarContext } from '../endpoint/sidecar-context.ts';
import { redirectAnswer } from '../messages/answer.ts';
import { ApiProblem } from '../messages/api-problem.ts';
import { SignInFailed } from '../openid/sign-in-failed.ts';
import { signInPath } from '../sessions/pending-sign-ins.ts';
import { answerFailedSignIn, requireProvider } from './provider-sign-in.ts';

/** Where the provider sends people back to. */
export const signedInPath = `${signInPath}/callback` as const;

/** Somebody comes back from the provider. */
export const finishSignInEndpoint: ServedEndpoint = {
  route: 'sign-in',
  method: 'GET',
  path: signedInPath,
  access: { need: 'open', extent: 'whole' },
  operation: {
    id: 'makeProviderSession',
    tag: 'Pages',
    summary: 'Come back from the OpenID provider; for a browser, in which signing in began',
    redirects: 'To the page where they wanted to go; or to the one that says why nobody is signed in',
    problems: ['pages-off'],
  },
  serve: (context) => async (request) => {
    const { sessions, provider, subjectType } = requireProvider(context);
    // A code is good once, and nobody who only looks uses it up.
    if (request.method !== 'GET') {
      throw new ApiProblem('method-not-allowed', 'this endpoint takes GET', { headers: { Allow: 'GET' } });
    }
    const asked = new URL(request.url, 'http://sidecar.invalid').searchParams;
    const pending = sessions.pending.find(request);
    try {
      if (!pending) throw new SignInFailed('stale', 'this browser began nothing, or too long ago');
      if (asked.get('state') !== pending.state) throw new SignInFailed('stale', 'this browser began another one');
    } catch (error) {
      // What it began somewhere else may still come to its end.
      return answerFailedSignIn(context, error, {});
    }
    const { to } = pending;
    const forgotten = sessions.pending.forget(request);
    try {
      const { id, hint } = await provider.finish(asked, pending);
      const session = sessions.begin(subjectOf(context, id, subjectType));
      context.audit.recordSignIn({ subject: auditText(id) });
      const hints = hint ? sessions.signOutHints.keep(request, session, hint) : [];
      return redirectAnswer(to, [sessions.keep(request, session), forgotten, ...hints]);
    } catch (error) {
      return answerFailedSignIn(context, error, { to, cookie: forgotten });
    }
  },
};

function subjectOf(context: SidecarContext, id: string, wanted: string | undefined): SubjectId {
  if (!context.live.current) throw new SignInFailed('no-policy', 'no policy is live yet');
  const { subjectTypes } = currentPolicy(context).engine.policy.catalog;
  const type = wanted ?? subjectTypes[0];
  if (subjectTypes.includes(type)) return { type, id };
  throw new SignInFailed('no-policy', `the policy has no subject type \`${type}\`, which \`--oidc-subject-type\` says`);
}
