import type { Edit } from '../api/edits.ts';
import { isDefinedAt } from '../api/place.ts';
import type { Role, Subject } from '../api/types.ts';
import { editOf } from '../role/draft/draft.ts';
import { draftKey, readKeptDraft } from '../role/draft/kept-draft.ts';

/** The edits that would save what was kept of roles in this browser, and of which roles that is. */
export function keptEdits(
  actor: Subject,
  place: string,
  roles: readonly Role[],
): { readonly edits: readonly Edit[]; readonly titles: readonly string[] } {
  const kept = roles
    .filter((role) => isDefinedAt(role, place))
    .flatMap((role) => {
      const draft = readKeptDraft(draftKey(actor, place, role.role));
      const edit = draft && editOf(draft, place, role.role);
      return edit ? [{ edit, title: role.title }] : [];
    });
  return { edits: kept.map(({ edit }) => edit), titles: kept.map(({ title }) => title) };
}
