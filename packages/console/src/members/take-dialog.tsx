import { heldAt, useBuiltPreview } from '../api/changes.ts';
import type { Edit } from '../api/edits.ts';
import { atPlace, companyOf } from '../api/place.ts';
import { writtenSubject } from '../api/subjects.ts';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { DecidingDialog } from '../parts/dialog.tsx';
import { useDeed } from '../session/deed.ts';
import { useEffectNames } from '../parts/effect/place-names.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import { shortName } from '../parts/person.tsx';
import { readinessOf } from '../parts/press.ts';
import { words } from '../words/words.ts';
import type { HeldRolesProps, Taking } from './taking.ts';

interface TakeDialogProps extends HeldRolesProps {
  readonly taking: Taking;
  readonly onClose: () => void;
}

/** Takes a role away, or all that somebody has here, with what that does shown before. */
export function TakeDialog({ workspace, title, subject, catalog, taking, onClose }: TakeDialogProps) {
  const { actor } = useActorSession();
  const writing = useWriting();
  const { run, make, isDoing } = useDeed();
  const names = useEffectNames(workspace);
  const written = writtenSubject(subject, catalog.subjectTypes[0] ?? 'user');
  const { member } = words;
  const [what, done] =
    taking === 'all' ? [member.leave, member.left] : [member.takeAway(taking.title), member.takenAway(taking.title)];
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
  return (
    <DecidingDialog
      title={taking === 'all' ? member.leaveTitle(shortName(subject.id)) : `${what}?`}
      hint={companyOf(workspace) === undefined ? member.leaveHint(title) : member.leaveCompanyHint(title)}
      before={writing.choice}
      keep={words.role.keep}
      act={writing.label(what)}
      cannot={readinessOf(preview, !isDoing) !== 'ready'}
      onAct={() => run(make({ edits: preview.edits, write: writing.write, done, after: onClose }))}
      onClose={onClose}
    >
      <ShownEffect preview={preview} names={names} />
    </DecidingDialog>
  );
}
