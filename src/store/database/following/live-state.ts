import type { CasbinEngine } from '../../../engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { formatDatabaseRevision } from '../../../policy/database-revision.ts';
import { revisionToken } from '../../../policy/text/history-token.ts';
import type { DatabaseRevision } from '../../../policy/text/revision-text.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import type { MissingHolders } from '../../../review/members/holder-rules.ts';
import { ListenerSet } from '../../live/listener-set.ts';
import type { CachedPolicy } from '../cache/policy-cache.ts';
import type { LoadedPolicy, MemberNews, NextPolicy } from '../../live/policy-source.ts';
import type { PolicyCounts } from '../../live/policy-counts.ts';
import { type HolderGround, KnownShortage } from '../../live/known-shortage.ts';
import { KnownTokens } from '../../live/known-tokens.ts';
import type { ReleaseReading } from '../releases/release-files.ts';

/** The change that became live: another policy, or memberships that changed under the one that is live. */
export type Applied = { readonly kind: 'policy' } | ({ readonly kind: 'members' } & MemberNews);

/** A policy of a database, and all that belongs to it. */
export interface LiveRelease extends ReleaseReading {
  readonly engine: CasbinEngine;
  /** What the engine asks. */
  readonly members: RuntimeMembers;
  readonly judgedAtMs: number;
  /** Of the files alone. */
  readonly counts: PolicyCounts;
  readonly shortPlaces: HolderGround['shortPlaces'];
  readonly loadedAt: Date;
}

/** Everything that becomes live together with a release. */
export interface ReleaseChanges extends MemberChanges {
  /** `whole`: all was read anew, and what led to the state is not known. */
  readonly kind: 'release' | 'whole';
}

export interface MemberChanges {
  /** The last value of each that changed; without assignments: it ended. */
  readonly members: readonly RuntimeMember[];
  /** The state these lead to. */
  readonly state: DatabaseState;
}

/**
 * The policy and memberships that decide right now, and how far in the history of a database that is. Every method takes one turn, so no request
 * sees a part of what it does.
 */
export class LiveState {
  readonly #listeners = new ListenerSet<Applied>('a listener of the live policy');
  readonly #waiters = new Set<() => void>();
  /** Of the history that led here. */
  readonly #tokens = new KnownTokens();
  /** Of changes of memberships beyond a release that is kept back. */
  readonly #tokensAhead = new KnownTokens();
  readonly #shortage = new KnownShortage();
  #release: LiveRelease | undefined;
  #epoch = 0;
  #state: DatabaseState | undefined;
  #ahead: DatabaseState | undefined;
  #current: LoadedPolicy | undefined;

  get release(): LiveRelease | undefined {
    return this.#release;
  }

  /** Counts the releases that went live here. */
  get epoch(): number {
    return this.#epoch;
  }

  /** All that led to it is live. */
  get state(): DatabaseState | undefined {
    return this.#state;
  }

  /** How far memberships are beyond that, while a release is kept back. */
  get ahead(): DatabaseState | undefined {
    return this.#ahead;
  }

  get current(): LoadedPolicy | undefined {
    return this.#current;
  }

