import { type ReactNode, Suspense, useEffect, useState } from 'react';
import { hasCode, onSignedOut, wayOf } from '../api/call.ts';
import { useSession } from '../api/queries.ts';
import { ownFile } from '../parts/arrival/own-file.ts';
import { Failed, Loading } from '../parts/states.tsx';
import { words } from '../words/words.ts';
import { type ActorSession, SessionContext } from '../session/session.ts';

const ChooseActor = ownFile(async () => (await import('../sign-in/choose-actor.tsx')).ChooseActor);
const NobodySignedIn = ownFile(async () => (await import('../sign-in/nobody-signed-in.tsx')).NobodySignedIn);
const SignedOut = ownFile(async () => (await import('../sign-in/signed-out.tsx')).SignedOut);

/** Lets in who is signed in. Who is not any more keeps what they see, and is asked to sign in over it. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { data, error, refetch, isPending } = useSession();
  const lost = useLostSession();
  const [kept, setKept] = useState<ActorSession>();
  const session = data && isChosen(data) ? data : undefined;
  if (session && session !== kept) setKept(session);
  const shown = session ?? (hasCode(error, 'signed-out') ? kept : undefined);
  if (shown) {
    return (
      <SessionContext value={shown}>
        {children}
        {lost.isLost && (
          <Suspense>
            <SignedOut onDone={lost.forget} />
          </Suspense>
        )}
      </SessionContext>
    );
  }
  return (
    <main className="alone" id="main">
      {isPending && <Loading what={words.signIn.title} rows={3} />}
      {data && (
        <Suspense>
          <ChooseActor />
        </Suspense>
      )}
      {error && hasCode(error, 'signed-out', 'pages-off') && (
        <Suspense>
          <NobodySignedIn way={wayOf(error)} />
        </Suspense>
      )}
      {error && !hasCode(error, 'signed-out', 'pages-off') && (
        <Failed what={words.signIn.title} error={error} onRetry={() => void refetch()} />
      )}
    </main>
  );
}

function isChosen(session: { readonly actor?: unknown }): session is ActorSession {
  return session.actor !== undefined;
}

function useLostSession(): { readonly isLost: boolean; readonly forget: () => void } {
  const [isLost, setLost] = useState(false);
  useEffect(() => onSignedOut(() => setLost(true)), []);
  return { isLost, forget: () => setLost(false) };
}
