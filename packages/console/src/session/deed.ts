import { useState } from 'react';
import { detailOf, hasCode, problemOf } from '../api/call.ts';
import { doneWords, useMakeChange, useRevert } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { isPassing } from '../api/preview.ts';
import { newSend } from '../api/send.ts';
import type { ChangeMode } from '../api/types.ts';
import { useActorSession } from './session.ts';
import { words } from '../words/words.ts';
import { writingWords } from '../words/writing-words.ts';
import { type Toast, useToast } from '../parts/toasts.tsx';

/** A change that a form or a dialog makes. */
export interface Deed {
  readonly edits: readonly Edit[];
  readonly reason?: string;
  readonly write: ChangeMode | undefined;
  /** What is said once it is made. */
  readonly done: string;
  /** Whether the way back is offered with that, where no other is at hand. */
  readonly hasUndo?: boolean;
  /** What happens then; `isLive`: it was not only proposed. */
  readonly after: (isLive: boolean) => void;
}

/** Does what was pressed and says what came of it. `sayFailed` has other words for what failed, or none. */
export function useDeed() {
  const { actor } = useActorSession();
  const makeChange = useMakeChange();
  const undo = useUndo();
  const toast = useToast();
  const [isDoing, setDoing] = useState(false);
  const [send] = useState(newSend);
  const run = (doing: Promise<Toast>, sayFailed: (error: unknown) => Toast | undefined = failedToast): void => {
    setDoing(true);
    void doing
      .catch(sayFailed)
      .then((said) => said && toast(said))
      .finally(() => setDoing(false));
  };
  const make = async ({ edits, reason = '', write, done, hasUndo = false, after }: Deed): Promise<Toast> => {
    const made = await makeChange({ actor, edits, reason, write }, send);
    const isLive = made.written?.branch === undefined;
    after(isLive);
    return {
      kind: 'done',
      text: doneWords(made, done),
      ...(hasUndo && isLive && made.change !== undefined && undo(made.change)),
    };
  };
  return { run, make, send, isDoing };
}

export function failedToast(error: unknown): Toast {
  return { kind: 'failed', text: detailOf(error), ...(hasCode(error, 'no-answer') && { detail: words.failed.unsure }) };
}

export function cannotUndo(error: unknown): Toast {
  if (isPassing(problemOf(error))) return failedToast(error);
  return { kind: 'failed', text: writingWords.cannotUndo, detail: detailOf(error) };
}

/** The way back from a change, as it is offered after it. */
export function useUndo(): (change: string) => Pick<Toast, 'act'> {
  const { actor } = useActorSession();
  const revert = useRevert();
  const toast = useToast();
  return (change) => {
    const send = newSend();
    const act = {
      label: words.common.undo,
      run: () =>
        void revert(change, { actor }, send).then(
          (made) => toast({ kind: 'done', text: doneWords(made, writingWords.undone) }),
          // What was not answered can be pressed again.
          (error: unknown) => toast({ ...cannotUndo(error), ...(isPassing(problemOf(error)) && { act }) }),
        ),
    };
    return { act };
  };
}
