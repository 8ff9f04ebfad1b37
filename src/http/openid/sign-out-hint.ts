import type { Claims } from './claimed-subject.ts';

/** The words by which a provider knows at signing out who that is, and need not ask. */
export interface SignOutHint {
  /** The ID token by which somebody signed in: some providers take nothing else. */
  readonly idToken?: string | undefined;
  /** What the provider itself calls the one who signed in, or their session there. */
  readonly logoutHint?: string | undefined;
}

/** The hint of those tokens that somebody signed in by. */
export function signOutHintOf(idToken: string | undefined, claims: Claims): SignOutHint {
  // Of the claims that providers document for it; any other would tell one of a person what it has no use for.
  const logoutHint = [claims['login_hint'], claims['sid']].find((claim) => typeof claim === 'string' && claim !== '');
  return { idToken, logoutHint: logoutHint as string | undefined };
}
