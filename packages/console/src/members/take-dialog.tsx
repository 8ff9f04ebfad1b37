import { useRef, useState } from 'react';
import { detailOf } from '../api/call.ts';
import { doneWords, heldAt, newKey, useBuiltPreview, useMakeChange } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace, companyOf } from '../api/place.ts';
import type { ChangeMode } from '../api/types.ts';
import { useActorSession } from '../session/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Effect } from '../parts/effect/effect.tsx';
import { shortName } from '../parts/person.tsx';
import { useToast } from '../parts/toasts.tsx';
import { useWriting } from '../session/writing.tsx';
import { Cells } from '../api/cells.ts';
import { writtenSubject } from '../api/subjects.ts';
import { words } from '../words/words.ts';
import type { HeldRolesProps, Taking } from './taking.ts';

/** Takes a role away, or all that somebody has here, with what that does shown before. */
export function TakeDialog({
  workspace,
  title,
  subject,
  roles,
  catalog,
  taking,
  onClose,
}: HeldRolesProps & { readonly taking: Taking; readonly onClose: () => void }) {
  const { actor } = useActorSession();
  const keep = useRef<HTMLButtonElement>(null);
  const writing = useWriting();
  const { take, isTaking } = useTaking(taking, onClose);
  const written = writtenSubject(subject, catalog.subjectTypes[0] ?? 'user');
  const what = taking === 'all' ? words.member.leave : words.member.takeAway(taking.title);
  const preview = useBuiltPreview(
    actor,
    JSON.stringify([workspace, subject, taking]),
    async (signal) => {
      const held = taking === 'all' ? [] : await heldAt(workspace, subject, signal);
      const at = atPlace(workspace);
      const rest = held.filter((one) => taking === 'all' || one.role !== taking.role || one.from !== taking.from);
      const edit: Edit =
        rest.length === 0
          ? { edit: 'member.remove', ...at, subject: written }
          : { edit: 'member.set', ...at, subject: written, roles: rest };
      return [edit];
    },
    writing.write,
  );
  const cannot = preview.refusal !== undefined || preview.isChecking || isTaking;
  const names = { cells: new Cells(catalog), workspace, roles: new Map(roles.map((role) => [role.role, role.title])) };
  return (
    <Dialog
      title={taking === 'all' ? words.member.leaveTitle(shortName(subject.id)) : `${what}?`}
      hint={companyOf(workspace) === undefined ? words.member.leaveHint(title) : words.member.leaveCompanyHint(title)}
      first={keep}
      onClose={onClose}
      foot={
        <>
          {writing.choice}
          <button ref={keep} className="button" type="button" onClick={onClose}>
            {words.role.keep}
          </button>
          <button
            className="button button-danger"
            type="button"
            aria-disabled={cannot || undefined}
            onClick={() => {
              if (!cannot) take(preview.edits, writing.write);
            }}
          >
            {writing.label(what)}
          </button>
        </>
      }
    >
      <div className="effect" data-checking={preview.isChecking || undefined}>
        <Effect judgement={preview.judgement} refusal={preview.refusal} {...names} />
      </div>
    </Dialog>
  );
}

function useTaking(taking: Taking, onClose: () => void) {
  const { actor } = useActorSession();
  const makeChange = useMakeChange();
  const toast = useToast();
  const [isTaking, setTaking] = useState(false);
  const take = (edits: readonly Edit[], write: ChangeMode | undefined): void => {
    setTaking(true);
    makeChange({ actor, edits, reason: '', write }, newKey())
      .then((made) => {
        onClose();
        toast({
          kind: 'done',
          text: doneWords(made, taking === 'all' ? words.member.left : words.member.takenAway(taking.title)),
        });
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setTaking(false));
  };
  return { take, isTaking };
}
