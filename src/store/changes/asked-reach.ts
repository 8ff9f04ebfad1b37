import { quote } from '../../compile/words/describe-value.ts';
import { findOrganization, findWorkspace, type PolicySet } from '../../policy/policy-set.ts';
import { objectOfEdit, placeOfEdit, type AskedEdit } from '../../review/changes/asked-edit.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import type { AskedChange, ChangeRefusal, ListedEdit } from './asked-change.ts';

/** What a token may not reach, whoever acts by it. */
export function findOutOfReach({ what, caller }: AskedChange, policy: PolicySet): ChangeRefusal | undefined {
  if (what.kind === 'revert') return undefined;
  for (const [index, edit] of what.edits.entries()) {
    const object = objectOfEdit(edit);
    const isOfPlace = object === 'workspace' || object === 'organization';
    if (isOfPlace && !caller.mayProvision) {
      const message = `${quote(edit.edit)} needs a token with the scope \`provision\``;
      return { kind: 'not-allowed', code: 'forbidden', edit: index, message };
    }
    const { organizations } = caller;
    const within = organizationOf(edit, policy);
    if (organizations && (within === undefined || !organizations.includes(within))) {
      const message = 'the token is for some organizations, and this place is not theirs';
      return { kind: 'not-allowed', code: 'forbidden', edit: index, message };
    }
  }
  return undefined;
}

/** The organization that an edit is in, also one that it makes; undefined: none that has a name. */
function organizationOf(edit: AskedEdit, policy: PolicySet): string | undefined {
  const words = edit as unknown as { readonly organization?: string };
  if (edit.edit === 'organization.create') return edit.organization;
  const place = placeOfEdit(edit);
  const found = place?.kind === 'workspace' ? findWorkspace(policy, place.id)?.organization : undefined;
  if (found) return found.id;
  return words.organization === undefined ? undefined : findOrganization(policy, words.organization)?.id;
}

export function listedEdit(edit: AskedEdit, policy: PolicySet): ListedEdit {
  const within = organizationOf(edit, policy);
  return within === undefined ? edit : { ...edit, within };
}

/** The same, for the very objects that were judged: if one of them is another by now, whoever asks must look again. */
export function withEtags(asked: AskedChange, etags: JudgedEdits['etags']): AskedChange {
  if (asked.what.kind === 'revert') return asked;
  const edits = asked.what.edits.map((edit, index): AskedEdit => {
    const seen = etags[index];
    return edit.etag === undefined && seen !== undefined ? { ...edit, etag: seen } : edit;
  });
  return { ...asked, what: { kind: 'edits', edits } };
}

/** Whether an edit deletes a role and nobody has agreed to the list of those affected. */
export function isUnconfirmed(edit: AskedEdit, { what }: AskedChange): boolean {
  return what.kind === 'edits' && edit.edit === 'role.delete' && edit.confirm === undefined;
}
