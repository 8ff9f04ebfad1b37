import { createHash, randomBytes } from 'node:crypto';
import type { AskedChange } from '../changes/asked-change.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';

/** How often another name is tried where there is such a branch. */
export const mostNames = 5;

/**
 * The name of the branch of a proposal: `rolebook/<workspace>/<what>-<8 hex>`. The same change with the same key has the
 * same name, so that one that is sent again finds its branch; any other has one that nobody guesses.
 */
export function proposalBranch(asked: AskedChange, edits: readonly AskedEdit[], attempt: number): string {
  const [first] = edits;
  const named = (first ?? {}) as { readonly workspace?: string; readonly organization?: string };
  const place = slugOf(named.workspace ?? named.organization ?? '') || 'policy';
  const words = asked.what.kind === 'revert' ? 'revert' : whatOf(first);
  return `refs/heads/rolebook/${place}/${words}-${proposalHex(asked, attempt)}`;
}

/** How the name ends; of a change without a key anew each time. */
export function proposalHex({ caller, idempotency }: AskedChange, attempt: number): string {
  if (!idempotency) return randomBytes(4).toString('hex');
  const words = JSON.stringify([caller.name ?? null, idempotency.key, attempt]);
  return createHash('sha256').update(words).digest('hex').slice(0, 8);
}

// `role-change-writer`
function whatOf(edit: AskedEdit | undefined): string {
  if (!edit) return 'change';
  const { role, subject, group } = edit as {
    readonly role?: string;
    readonly subject?: string;
    readonly group?: string;
  };
  return [edit.edit.replace('.', '-'), slugOf(role ?? group ?? subject ?? '')].filter((part) => part !== '').join('-');
}

// What git takes as a part of a name, and everybody reads the same way: no dots, since two of them mean something.
function slugOf(text: string): string {
  const slug = text.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[-_]+|[-_]+$/g, '');
  return slug.slice(0, mostSlugCharacters).replace(/[-_]+$/, '');
}

const mostSlugCharacters = 60;
