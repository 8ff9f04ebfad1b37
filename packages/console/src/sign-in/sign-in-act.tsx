import type { SignInWay } from '../api/types.ts';
import { base } from '../route/route.ts';
import { words } from '../words/words.ts';

/** Where somebody signs in at the provider, to come back to where they are. */
function signInHref(to: string | undefined): string {
  const { pathname, search } = window.location;
  const here = to ?? `${pathname}${search}`;
  // A longer one is not taken.
  return `/v1/sign-in?${new URLSearchParams({ to: here.length > 1000 ? base : here }).toString()}`;
}

/** What leads to signing in, as it is done here. */
export function SignInAct({
  way,
  to,
  label,
}: {
  readonly way: SignInWay;
  readonly to?: string;
  readonly label?: string;
}) {
  if (way === 'try') return null;
  if (way === 'openid') {
    return (
      <a className="button button-primary" href={signInHref(to)}>
        {label ?? words.entering.title}
      </a>
    );
  }
  return (
    <button className="button button-primary" type="button" onClick={() => window.location.reload()}>
      {words.entering.again}
    </button>
  );
}
