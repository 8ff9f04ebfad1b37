import type { Judgement, ListedEdit } from './judgement.ts';

/** A change that was proposed from this browser: what is live does not know of it. */
export interface Proposal {
  readonly branch: string;
  /** Where a request for it is opened, if somebody knows. */
  readonly page?: string;
  readonly edits: readonly ListedEdit[];
  /** The change that it would undo. */
  readonly reverts?: string;
  /** An instant. */
  readonly at: string;
}

const key = 'proposals';

/** So many are kept, the newest first. */
const mostKept = 20;

/** Keeps what was proposed, so that the page of changes can tell of it. */
export function keepProposal({ edits, reverts }: Pick<Proposal, 'edits' | 'reverts'>, { written }: Judgement): void {
  if (written?.branch === undefined) return;
  const { branch, page } = written;
  const proposal: Proposal = {
    branch,
    edits,
    at: new Date().toISOString(),
    ...(page !== undefined && { page }),
    ...(reverts !== undefined && { reverts }),
  };
  const kept = readProposals().filter((one) => one.branch !== branch);
  try {
    sessionStorage.setItem(key, JSON.stringify([proposal, ...kept].slice(0, mostKept)));
  } catch {
    // A browser that keeps nothing shows none.
  }
}

export function readProposals(): readonly Proposal[] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter(isProposal) : [];
  } catch {
    return [];
  }
}

function isProposal(value: unknown): value is Proposal {
  if (typeof value !== 'object' || value === null) return false;
  const { branch, page, edits, at } = value as Record<string, unknown>;
  const isPage = page === undefined || (typeof page === 'string' && /^https?:\/\//.test(page));
  return typeof branch === 'string' && typeof at === 'string' && Array.isArray(edits) && isPage;
}
