import type { SignInWay } from '../api/types.ts';
import { Empty } from '../parts/states.tsx';
import { SignInAct } from './sign-in-act.tsx';
import { words } from '../words/words.ts';

/** What is shown to whom nobody knows yet: how people sign in here. */
export function NobodySignedIn({ way }: { readonly way: SignInWay }) {
  return (
    <Empty icon="lock" title={words.entering.noneTitle} isPage acts={<SignInAct way={way} />}>
      {words.entering.none[way]}
    </Empty>
  );
}
