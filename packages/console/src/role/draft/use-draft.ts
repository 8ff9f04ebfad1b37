import { useCallback, useEffect, useState } from 'react';
import type { RoleInFull } from '../../api/types.ts';
import { useActorSession } from '../../session/session.ts';
import { words } from '../../words/words.ts';
import { countUnsaved, type Draft, newDraft } from './draft.ts';
import { draftKey, keepDraft, readKeptDraft } from './kept-draft.ts';

export interface DraftState {
  readonly draft: Draft;
  readonly unsaved: number;
  /** Whether it was there before the page was loaded. */
  readonly isRestored: boolean;
  /** Whether the role is another one by now than when the draft was begun. */
  readonly isOutdated: boolean;
  /** Whether it is being saved: that the role is another one by then is its own doing. */
  readonly isSaving: boolean;
  readonly setSaving: (isSaving: boolean) => void;
  readonly set: (change: (draft: Draft) => Draft) => void;
  readonly discard: () => void;
}

/** The unsaved work on a role: kept by the browser with every move, so that nothing that happens to the page loses it. */
export function useDraft(workspace: string, role: RoleInFull): DraftState {
  const { actor } = useActorSession();
  const key = draftKey(actor, workspace, role.role);
  const [kept] = useState(() => readKeptDraft(key));
  const [draft, setDraft] = useState<Draft>(() => kept ?? newDraft(role));
  const [isSaving, setSaving] = useState(false);
  const unsaved = countUnsaved(draft);
  // Without unsaved work there is nothing to hold on to: what others saved is shown.
  if (unsaved === 0 && draft.base.etag !== role.etag) setDraft({ ...newDraft(role), reason: draft.reason });
  useEffect(() => keepDraft(key, draft), [key, draft]);
  useAskBeforeLeaving(unsaved > 0);
  const set = useCallback((change: (before: Draft) => Draft) => setDraft(change), []);
  return {
    draft,
    unsaved,
    isRestored: kept !== undefined,
    isOutdated: unsaved > 0 && !isSaving && draft.base.etag !== role.etag,
    isSaving,
    setSaving,
    set,
    discard: () => setDraft(newDraft(role)),
  };
}

/** Asks once before a link leads away. The browser asks by itself before it closes the page. */
function useAskBeforeLeaving(hasUnsaved: boolean): void {
  useEffect(() => {
    if (!hasUnsaved) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    const ask = (event: MouseEvent): void => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute('href')?.startsWith('#'))
        return;
      if (link.closest('[data-keeps-draft]') || window.confirm(words.role.leave)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('beforeunload', warn);
    document.addEventListener('click', ask, true);
    return () => {
      window.removeEventListener('beforeunload', warn);
      document.removeEventListener('click', ask, true);
    };
  }, [hasUnsaved]);
}
