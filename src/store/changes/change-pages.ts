import { objectOfEdit } from '../../review/changes/asked-edit.ts';
import type { ChangeFilter, ChangeHead, ChangeList, ListedEdit } from './asked-change.ts';

/** The changes that are asked for, of all from the newest on. */
export function pageOf(changes: readonly ChangeHead[], filter: ChangeFilter): ChangeList {
  const { after, until, limit } = filter;
  const from = after === undefined ? 0 : changes.findIndex(({ change }) => change === after) + 1;
  // Older ones than one that nobody knows are none.
  const known = after !== undefined && from === 0 ? [] : changes.slice(from);
  const first = until === undefined ? 0 : known.findIndex(({ at }) => at <= until);
  const older = first < 0 ? [] : known.slice(first);
  const found = older.filter((one) => isAskedFor(one, filter));
  const page = found.slice(0, limit);
  const next = found.length > limit ? page.at(-1)?.change : undefined;
  return { changes: page, next, ...(from > 0 && { afterAt: earliestOf(changes.slice(0, from)) }) };
}

// Clocks of those who commit differ: one that says to be newer than what was built upon it is not.
function earliestOf(changes: readonly ChangeHead[]): string | undefined {
  return changes.map(({ at }) => at).sort()[0];
}

/** Whether a change reaches beyond the organizations of whoever asks: what is within others' is not theirs to know. */
export function isForeign({ edits }: ChangeHead, organizations: readonly string[] | undefined): boolean {
  if (organizations === undefined) return false;
  // Of a commit that was made by hand nobody knows whose places it speaks of.
  return edits.length === 0 || !edits.every(({ within }) => within !== undefined && organizations.includes(within));
}

/** Whether a list of changes that somebody asks for has one. */
export function isAskedFor(change: ChangeHead, filter: ChangeFilter): boolean {
  if (isForeign(change, filter.organizations)) return false;
  const { workspace, organization, role, subject } = filter;
  const isOfAll = [workspace, organization, role, subject].every((one) => one === undefined);
  return isOfAll || change.edits.some((edit) => isAbout(edit, filter));
}

function isAbout(edit: ListedEdit, { workspace, organization, role, subject }: ChangeFilter): boolean {
  const words = edit as unknown as Readonly<Record<string, unknown>>;
  if (workspace !== undefined && words['workspace'] !== workspace) return false;
  if (organization !== undefined && edit.within !== organization && words['organization'] !== organization)
    return false;
  if (subject !== undefined && words['subject'] !== subject) return false;
  if (role === undefined) return true;
  const isOfRole = objectOfEdit(edit) === 'role' && (words['role'] === role || words['to'] === role);
  const given = Array.isArray(words['roles']) ? (words['roles'] as readonly { readonly role?: unknown }[]) : [];
  return isOfRole || given.some((one) => one.role === role);
}