  /** Where too few hold a role that somebody must hold. */
  get missingHolders(): readonly MissingHolders[] {
    if (!this.#release) return [];
    const { engine, members, shortPlaces } = this.#release;
    return this.#shortage.of({ policy: engine.policy, shortPlaces, members, state: this.#state });
  }

  get members(): RuntimeMembers {
    return this.#release?.members ?? nobody;
  }

  onApplied(listener: (applied: Applied) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Makes a release live, and with it what changed up to it. */
  swap(release: LiveRelease, { kind, members, state }: ReleaseChanges): void {
    if (kind === 'whole') this.#tokens.forgetAll();
    for (const member of members) {
      release.members.set(member);
      release.engine.memberChanged(member.place, member.subject);
    }
    this.#release = release;
    this.#epoch += 1;
    this.#ahead = undefined;
    this.#tokensAhead.forgetAll();
    this.#advance(state, members);
    this.#tell({ kind: 'policy' });
  }

  /** Changes memberships under the release that is live. What is no news is left alone. */
  change({ members, state }: MemberChanges): void {
    if (!this.#release || !this.#state || state.sequence <= this.#state.sequence) return;
    for (const member of members) {
      this.#release.members.set(member);
      this.#release.engine.memberChanged(member.place, member.subject);
    }
    this.#advance(state, members);
    this.#tell({ kind: 'members', epoch: this.#epoch, members, state });
  }

  /**
   * Changes memberships beyond a release that is kept back: the state stays where that comes, so that nobody takes it to
   * be live. `isTold`: the revision of then says what decides.
   */
  changeAhead({ members, state }: MemberChanges, isTold: boolean): void {
    if (!this.#release || !this.#state) return;
    for (const member of members) {
      this.#release.members.set(member);
      this.#release.engine.memberChanged(member.place, member.subject);
    }
    this.#ahead = state;
    if (isTold) for (const one of [...members, state]) this.#tokensAhead.note(one);
    this.#show();
    this.#tell({ kind: 'members', epoch: this.#epoch, members, state: this.#state, ahead: state });
  }

  /** Whether a revision was told here while a release was kept back, and memberships are as far as it says. */
  hasTold({ policy, sequence, token }: DatabaseRevision): boolean {
    const known = this.#tokensAhead.get(sequence);
    return known !== undefined && revisionToken(known) === token && policy === this.#release?.engine.policy.revision;
  }

  /** All of it at this moment, for a process that has nothing yet. */
  whole(): NextPolicy | undefined {
    if (!this.#release || !this.#state) return undefined;
    const { files, judgedAtMs, engine, members } = this.#release;
    const reached = { state: this.#state, ...(this.#ahead && { ahead: this.#ahead }) };
    const runtime = { epoch: this.#epoch, kind: 'whole', members: [...members.all()], ...reached } as const;
    return { files, digest: engine.policy.digest, judgedAtMs, runtime };
  }

  /** The same, for the disk; undefined before something is live. */
  snapshot(lastWordMs: number): CachedPolicy | undefined {
    if (!this.#release || !this.#state) return undefined;
    const { release, files, judgedAtMs, members } = this.#release;
    return { release, files, judgedAtMs, members: [...members.all()], state: this.#state, lastWordMs };
  }

  /** The token of a sequence in the history that led here; undefined when it is not known, or did not lead here yet. */
  findToken(sequence: number): string | undefined {
    return this.#state && sequence <= this.#state.sequence ? this.#tokens.get(sequence) : undefined;
  }

  /** Remembers what somebody read of the history that leads to `end`, unless another one is live by now. */
  learnTokens(end: DatabaseState, read: readonly DatabaseState[]): void {
    if (this.#tokens.get(end.sequence) !== end.token) return;
    for (const state of read) if (state.sequence < end.sequence) this.#tokens.note(state);
  }

  /** Whether the state came to a sequence, as soon as it did, or after so many milliseconds. */
  waitFor(sequence: number, waitMs: number): Promise<boolean> {
    const isThere = (): boolean => this.#state !== undefined && this.#state.sequence >= sequence;
    if (isThere()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve(isThere());
      };
      const look = (): void => {
        if (isThere()) settle();
      };
      const timer = setTimeout(settle, waitMs);
      this.#waiters.add(look);
    });
  }

  #advance(state: DatabaseState, passed: readonly DatabaseState[]): void {
    this.#state = state;
    for (const one of passed) this.#tokens.note(one);
    this.#tokens.note(state);
    this.#show();
  }

  #show(): void {
    const state = this.#ahead ?? this.#state;
    const release = this.#release;
    if (!release || !state) return;
    const { engine, counts, loadedAt } = release;
    this.#current = {
      engine,
      revision: formatDatabaseRevision(engine.policy.revision, state),
      commit: release.release.commit,
      loadedAt,
      counts: { ...counts, members: counts.members + release.members.givingSize },
    };
  }

  #tell(applied: Applied): void {
    for (const look of this.#waiters) look();
    // What is live stays live, whoever stumbles over it.
    this.#listeners.tell(applied);
  }
}

const nobody = new RuntimeMembers();
