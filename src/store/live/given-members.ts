import { RuntimeMembers } from '../../engine/runtime-members.ts';
import { formatDatabaseRevision } from '../../policy/database-revision.ts';
import type { DatabaseState, RuntimeMember } from '../../policy/runtime-member.ts';
import { revisionToken } from '../../policy/text/history-token.ts';
import type { Revision } from '../../policy/text/revision-text.ts';
import { KnownTokens } from './known-tokens.ts';
import type { LoadedPolicy, MemberNews, NextMembers } from './policy-source.ts';
import type { ReadyPolicy } from './prepare-policy.ts';

/** Memberships that are to go live, as far as they were given. */
interface ComingMembers {
  readonly epoch: number;
  readonly kind: NextMembers['kind'];
  readonly members: RuntimeMembers;
  /** What is changed in them when they go live. */
  readonly changed: RuntimeMember[];
  state: DatabaseState;
  /** How far memberships are beyond it. */
  ahead: DatabaseState | undefined;
}

/** Policy that was made ready, with the memberships that go live with it. */
export interface PreparedPolicy extends ReadyPolicy {
  /** Undefined: memberships are in the files alone. */
  readonly next: ComingMembers | undefined;
}

/**
 * Policy and memberships of a process that is given both, and decides by them. Every method takes one turn, so no request sees a
 * part of what it does.
 */
export class GivenMembers {
  /** Of the history that led here. */
  readonly #tokens = new KnownTokens();
  #next: ComingMembers | undefined;
  #live: (PreparedPolicy & { readonly loadedAt: Date }) | undefined;
  #current: LoadedPolicy | undefined;

  get current(): LoadedPolicy | undefined {
    return this.#current;
  }

  get members(): RuntimeMembers | undefined {
    return this.#live?.next?.members;
  }

  /** Those of the policy that is prepared next. */
  get next(): ComingMembers | undefined {
    return this.#next;
  }

  begin({ epoch, kind, state, ahead }: Omit<NextMembers, 'members'>): void {
    const before = kind === 'release' ? this.members : undefined;
    this.#next = { epoch, kind, state, ahead, members: before ?? new RuntimeMembers(), changed: [] };
  }

  take(members: readonly RuntimeMember[]): void {
    const next = this.#next;
    if (next?.kind === 'release') next.changed.push(...members);
    else for (const member of members) next?.members.set(member);
  }

  swap(policy: PreparedPolicy, loadedAt: Date): void {
    const { next, engine } = policy;
    // Swap, never patch: a request sees one whole policy or the other, each with its memberships.
    this.#live = { ...policy, loadedAt };
    this.#next = undefined;
    if (next?.kind === 'whole') this.#tokens.forgetAll();
    for (const member of next?.changed.splice(0) ?? []) {
      next?.members.set(member);
      engine.memberChanged(member.place, member.subject);
      this.#tokens.note(member);
    }
    this.#show();
  }

  change({ epoch, members, state, ahead }: MemberNews): void {
    const isLive = this.#live?.next?.epoch === epoch;
    const target = isLive ? this.#live?.next : this.#next;
    if (target?.epoch !== epoch) return;
    if ((ahead ?? state).sequence <= (target.ahead ?? target.state).sequence) return;
    target.state = state;
    target.ahead = ahead;
    for (const member of members) {
      target.members.set(member);
      if (!isLive) continue;
      this.#live?.engine.memberChanged(member.place, member.subject);
      this.#tokens.note(member);
    }
    if (isLive) this.#show();
  }

  /** Whether what is live is known to be as new; a sequence alone says nothing, so its token is compared. */
  isReached(wanted: Revision): boolean {
    const live = this.#live;
    if (live?.next === undefined) return wanted.kind === 'files' && wanted.policy === this.#current?.revision;
    if (wanted.kind !== 'database' || wanted.sequence > live.next.state.sequence) return false;
    const token = this.#tokens.get(wanted.sequence);
    return token !== undefined && revisionToken(token) === wanted.token;
  }

  #show(): void {
    if (!this.#live) return;
    const { engine, counts, next, loadedAt } = this.#live;
    const { revision } = engine.policy;
    if (next) this.#tokens.note(next.state);
    this.#current = {
      engine,
      revision: next ? formatDatabaseRevision(revision, next.ahead ?? next.state) : revision,
      commit: undefined,
      loadedAt,
      counts: { ...counts, members: counts.members + (next?.members.givingSize ?? 0) },
    };
  }
}
