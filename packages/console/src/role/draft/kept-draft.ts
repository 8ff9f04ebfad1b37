import type { Subject } from '../../api/types.ts';
import { isOfRecord } from './is-of-record.ts';
import { countUnsaved, type Draft } from './draft.ts';

/** Where the browser keeps what was not saved: of this tab, of who is signed in, of one role. */
export function draftKey(actor: Subject, workspace: string, role: string): string {
  return JSON.stringify(['draft', actor.type, actor.id, workspace, role]);
}

/** What was kept; undefined where there is nothing, or something else. */
export function readKeptDraft(key: string): Draft | undefined {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    return isDraft(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function keepDraft(key: string, draft: Draft): void {
  try {
    if (countUnsaved(draft) === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing asks before it leaves the page.
  }
}

function isDraft(value: unknown): value is Draft {
  if (!isOfRecord(value)) return false;
  const { base, moved, future, following, title, description, reason } = value;
  if (!isOfRecord(base) || !isOfRecord(moved) || !isOfRecord(future)) return false;
  const texts = [title, description, reason, base['etag'], base['title'], base['description']];
  const lists = [base['on'], base['follows'], base['wild']];
  return (
    texts.every((text) => typeof text === 'string') &&
    lists.every(isListOfTexts) &&
    [moved, future].every((moves) => Object.values(moves).every((one) => typeof one === 'boolean')) &&
    (following === undefined || isFollowing(following))
  );
}

function isFollowing(value: unknown): boolean {
  if (!isOfRecord(value)) return false;
  const { roles, cells, on } = value;
  return [roles, on].every(isListOfTexts) && Array.isArray(cells) && cells.every(isOfRecord);
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
