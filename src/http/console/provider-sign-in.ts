import type { SidecarContext } from '../endpoint/sidecar-context.ts';
import { type Answer, redirectAnswer } from '../messages/answer.ts';
import type { OpenIdProvider } from '../openid/openid-provider.ts';
import { SignInFailed } from '../openid/sign-in-failed.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { consolePath } from './serve-console.ts';
import { pagesOff } from './session-document.ts';

/** What people sign in with at a provider; throws an ApiProblem where they do not. */
export function requireProvider({ sessions }: SidecarContext): {
  readonly sessions: Sessions;
  readonly provider: OpenIdProvider;
  readonly subjectType: string | undefined;
} {
  const way = sessions?.way;
  if (!sessions || way?.kind !== 'openid')
    throw pagesOff('nobody signs in here at a provider; that takes `--oidc-issuer`');
  return { sessions, provider: way.provider, subjectType: way.subjectType };
}

/**
 * Leads to the page that says why nobody is signed in. The address holds a word of ours and the path where they wanted to go; what went wrong
 * in detail is told to the log. Any other error is thrown again.
 */
export function answerFailedSignIn(
  { access, audit }: SidecarContext,
  error: unknown,
  { to, cookie }: { readonly to?: string; readonly cookie?: string },
): Answer {
  if (!(error instanceof SignInFailed)) throw error;
  // To be counted, not to be thrown: a browser is told by a page.
  access.refused.refuse('sign-in', 'signed-out', error.message);
  audit.recordSignIn({ failure: error.failure, reason: error.message });
  const query = new URLSearchParams({ failed: error.failure, ...(to !== undefined && { to }) });
  return redirectAnswer(`${consolePath}/sign-in?${query.toString()}`, cookie === undefined ? [] : [cookie]);
}
