import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { call } from '../api/call.ts';
import type { Session } from '../api/types.ts';
import { Empty, Loading } from '../parts/states.tsx';
import { words } from '../words/words.ts';

/** Where the printed link leads. Its token is used once and taken out of the address at once. */
export function SignInPage() {
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
        <Empty icon="lock" title={words.signIn.badTitle} isPage>
          {words.signIn.bad}
        </Empty>
      ) : (
        <Loading what={words.signIn.checking} rows={2} />
      )}
    </main>
  );
}
