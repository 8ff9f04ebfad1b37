import { memberPathOf, namedIn, partsOf, queryOf } from './calls/addresses.ts';
import type { ApiCalls } from './calls/api-calls.ts';
import type { Place, SubjectName } from './words/words.ts';

/** A role that somebody is given; times are RFC 3339. */
export type GivenRole =
  | string
  | { readonly role: string; readonly from?: string; readonly until?: string; readonly reason?: string };

/** What is to be said with a change of a member. */
export interface MemberOptions {
  /** Whoever makes it; what they may do is judged. */
  readonly actor: SubjectName;
  /** The entity tag of the member as it was seen, or `*`: there is one. */
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

type Document = Readonly<Record<string, unknown>>;

/** The memberships at run time of a sidecar with a database. Each change takes an admin token. */
export class Members {
  readonly #calls: ApiCalls;

  constructor(calls: ApiCalls) {
    this.#calls = calls;
  }

  /** Says all the roles that somebody is to hold in a place. */
  async set(
    place: Place,
    subject: SubjectName,
    roles: readonly GivenRole[],
    options: MemberOptions,
  ): Promise<Document> {
    const { id, type: subjectType } = partsOf(subject);
    const path = `${memberPathOf(place, id)}${queryOf({ subjectType })}`;
    return this.#calls.write('PUT', path, { roles, actor: namedIn(options.actor) }, options);
  }

  /** Ends what somebody was given there at run time. */
  async remove(place: Place, subject: SubjectName, options: MemberOptions): Promise<Document> {
    const { id, type: subjectType } = partsOf(subject);
    const { id: actor, type: actorType } = partsOf(options.actor);
    const path = `${memberPathOf(place, id)}${queryOf({ subjectType, actor, actorType })}`;
    return this.#calls.write('DELETE', path, undefined, options);
  }
}
