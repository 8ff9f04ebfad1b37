import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { withQuery } from '../api/call.ts';
import { useBuiltPreview } from '../api/changes.ts';
import { atPlace, pathAt } from '../api/place.ts';
import { useCatalog } from '../api/queries.ts';
import { writtenSubject } from '../api/subjects.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { useWriting } from '../session/writing.tsx';
import { DecidingDialog } from '../parts/dialog.tsx';
import { useDeed } from '../session/deed.ts';
import { useEffectNames } from '../parts/effect/place-names.ts';
import { ShownEffect } from '../parts/effect/shown-effect.tsx';
import { shortName } from '../parts/person.tsx';
import type { Toast } from '../parts/toasts.tsx';
import { companyWords } from '../words/company-words.ts';
import { groupWith } from './group-edits.ts';
import type { GroupMember } from './group-queries.ts';

const words = companyWords.group;

interface GroupDialogProps {
  readonly workspace: string;
  readonly group: string;
  /** Who is taken out; undefined: the group is deleted. */
  readonly removed: GroupMember | undefined;
  readonly onClose: () => void;
}

/** Takes somebody out of a group, or deletes it, with what is lost by that shown before. */
export function GroupDialog({ workspace, group, removed, onClose }: GroupDialogProps) {
  const { actor } = useActorSession();
  const client = useQueryClient();
  const catalog = useCatalog();
  const [, navigate] = useLocation();
  const writing = useWriting();
  const { run, make, send, isDoing } = useDeed();
  const names = useEffectNames(workspace);
  const firstType = catalog.data?.subjectTypes[0] ?? 'user';
  const isOfFiles = removed?.source !== 'database';
  const preview = useBuiltPreview(actor, JSON.stringify([workspace, group, removed]), async (signal) => {
    if (!removed) return [{ edit: 'group.remove', ...atPlace(workspace), group }];
    // What was given while the product runs no edit of files takes away.
    if (!isOfFiles) return [];
    const subject = writtenSubject(removed.subject, firstType);
    return groupWith({ place: workspace, group, firstType }, { removed: [subject] }, signal);
  });
  const name = removed ? shortName(removed.subject.id) : '';
  const takeOut = async ({ subject }: GroupMember): Promise<Toast> => {
    const path = pathAt(workspace, 'groups', group, 'members', subject.id);
    const by = { subjectType: subject.type, actor: actor.id, actorType: actor.type };
    await send(withQuery(path, by), { method: 'DELETE' });
    await client.invalidateQueries();
    onClose();
    return { kind: 'done', text: words.removed(name) };
  };
  const change = (): Promise<Toast> =>
    make({
      edits: preview.edits,
      write: writing.write,
      done: removed ? words.removed(name) : words.deleted(group),
      after: (isLive) => {
        onClose();
        if (!removed && isLive) navigate(toWorkspace(workspace, 'groups'));
      },
    });
  return (
    <DecidingDialog
      title={removed ? words.removeTitle(name, group) : words.deleteTitle(group)}
      hint={removed ? words.removeHint : words.deleteHint}
      before={isOfFiles && writing.choice}
      keep={words.keep}
      act={writing.label(removed ? words.remove : words.submit)}
      cannot={preview.refusal !== undefined || preview.isChecking || isDoing}
      onAct={() => run(removed && !isOfFiles ? takeOut(removed) : change())}
      onClose={onClose}
    >
      <ShownEffect preview={preview} names={names} />
    </DecidingDialog>
  );
}
