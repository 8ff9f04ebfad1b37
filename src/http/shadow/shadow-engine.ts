import { CasbinEngine } from '../../engine/casbin-engine.ts';
import type { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { Place } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { LoadedPolicy, PolicySource } from '../../store/live/policy-source.ts';

/** The members that the live policy decides by, which the second one is to decide by, too. */
export interface LiveMembers {
  readonly live: Pick<PolicySource, 'current'>;
  readonly read: () => RuntimeMembers;
}

/** The second policy, with the members that the live one has at run time where there are such. */
export class ShadowEngine {
  readonly #policy: Pick<PolicySource, 'current'>;
  readonly #members: LiveMembers | undefined;
  #seen: LoadedPolicy['engine'] | undefined;
  #liveSeen: LoadedPolicy['engine'] | undefined;
  #engine: CasbinEngine | undefined;

  constructor(policy: Pick<PolicySource, 'current'>, members?: LiveMembers) {
    this.#policy = policy;
    this.#members = members;
  }

  get revision(): string | undefined {
    return this.#policy.current?.revision;
  }

  /** What decides now; undefined: nothing does yet. */
  get current(): CasbinEngine | undefined {
    const { current } = this.#policy;
    if (this.#members === undefined) return current?.engine;
    const live = this.#members.live.current?.engine;
    if (current?.engine !== this.#seen || live !== this.#liveSeen) this.#make(current?.engine, live);
    return this.#engine;
  }

  /** To be told of what changes at run time, in the same turn. */
  memberChanged(place: Place, subject: SubjectId): void {
    this.#engine?.memberChanged(place, subject);
  }

  // The members may be others with each live policy, so a new one begins with nothing remembered of them.
  #make(engine: CasbinEngine | undefined, live: CasbinEngine | undefined): void {
    this.#seen = engine;
    this.#liveSeen = live;
    this.#engine = undefined;
    if (engine === undefined || live === undefined || this.#members === undefined) return;
    void CasbinEngine.create(engine.policy, this.#members.read()).then((made) => {
      if (this.#seen === engine && this.#liveSeen === live) this.#engine = made;
    });
  }
}
