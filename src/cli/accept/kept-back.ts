import { RolebookError } from '../../policy/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import type { OverBudget } from '../../review/budget/over-budget.ts';
import type { WeighedKind } from '../../review/budget/weigh-requests.ts';

/** The policy that a sidecar keeps back, or does not write, as its status tells of it. */
export type KeptBack = Omit<OverBudget, 'digest'>;

/** Everything of a status that a budget is about. */
export interface BudgetStatus {
  /** The policy that decides, its twelve digits. */
  readonly live: string | undefined;
  readonly waiting: KeptBack | undefined;
  /** Changes that were not written. */
  readonly refused: readonly KeptBack[];
}

/** Reads the answer of `GET /v1/policy`; undefined: nothing is kept back there. Throws when it is none. */
export function readBudgetStatus(status: JsonObject): BudgetStatus | undefined {
  const { revision, budget } = status;
  if (budget === undefined || budget === null) return undefined;
  if (!isJsonObject(budget)) throw strange();
  const { waiting = null, refused = [] } = budget;
  if (!Array.isArray(refused)) throw strange();
  return {
    live: typeof revision === 'string' ? revision.slice(0, 12) : undefined,
    waiting: waiting === null ? undefined : readKeptBack(waiting),
    refused: refused.map(readKeptBack),
  };
}

/** Reads the answer of `POST /v1/policy/accept`. Throws when it is none. */
export function readAcceptance({ outcome, revision }: JsonObject): {
  readonly outcome: 'live' | 'allowed';
  readonly revision: string;
} {
  if ((outcome !== 'live' && outcome !== 'allowed') || typeof revision !== 'string') throw strange();
  return { outcome, revision };
}

function readKeptBack(value: JsonValue): KeptBack {
  if (!isJsonObject(value)) throw strange();
  const { revision, maxChanged, compared, denied, allowed, kinds } = value;
  if (typeof revision !== 'string' || typeof maxChanged !== 'string' || !Array.isArray(kinds)) throw strange();
  if (typeof compared !== 'number' || typeof denied !== 'number' || typeof allowed !== 'number') throw strange();
  return { revision, maxChanged, weighing: { compared, denied, allowed, kinds: kinds.map(readKind) } };
}

function readKind(value: JsonValue): WeighedKind {
  if (!isJsonObject(value)) throw strange();
  const { answer, permission, role, count } = value;
  if (answer !== 'denied' && answer !== 'allowed') throw strange();
  if (typeof permission !== 'string' || typeof count !== 'number') throw strange();
  return { answer, permission, role: typeof role === 'string' ? role : undefined, count };
}

function strange(): RolebookError {
  const help = 'use the version of the sidecar';
  return new RolebookError('configuration', 'the sidecar tells of its budget in words that are not known here', {
    help,
  });
}
