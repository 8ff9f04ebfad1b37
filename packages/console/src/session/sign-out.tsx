import { useSignOut } from './use-sign-out.ts';
import { useActorSession } from './session.ts';
import { Icon } from '../parts/icon.tsx';
import { words } from '../words/words.ts';

/** Signs out, as it is done here: by ending the session, or by where the proxy does it. */
export function SignOut({ isSmall = false }: { readonly isSmall?: boolean }) {
  const { way, signOutUrl } = useActorSession();
  const signOut = useSignOut();
  const { signOut: label } = words.nav;
  const kind = isSmall ? 'button button-quiet button-icon button-small' : 'button';
  const content = isSmall ? <Icon name="out" /> : label;
  if (way === 'proxy') {
    if (signOutUrl === undefined) return null;
    return (
      <a className={kind} href={signOutUrl} aria-label={label}>
        {content}
      </a>
    );
  }
  return (
    <button className={kind} type="button" aria-label={label} onClick={() => void signOut()}>
      {content}
    </button>
  );
}
