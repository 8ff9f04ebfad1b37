import type { OpenIdProvider } from '../openid/openid-provider.ts';

/** A way in which people come to be signed in to the pages. */
export type SignInWay =
  /** By a link that lets one in who then chooses whom to act as. */
  | { readonly kind: 'try' }
  | {
      readonly kind: 'openid';
      readonly provider: OpenIdProvider;
      /** The type of those who sign in; undefined: the first one of the policy. */
      readonly subjectType: string | undefined;
    }
  /** A proxy has signed them in, and says so with each call. */
  | { readonly kind: 'proxy'; readonly signOutUrl: string | undefined };

export const signInWays = ['try', 'openid', 'proxy'] as const satisfies readonly SignInWay['kind'][];
