import { Suspense, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { detailOf, hasCode } from '../api/call.ts';
import { doneWords, newKey, useMakeChange, useRevert } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import type { Judgement } from '../api/judgement.ts';
import { type Preview, usePreview } from '../api/preview.ts';
import type { ChangeMode } from '../api/types.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Effect } from '../parts/effect/effect.tsx';
import type { EffectNames } from '../parts/effect/named.tsx';
import { Icon } from '../parts/icon.tsx';
import { later } from '../parts/later.ts';
import { useToast } from '../parts/toasts.tsx';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { reviewWords } from '../words/review-words.ts';
import { words } from '../words/words.ts';
import { writingWords } from '../words/writing-words.ts';
import type { Finding } from './review-queries.ts';

const ProposeDialog = later(async () => (await import('../role/propose-dialog.tsx')).ProposeDialog);

interface TakeFindingProps {
  readonly finding: Finding;
  readonly what: string;
  readonly names: EffectNames;
  readonly onClose: () => void;
}

/** Takes away what nobody used, with what that does to people shown before. */
export function TakeFinding(props: TakeFindingProps) {
  const { finding, what, names, onClose } = props;
  const { actor } = useActorSession();
  const writing = useWriting();
  const keep = useRef<HTMLButtonElement>(null);
  const [isProposed, setProposed] = useState(false);
  const preview = usePreview(actor, finding.edits, finding.id, writing.write);
  const { take, isTaking, isOvertaken } = useTaking(props, preview);
  const failing = preview.judgement?.tests?.failed.length ?? 0;
  // Whoever deletes a role sees here whom it touches.
  const isRefused = preview.refusal !== undefined && preview.refusal.code !== 'unconfirmed';
  const cannot = isRefused || preview.isChecking || isTaking || !preview.judgement || finding.state !== 'open';
  const [edit] = finding.edits;
  if (isProposed && edit) {
    return (
      <Suspense>
        <ProposeDialog
          edit={edit}
          reason=""
          names={names}
          judgement={preview.judgement}
          onClose={onClose}
          onDone={onClose}
        />
      </Suspense>
    );
  }
  return (
    <Dialog
      title={reviewWords.takeTitle(what)}
      hint={reviewWords.takeHint}
      first={keep}
      onClose={onClose}
      foot={
        <>
          {writing.choice}
          <button ref={keep} className="button" type="button" onClick={onClose}>
            {reviewWords.keepIt}
          </button>
          {failing > 0 && writing.mayPropose && (
            <button className="button button-primary" type="button" onClick={() => setProposed(true)}>
              {writingWords.proposeIt}
            </button>
          )}
          <button
            className="button button-danger"
            type="button"
            aria-disabled={cannot || undefined}
            onClick={() => {
              if (!cannot) take(writing.write);
            }}
          >
            {writing.label(reviewWords.takeIt)}
          </button>
        </>
      }
    >
      {isOvertaken && (
        <p className="line line-deny" role="alert">
          <Icon name="fail" />
          <span>{reviewWords.overtaken}</span>
        </p>
      )}
      <div className="effect" data-checking={preview.isChecking || undefined} aria-busy={preview.isChecking}>
        {preview.judgement?.effect?.people === 0 && <p className="effect-none">{reviewWords.nobody}</p>}
        <Effect judgement={preview.judgement} refusal={isRefused ? preview.refusal : undefined} {...names} />
      </div>
    </Dialog>
  );
}

function useTaking({ finding, onClose }: TakeFindingProps, { judgement }: Preview) {
  const { actor } = useActorSession();
  const client = useQueryClient();
  const makeChange = useMakeChange();
  const revert = useRevert();
  const toast = useToast();
  const [isTaking, setTaking] = useState(false);
  const [isOvertaken, setOvertaken] = useState(false);
  const undo = (change: string): void => {
    revert(change, { actor }, 'make').then(
      () => toast({ kind: 'done', text: words.changes.undone }),
      (error: unknown) => toast({ kind: 'failed', text: words.changes.cannotUndo, detail: detailOf(error) }),
    );
  };
  const take = (write: ChangeMode | undefined): void => {
    setTaking(true);
    makeChange({ actor, edits: seenEdits(finding.edits, judgement), reason: '', write }, newKey())
      .then((made) => {
        onClose();
        const { change, written } = made;
        const mayUndo = change !== undefined && written?.branch === undefined;
        toast({
          kind: 'done',
          text: doneWords(made, reviewWords.taken),
          ...(mayUndo && { act: { label: words.changes.undoNow, run: () => undo(change) } }),
        });
      })
      .catch(async (error: unknown) => {
        if (!hasCode(error, 'changed-meanwhile', 'stale-confirm')) {
          toast({ kind: 'failed', text: detailOf(error) });
          return;
        }
        setOvertaken(true);
        await client.invalidateQueries();
      })
      .finally(() => setTaking(false));
  };
  return { take, isTaking, isOvertaken };
}

/** The same edits of the very objects that were shown: if one is another by now, somebody looks again. */
function seenEdits(edits: readonly Edit[], judgement: Judgement | undefined): readonly Edit[] {
  return edits.map((edit, index): Edit => {
    const etag = judgement?.etags?.[index] ?? undefined;
    const seen = { ...edit, ...(etag !== undefined && { etag }) };
    const { confirm } = judgement ?? {};
    return seen.edit === 'role.delete' && confirm !== undefined ? { ...seen, confirm } : seen;
  });
}
