/** Why somebody is not signed in, as the page is told of it. */
export const signInFailures = [
  'unavailable',
  'busy',
  'stale',
  'denied',
  'untrusted',
  'no-subject',
  'no-policy',
] as const;

export type SignInFailure = (typeof signInFailures)[number];

/** An attempt to sign in that came to nothing. The message is for the log: it holds no code, token or secret. */
export class SignInFailed extends Error {
  readonly failure: SignInFailure;

  constructor(failure: SignInFailure, message: string) {
    super(message);
    this.name = 'SignInFailed';
    this.failure = failure;
  }
}
