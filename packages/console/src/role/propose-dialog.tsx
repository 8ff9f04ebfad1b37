import { useRef, useState } from 'react';
import { detailOf } from '../api/call.ts';
import { doneWords, newKey, useMakeChange } from '../api/changes.ts';
import { usePreview } from '../api/preview.ts';
import type { Edit } from '../api/edits.ts';
import type { Judgement } from '../api/judgement.ts';
import { useActorSession } from '../session/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Effect } from '../parts/effect/effect.tsx';
import type { EffectNames } from '../parts/effect/named.tsx';
import { useToast } from '../parts/toasts.tsx';
import { scopeWord } from '../words/forms/count.ts';
import { words } from '../words/words.ts';
import { proposalWords } from '../words/proposal-words.ts';
import { brokenPromises, promiseEdits } from './proposed-tests.ts';

interface ProposeDialogProps {
  readonly edit: Edit;
  readonly reason: string;
  readonly names: EffectNames;
  /** Of the same edit, which says which tests fail. */
  readonly judgement: Judgement | undefined;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Proposes a change of a role on a branch of its own, with the promises of tests that it breaks. */
export function ProposeDialog({ edit, reason, names, judgement, onClose, onDone }: ProposeDialogProps) {
  const { actor } = useActorSession();
  const makeChange = useMakeChange();
  const toast = useToast();
  const keep = useRef<HTMLButtonElement>(null);
  const [isProposing, setProposing] = useState(false);
  const [promises] = useState(() => brokenPromises(judgement ?? {}));
  const edits = [edit, ...promiseEdits(promises)];
  const preview = usePreview(actor, edits, '', 'propose');
  const cannot = isProposing || preview.isChecking || preview.refusal !== undefined;
  const propose = (): void => {
    setProposing(true);
    makeChange({ actor, edits, reason, write: 'propose' }, newKey())
      .then((made) => {
        toast({ kind: 'done', text: doneWords(made, words.role.save) });
        onDone();
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setProposing(false));
  };
  const writing = proposalWords;
  return (
    <Dialog
      title={writing.propose}
      hint={writing.hint}
      first={keep}
      onClose={onClose}
      foot={
        <>
          <button ref={keep} className="button" type="button" onClick={onClose}>
            {words.common.cancel}
          </button>
          <button
            className="button button-primary"
            type="button"
            aria-disabled={cannot || undefined}
            onClick={() => {
              if (!cannot) propose();
            }}
          >
            {isProposing ? writing.proposing : writing.propose}
          </button>
        </>
      }
    >
      {promises.length > 0 && (
        <section>
          <h3>{writing.testsTitle(promises.length)}</h3>
          <p className="quiet">{writing.testsHint}</p>
          <ul className="tests">
            {promises.map(({ file, test, permission, expect }) => (
              <li key={`${file} ${test} ${permission}`}>
                <bdi>{test}</bdi>
                <span className="quiet">
                  <b>{writing.testSays(expect === 'can')}</b> {names.cells.titleOf(permission, scopeWord).toLowerCase()}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="effect" data-checking={preview.isChecking || undefined}>
        <Effect judgement={preview.judgement} refusal={preview.refusal} {...names} />
      </div>
    </Dialog>
  );
}
