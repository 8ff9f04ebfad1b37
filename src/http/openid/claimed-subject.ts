import { subjectIdFault } from '../../policy/subject.ts';
import { SignInFailed } from './sign-in-failed.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Whether claims say something of who somebody is here. */
export function hasClaim(claims: Claims, claim: string): boolean {
  return Object.hasOwn(claims, claim);
}

/** The subject id that claims name, or a SignInFailed is thrown: a text that may be an id; of e-mail, one that was verified. */
export function subjectOfClaims(claims: Claims, claim: string): string {
  const value = hasClaim(claims, claim) ? claims[claim] : undefined;
  if (value === undefined) throw new SignInFailed('no-subject', `the provider told no claim \`${claim}\``);
  if (typeof value !== 'string') throw new SignInFailed('no-subject', `the claim \`${claim}\` is not a text`);
  const fault = subjectIdFault(value);
  if (fault !== undefined) throw new SignInFailed('no-subject', `the claim \`${claim}\` is no id: it ${fault}`);
  if (claim === 'email' && claims['email_verified'] !== true) {
    throw new SignInFailed('no-subject', 'the provider does not say `email_verified: true`');
  }
  return value;
}
