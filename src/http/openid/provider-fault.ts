import { RolebookError } from '../../policy/errors.ts';
import { SignInFailed } from './sign-in-failed.ts';

/** Errors of openid-client that mean that the provider did not answer, or not as one that works. */
const silent: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/**
 * What an error of openid-client or of the network comes to. Its `cause` may hold tokens and what people are called, so nothing of that is told: the
 * codes of the library alone, and those words of the provider that are codes.
 */
export function signInFault(error: unknown): SignInFailed {
  if (error instanceof SignInFailed) return error;
  if (!(error instanceof Error)) return new SignInFailed('unavailable', 'the provider could not be asked');
  if (error instanceof RolebookError) return new SignInFailed('unavailable', error.message);
  const { name } = error;
  const code = wordOf('code' in error ? error.code : undefined);
  const answer = 'error' in error ? wordOf(error.error) : undefined;
  if (name === 'AuthorizationResponseError') {
    return new SignInFailed('denied', `the provider lets nobody in: ${answer ?? 'without a reason'}`);
  }
  if (name === 'ResponseBodyError') {
    // What makes a code no good is a matter of this attempt; everything else is one of how the client is set up.
    const failure = answer === 'invalid_grant' ? 'untrusted' : 'unavailable';
    return new SignInFailed(failure, `the provider refuses: ${answer ?? 'without a reason'}`);
  }
  if (
    name === 'TypeError' ||
    name === 'TimeoutError' ||
    name === 'AbortError' ||
    (code !== undefined && silent.has(code))
  ) {
    return new SignInFailed('unavailable', `the provider does not answer: ${code ?? causeOf(error) ?? name}`);
  }
  return new SignInFailed('untrusted', `what the provider answered is not to be trusted: ${code ?? name}`);
}

function causeOf({ cause }: Error): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? wordOf(cause.code) : undefined;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_]{1,64}$/.test(value) ? value : undefined;
}
