import type { PolicyEdit } from '../../compile/edit/policy-edit.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { ChangeFaultCode } from '../members/assignment-rules.ts';

/** An edit as somebody asks for it, with what they saw when they did. */
export type AskedEdit = PolicyEdit & {
  /** The hash of its object as it was seen: the role, membership, group, workspace or organization. */
  readonly etag?: string;
  /** Of a deletion: the digest of the list of those affected that was shown. */
  readonly confirm?: string;
};

/** The reason why a change may not be made although every edit of it can be. */
export type EditFaultCode =
  | ChangeFaultCode
  | 'in-git-only'
  | 'provision-only'
  | 'reviewed-only'
  | 'kept-by-others'
  | 'over-already'
  | 'plan-without-custom-roles'
  | 'changed-meanwhile'
  | 'stale-confirm';

export interface EditFault {
  /** Which of the edits it is about, from 0; undefined: all of them together. */
  readonly edit: number | undefined;
  /** The kind of answer that it is: who asks may not, nobody may, or something else is there by now. */
  readonly kind: 'not-allowed' | 'against-the-rules' | 'conflict';
  readonly code: EditFaultCode;
  /** One sentence for a person, with who, what and where. */
  readonly message: string;
  readonly help?: string;
  /** The permission that is missing. */
  readonly permission?: string;
  /** Of a conflict: the object as it is now, and its hash. */
  readonly now?: { readonly etag: string; readonly text: string };
}

/** The place that an edit is about, by the id that it names; undefined: it is about none, as that of a test. */
export function placeOfEdit(edit: PolicyEdit): Place | undefined {
  const named = (edit.edit === 'waiver.add' || edit.edit === 'waiver.end' ? edit.about : edit) as {
    readonly workspace?: unknown;
    readonly organization?: unknown;
  };
  if (typeof named.workspace === 'string') return { kind: 'workspace', id: named.workspace };
  return typeof named.organization === 'string' ? { kind: 'organization', id: named.organization } : undefined;
}

/** The kind of thing that an edit is about: the first word of its name. */
export function objectOfEdit({ edit }: { readonly edit: string }): string {
  return edit.slice(0, edit.indexOf('.'));
}
