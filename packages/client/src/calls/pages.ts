import { UnexpectedAnswerError } from '../words/errors.ts';

/** A page of a list. `next` is to be given as `after`; undefined: there is no more. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
  readonly revision: string;
}

/** Reads a page whose items stand under a name. */
export function readPage<Item>(document: Readonly<Record<string, unknown>>, name: string): Page<Item> {
  const { [name]: items, next, revision } = document;
  if (!Array.isArray(items) || typeof revision !== 'string' || (next !== undefined && typeof next !== 'string')) {
    throw new UnexpectedAnswerError(`the answer has no list of ${name} in it`);
  }
  return { items: items as readonly Item[], next, revision };
}

// Somebody who changes policy that often changes it again.
const mostTurns = 5;

/**
 * All pages of a list, of one revision: where the policy changes meanwhile, it is read from the start. Rejects as `read`
 * does, and where the policy never stands still.
 */
export async function readAllPages<Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
): Promise<{ readonly items: readonly Item[]; readonly revision: string }> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    let page = await read(undefined);
    const { revision } = page;
    const items = [...page.items];
    while (page.next !== undefined && page.revision === revision) {
      page = await read(page.next);
      items.push(...page.items);
    }
    if (page.revision === revision) return { items, revision };
  }
  throw new UnexpectedAnswerError('the policy changed at each page that was read');
}
