import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useActorSession } from '../session/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { SignInAct } from './sign-in-act.tsx';
import { words } from '../words/words.ts';

/** Asks to sign in again, over the page: what is on it stays. */
export function SignedOut({ onDone }: { readonly onDone: () => void }) {
  const client = useQueryClient();
  const first = useRef<HTMLButtonElement>(null);
  const { way } = useActorSession();
  const { entering } = words;
  return (
    <Dialog
      title={entering.lostTitle}
      hint={entering.lost}
      first={first}
      onClose={onDone}
      foot={
        <>
          <button className="button button-quiet" type="button" onClick={onDone}>
            {entering.notNow}
          </button>
          {way === 'try' ? (
            <button
              ref={first}
              className="button button-primary"
              type="button"
              onClick={() => {
                onDone();
                void client.invalidateQueries();
              }}
            >
              {entering.back}
            </button>
          ) : (
            <SignInAct way={way} />
          )}
        </>
      }
    >
      <p>{entering.lostHow[way]}</p>
    </Dialog>
  );
}
