import { useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { call, detailOf, withQuery } from '../api/call.ts';
import { doneWords, newKey, useBuiltPreview, useMakeChange } from '../api/changes.ts';
import { atPlace, pathAt } from '../api/place.ts';
import { useCatalog } from '../api/queries.ts';
import { writtenSubject } from '../api/subjects.ts';
import { toWorkspace } from '../route/route.ts';
import { useActorSession } from '../session/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { shortName } from '../parts/person.tsx';
import { useToast } from '../parts/toasts.tsx';
import { useWriting } from '../session/writing.tsx';
import { companyWords } from '../words/company-words.ts';
import { groupWith } from './group-edits.ts';
import { GroupEffect } from './group-effect.tsx';
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
  const catalog = useCatalog();
  const writing = useWriting();
  const keep = useRef<HTMLButtonElement>(null);
  const firstType = catalog.data?.subjectTypes[0] ?? 'user';
  const isOfFiles = removed?.source !== 'database';
  const preview = useBuiltPreview(actor, JSON.stringify([workspace, group, removed]), async (signal) => {
    if (!removed) return [{ edit: 'group.remove', ...atPlace(workspace), group }];
    // What was given while the product runs no edit of files takes away.
    if (!isOfFiles) return [];
    const subject = writtenSubject(removed.subject, firstType);
    return groupWith({ place: workspace, group, firstType }, { removed: [subject] }, signal);
  });
  const { run, isRunning } = useRun({ workspace, group, removed, onClose });
  const cannot = preview.refusal !== undefined || preview.isChecking || isRunning;
  const name = removed ? shortName(removed.subject.id) : '';
  return (
    <Dialog
      title={removed ? words.removeTitle(name, group) : words.deleteTitle(group)}
      hint={removed ? words.removeHint : words.deleteHint}
      first={keep}
      onClose={onClose}
      foot={
        <>
          {isOfFiles && writing.choice}
          <button ref={keep} className="button" type="button" onClick={onClose}>
            {words.keep}
          </button>
          <button
            className="button button-danger"
            type="button"
            aria-disabled={cannot || undefined}
            onClick={() => {
              if (!cannot) run(preview.edits, writing.write);
            }}
          >
            {writing.label(removed ? words.remove : words.submit)}
          </button>
        </>
      }
    >
      <GroupEffect preview={preview} place={workspace} />
    </Dialog>
  );
}

function useRun({ workspace, group, removed, onClose }: GroupDialogProps) {
  const { actor } = useActorSession();
  const client = useQueryClient();
  const makeChange = useMakeChange();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [isRunning, setRunning] = useState(false);
  const takeOut = async ({ subject }: GroupMember): Promise<string> => {
    const path = pathAt(workspace, 'groups', group, 'members', subject.id);
    const by = { actor: actor.id, actorType: actor.type };
    await call(withQuery(path, { subjectType: subject.type, ...by }), { method: 'DELETE' });
    await client.invalidateQueries();
    return words.removed(shortName(subject.id));
  };
  const run = (
    edits: Parameters<typeof makeChange>[0]['edits'],
    write: ReturnType<typeof useWriting>['write'],
  ): void => {
    setRunning(true);
    const done = removed ? words.removed(shortName(removed.subject.id)) : words.deleted(group);
    const making =
      removed?.source === 'database'
        ? takeOut(removed)
        : makeChange({ actor, edits, reason: '', write }, newKey()).then((made) => {
            if (!removed && made.written?.branch === undefined) navigate(toWorkspace(workspace, 'groups'));
            return doneWords(made, done);
          });
    making
      .then((text) => {
        onClose();
        toast({ kind: 'done', text });
      })
      .catch((error: unknown) => toast({ kind: 'failed', text: detailOf(error) }))
      .finally(() => setRunning(false));
  };
  return { run, isRunning };
}
