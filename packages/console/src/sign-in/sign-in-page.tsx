import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { call } from '../api/call.ts';
import type { Session } from '../api/types.ts';
import { Empty, Loading } from '../parts/states.tsx';
import { base } from '../route/route.ts';
import { SignInAct } from './sign-in-act.tsx';
import { words } from '../words/words.ts';

/** Where signing in leads that came to nothing, and says why. */
function FailedSignIn({ failed, to }: { readonly failed: string; readonly to: string | undefined }) {
  const { failures } = words.entering;
  const known = failed in failures ? failures[failed as keyof typeof failures] : failures.untrusted;
  return (
    <main className="alone" id="main">
      <Empty
        icon="lock"
        title={known.title}
        isPage
        acts={<SignInAct way="openid" to={to ?? base} label={words.entering.tryAgain} />}
      >
        {known.hint}
      </Empty>
    </main>
  );
}

/** Where the printed link leads, and where signing in comes back to when it failed. */
export function SignInPage() {
  const [query] = useState(() => new URLSearchParams(window.location.search));
  const failed = query.get('failed');
  return failed === null ? <WithLink /> : <FailedSignIn failed={failed} to={query.get('to') ?? undefined} />;
}

/** Where the printed link leads. Its token is used once and taken out of the address at once. */
function WithLink() {
  const [isBad, setBad] = useState(false);
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const isAsked = useRef(false);
  useEffect(() => {
    if (isAsked.current) return;
    isAsked.current = true;
    const token = window.location.hash.slice(1);
    window.history.replaceState(null, '', window.location.pathname);
    call<Session>('/v1/session', { method: 'POST', body: { token } }).then(
      (session) => {
        client.setQueryData(['session'], session);
        navigate('/act-as', { replace: true });
      },
      () => setBad(true),
    );
  }, [client, navigate]);
  return (
    <main className="alone" id="main">
      {isBad ? (
        <Empty icon="lock" title={words.entering.badTitle} isPage>
          {words.entering.bad}
        </Empty>
      ) : (
        <Loading what={words.entering.checking} rows={2} />
      )}
    </main>
  );
}
