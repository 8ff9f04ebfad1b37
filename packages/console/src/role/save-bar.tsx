import { type RefObject, Suspense, useEffect, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { detailOf, hasCode } from '../api/call.ts';
import { doneWords, useMakeChange } from '../api/changes.ts';
import type { Preview } from '../api/preview.ts';
import { roleQuery } from '../api/queries.ts';
import { newSend } from '../api/send.ts';
import type { Edit } from '../api/edits.ts';
import type { ChangeMode } from '../api/types.ts';
import { useActorSession } from '../session/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { failedToast, useUndo } from '../session/deed.ts';
import { later } from '../parts/arrival/later.ts';
import type { EffectNames } from '../parts/effect/named.tsx';
import { useToast } from '../parts/toasts.tsx';
import { refusedWords } from '../parts/refused-words.ts';
import { useWayBack } from '../parts/way-back.ts';
import { words } from '../words/words.ts';
import { writingWords } from '../words/writing-words.ts';
import { newDraft } from './draft/draft.ts';
import { EffectContent, headline } from './effect-panel.tsx';
import type { RoleParts } from './role-parts.ts';
import type { DraftState } from './draft/use-draft.ts';
import { useOvertaken } from './draft/use-overtaken.ts';

const ProposeDialog = later(async () => (await import('./propose-dialog.tsx')).ProposeDialog);

interface SaveBarProps extends RoleParts {
  readonly state: DraftState;
  readonly preview: Preview;
  readonly names: EffectNames;
  readonly edit: Edit | undefined;
  /** What was changed last on the page, which has the focus when the bar goes. */
  readonly changed: RefObject<Element | null>;
}

/** Saves, or says why that cannot be. There is none while nothing is unsaved. */
export function SaveBar(props: SaveBarProps) {
  const { state, preview } = props;
  const { unsaved, draft, set, discard, isRestored, isSaving } = state;
  const [isShown, setShown] = useState(false);
  const [isProposed, setProposed] = useState(false);
  const { writes } = useActorSession();
  const bar = useRef<HTMLFormElement>(null);
  useWayBack(bar, props.changed);
  // Of what was changed meanwhile nothing is proposed before both are looked at.
  if (isProposed && state.isOutdated) setProposed(false);
  useOvertaken(props.workspace, preview.isOvertaken && !props.isGone);
  const save = useSave(props);
  const failed = preview.judgement?.tests?.failed.length ?? 0;
  const cannot = whyNot(props, isSaving);
  const ways = waysOf(props, writes, isSaving);
  const { maySave } = ways;
  useSaveKey(unsaved > 0 && cannot === undefined && maySave ? save : undefined);
  return (
    <form
      ref={bar}
      className="save-bar"
      aria-label={words.role.save}
      onSubmit={(event) => {
        event.preventDefault();
        if (cannot === undefined && maySave) save();
      }}
    >
      <div className="save-what">
        <span className="dot" aria-hidden="true" />
        <b>{words.role.unsaved(unsaved)}</b>
        {isRestored && (
          <span className="aloud" role="status">
            {words.role.restored}
          </span>
        )}
        <button className="link to-effect" type="button" onClick={() => setShown(true)}>
          {headline(preview, unsaved)}
          {failed > 0 && `, ${words.effect.testsFailing(failed)}`}
        </button>
      </div>
      <input
        className="input save-why"
        aria-label={words.common.why}
        placeholder={words.common.whyPlaceholder}
        maxLength={500}
        value={draft.reason}
        onChange={({ target }) => set((before) => ({ ...before, reason: target.value }))}
      />
      <p className="save-cannot" id="save-cannot">
        {isSaving ? '' : saysWhy(ways, cannot)}
      </p>
      <div className="acts">
        <button className="button button-quiet" type="button" onClick={discard}>
          {words.role.discard}
        </button>
        <SaveButtons {...ways} isSaving={isSaving} cannot={cannot !== undefined} onPropose={() => setProposed(true)} />
      </div>
      {isProposed && <Proposing {...props} onClose={() => setProposed(false)} />}
      {isShown && <EffectSheet {...props} onClose={() => setShown(false)} />}
    </form>
  );
}

function Proposing({ edit, state, names, preview, onClose }: SaveBarProps & { readonly onClose: () => void }) {
  if (!edit) return null;
  return (
    <Suspense>
      <ProposeDialog
        edit={edit}
        reason={state.draft.reason}
        names={names}
        judgement={preview.judgement}
        onClose={onClose}
        onDone={() => {
          onClose();
          state.discard();
        }}
      />
    </Suspense>
  );
}

/** What saving does, where there is no room for it beside the boxes. */
function EffectSheet({ preview, state, names, onClose }: SaveBarProps & { readonly onClose: () => void }) {
  return (
    <Dialog
      title={words.effect.label}
      onClose={onClose}
      foot={
        <button className="button" type="button" onClick={onClose}>
          {words.common.close}
        </button>
      }
    >
      <div className="effect effect-sheet">
        <EffectContent preview={preview} unsaved={state.unsaved} names={names} />
      </div>
    </Dialog>
  );
}

interface Ways {
  readonly maySave: boolean;
  readonly mayPropose: boolean;
  /** Whether it can only be proposed as it is. */
  readonly isProposal: boolean;
  readonly cannotPropose: boolean;
}

function waysOf({ edit, preview }: SaveBarProps, writes: readonly ChangeMode[], isSaving: boolean): Ways {
  const mayPropose = writes.includes('propose');
  const maySave = writes.some((write) => write !== 'propose');
  return {
    maySave,
    mayPropose,
    // What tests forbid at once somebody may look at.
    isProposal: mayPropose && (!maySave || hasFailingTests(preview)),
    cannotPropose: !edit || isSaving || preview.isChecking || isOtherwiseRefused(preview),
  };
}

interface SaveButtonsProps extends Ways {
  readonly isSaving: boolean;
  readonly cannot: boolean;
  readonly onPropose: () => void;
}

function SaveButtons({
  maySave,
  mayPropose,
  isProposal,
  cannotPropose,
  isSaving,
  cannot,
  onPropose,
}: SaveButtonsProps) {
  return (
    <>
      {mayPropose && (
        <button
          className={isProposal ? 'button button-primary' : 'button'}
          type="button"
          aria-disabled={cannotPropose || undefined}
          onClick={() => {
            if (!cannotPropose) onPropose();
          }}
        >
          {writingWords.proposeIt}
        </button>
      )}
      {maySave && (
        <button
          className={isProposal ? 'button' : 'button button-primary'}
          type="submit"
          aria-disabled={cannot || undefined}
          aria-describedby="save-cannot"
          aria-keyshortcuts="Control+S"
        >
          {isSaving ? words.role.saving : words.role.save}
        </button>
      )}
    </>
  );
}

function saysWhy({ maySave, isProposal }: Ways, cannot: string | undefined): string | undefined {
  if (!maySave) return writingWords.onlyProposed;
  return isProposal ? writingWords.failing : cannot;
}

function hasFailingTests({ judgement }: Preview): boolean {
  return (judgement?.tests?.failed.length ?? 0) > 0;
}

function isOtherwiseRefused({ refusal }: Preview): boolean {
  return refusal !== undefined && refusal.code !== 'failing-tests';
}

/** Why it cannot be saved now; undefined: it can. */
function whyNot({ preview, edit, state }: SaveBarProps, isSaving: boolean): string | undefined {
  if (!edit || isSaving) return words.role.saving;
  if (state.draft.title.trim() === '') return words.create.needName;
  const { judgement, refusal } = preview;
  const failed = judgement?.tests?.failed.length ?? 0;
  if (failed > 0) return words.effect.testsFail(failed, failed + (judgement?.tests?.passed ?? 0));
  return refusal && refusedWords(refusal);
}

function useSave({ workspace, found, state, edit }: SaveBarProps): () => void {
  const { actor, writes } = useActorSession();
  // Where there are two ways, it is said that it is not proposed.
  const write = writes.length > 1 ? writes.find((one) => one !== 'propose') : undefined;
  const client = useQueryClient();
  const makeChange = useMakeChange();
  const undo = useUndo();
  const toast = useToast();
  const { isSaving, setSaving } = state;
  const [send] = useState(newSend);
  const save = async (asked: Edit): Promise<void> => {
    const made = await makeChange({ actor, edits: [asked], reason: state.draft.reason, write }, send);
    const role = await client.query({ ...roleQuery(workspace, found.role), staleTime: 0 });
    state.set(() => newDraft(role));
    const { change } = made;
    toast({
      kind: 'done',
      text: doneWords(made, words.role.saved(made.effect?.people)),
      detail: `${words.role.revision} ${(made.revision ?? '').slice(0, 7)}`,
      ...(change !== undefined && undo(change)),
    });
  };
  return () => {
    if (!edit || isSaving) return;
    setSaving(true);
    save(edit)
      .catch((error: unknown) => {
        if (hasCode(error, 'no-answer')) toast(failedToast(error));
        // Somebody was faster: the page shows both once it has what is there now, and until then the judgement says so.
        else if (!hasCode(error, 'changed-meanwhile'))
          toast({ kind: 'failed', text: `${words.role.notSavedTitle}: ${detailOf(error)}`, detail: words.role.lost });
      })
      .finally(() => setSaving(false));
  };
}

function useSaveKey(save: (() => void) | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      save?.();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [save]);
}
