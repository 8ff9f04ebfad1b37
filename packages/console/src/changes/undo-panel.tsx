import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { call, CallFailed, pathOf } from '../api/call.ts';
import { doneWords, useRevert } from '../api/changes.ts';
import { keepProposal } from '../api/proposals.ts';
import type { Judgement, MadeChange } from '../api/judgement.ts';
import { useActorSession } from '../session/session.ts';
import { cannotUndo, useDeed } from '../session/deed.ts';
import { Effect } from '../parts/effect/effect.tsx';
import type { Toast } from '../parts/toasts.tsx';
import { useWriting } from '../session/writing.tsx';
import { useWayBack } from '../parts/way-back.ts';
import { words } from '../words/words.ts';
import { writingWords } from '../words/writing-words.ts';
import type { ChangeListProps } from './sentences.ts';

interface UndoPanelProps extends ChangeListProps {
  readonly change: MadeChange;
  readonly onClose: () => void;
}

/** What undoing a change would do, before it is done. */
export function UndoPanel({ change, workspace, cells, titles, onClose }: UndoPanelProps) {
  const { actor } = useActorSession();
  const revert = useRevert();
  const form = useRef<HTMLFormElement>(null);
  useWayBack(form);
  const [reason, setReason] = useState('');
  const writing = useWriting();
  const { run, send, isDoing } = useDeed();
  const { data, error, isPending } = useUndoPreview(change);
  const refusal = error instanceof CallFailed ? error.problem : undefined;
  const judgement = data ?? (refusal?.effect ? refusal : undefined);
  const cannot = isPending || error !== null || isDoing;
  const undo = (): void => {
    const undoing = revert(change.change, { actor, reason, write: writing.write }, send).then((made): Toast => {
      keepProposal({ edits: change.edits, reverts: change.change }, made);
      onClose();
      return { kind: 'done', text: doneWords(made, writingWords.undone) };
    });
    run(undoing, cannotUndo);
  };
  return (
    <form
      ref={form}
      className="undo effect"
      aria-label={words.changes.undo}
      onSubmit={(event) => {
        event.preventDefault();
        if (!cannot) undo();
      }}
    >
      <header>
        <div role="status">
          <h3>
            {isPending
              ? words.effect.checking
              : refusal
                ? writingWords.cannotUndo
                : words.effect.undoTitle(judgement?.effect?.people ?? 0)}
          </h3>
        </div>
      </header>
      <Effect judgement={judgement} refusal={refusal} cells={cells} workspace={workspace} roles={titles} />
      <footer>
        <input
          className="input"
          aria-label={words.common.why}
          placeholder={words.common.whyPlaceholder}
          maxLength={500}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        {writing.choice}
        <button className="button button-quiet" type="button" onClick={onClose}>
          {words.common.cancel}
        </button>
        <button className="button button-primary" type="submit" aria-disabled={cannot || undefined}>
          {isDoing ? words.changes.undoing : writing.label(words.common.undo)}
        </button>
      </footer>
    </form>
  );
}

function useUndoPreview({ change }: MadeChange) {
  const { actor } = useActorSession();
  return useQuery({
    queryKey: ['preview', actor.type, actor.id, 'revert', change],
    queryFn: ({ signal }) =>
      call<Judgement>(`${pathOf('changes', change, 'revert')}?preview`, { method: 'POST', body: { actor }, signal }),
    retry: false,
    gcTime: 0,
  });
}
