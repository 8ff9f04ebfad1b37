import { limits } from '../../../policy/limits.ts';
import { isJsonObject } from '../../../policy/text/json.ts';
import { quote } from '../../../compile/words/describe-value.ts';
import { readCommit, readLog, type LoggedCommit } from '../../committing/commit-log.ts';
import type { GitPlace } from '../../git/git-place.ts';
import type { ChangeHead, ListedEdit, MadeChange } from '../asked-change.ts';
import { parseTrailers } from './trailers.ts';

/** A commit that touched the policy, and what it says of the change that it is. */
export interface CommittedChange {
  readonly commit: string;
  readonly head: ChangeHead;
  readonly request: { readonly key: string; readonly digest: string } | undefined;
}

/** The changes of a policy directory as its repository has them. Commits are read once. */
export class CommitHistory {
  #tip: string | undefined;
  #changes: readonly CommittedChange[] = [];
  #byId = new Map<string, CommittedChange>();

  /** The commit that was the latest when it was read last. */
  get tip(): string | undefined {
    return this.#tip;
  }

  async refresh(place: GitPlace, tip: string): Promise<void> {
    if (tip === this.#tip) return;
    const fresh = await readLog(place, tip, this.#tip);
    const changes = fresh.commits.map(changeOf);
    this.#changes = fresh.isWhole ? changes : [...changes, ...this.#changes];
    // Of a change that was committed twice, as by a cherry-pick, the latest.
    this.#byId = new Map([...this.#changes].reverse().map((change) => [change.head.change, change]));
    this.#tip = tip;
  }

  /** The newest first. */
  heads(): readonly ChangeHead[] {
    return this.#changes.filter((one) => this.#byId.get(one.head.change) === one).map(({ head }) => head);
  }

  find(change: string): CommittedChange | undefined {
    return this.#byId.get(change);
  }

  findByKey(
    key: string,
    caller: string | undefined,
    nowMs: number,
  ): { readonly head: MadeChange; readonly digest: string } | undefined {
    for (const { head, request } of this.#changes) {
      const isIt = request?.key === key && head.caller === caller;
      if (isIt && isMade(head) && nowMs - Date.parse(head.at) < limits.idempotencyKeyMs) {
        return { head, digest: request.digest };
      }
    }
    return undefined;
  }
}

export function isMade(head: ChangeHead): head is MadeChange {
  return head.revision !== undefined && head.people !== undefined;
}

/** What one commit says of the change that it is. */
export async function readCommittedChange(place: GitPlace, commit: string): Promise<CommittedChange | undefined> {
  const found = await readCommit(place, commit);
  return found && changeOf(found);
}

function changeOf({ commit, atMs, author, message }: LoggedCommit): CommittedChange {
  const [at, written] = [new Date(atMs).toISOString(), { commit }];
  const trailers = parseTrailers(message);
  const word = (name: string): string | undefined => trailers?.get(name)?.[0];
  const change = word('Change');
  if (change === undefined) {
    // By hand: what is known of it is who says to have made it, and the first line of why.
    const [reason = ''] = message.split('\n');
    const actor = { type: 'user', id: author.mail || author.name };
    return { commit, head: { change: commit, at, actor, reason, edits: [], written }, request: undefined };
  }
  const exact = Date.parse(word('At') ?? '');
  const [type = '', ...id] = (word('Actor') ?? '').split(':');
  const optional = {
    caller: word('Caller'),
    reason: word('Reason'),
    reverts: word('Reverts'),
    revision: word('Revision'),
    people: peopleOf(word('People')),
  };
  const head: ChangeHead = {
    change,
    // Within the second that the commit has.
    at: Math.floor(exact / 1000) * 1000 === atMs ? new Date(exact).toISOString() : at,
    actor: { type, id: id.join(':') },
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<ChangeHead>),
    edits: (trailers?.get('Edit') ?? []).flatMap(editOf),
    written,
  };
  const [key, digest] = [word('Request'), word('Request-Digest')];
  return { commit, head, request: key === undefined || digest === undefined ? undefined : { key, digest } };
}

function peopleOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function editOf(text: string): ListedEdit[] {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value) && typeof value['edit'] === 'string') return [value as unknown as ListedEdit];
  } catch {
    // Told below.
  }
  // An edit that cannot be read is one all the same: who asks for a part of all changes does not get this one.
  return [{ edit: 'test.expect', file: quote(text), test: '', permission: '', expect: 'can' }];
}
