import { memberPathOf, partOfPath, partsOf, pathOf, type Query } from './calls/addresses.ts';
import { apiCallsOf, type ApiCalls } from './calls/api-calls.ts';
import { askerOf, type AskTogether, type Terms } from './calls/ask-together.ts';
import { callerOf, type TokenSource } from './calls/caller.ts';
import { coalesced, inBatches } from './calls/coalesced-questions.ts';
import { readAllPages, type Page } from './calls/pages.ts';
import { noRevisionSeen } from './calls/seen-revision.ts';
import { Changes } from './changes.ts';
import { Members } from './members.ts';
import type { HeldPermissions, ListedPermission } from './permission-set.ts';
import { parseTarget } from './transport/target.ts';
import type { Target, Transport } from './transport/transport.ts';
import type {
  CallOptions,
  Decision,
  DecisionOptions,
  Place,
  Question,
  ReadOptions,
  SubjectName,
} from './words/words.ts';

/** What a client is made of. */
export interface ClientOptions {
  /** `http://127.0.0.1:8181`, `https://…`, or `unix:/run/rolebook.sock`. */
  readonly url: string;
  /** A bearer token, or what gives one at each call. Never in a page. */
  readonly token?: TokenSource;
  /** The time for a decision or a read, attempts included, in milliseconds; 1000 where nothing is said. */
  readonly timeoutMs?: number;
  /** The same for a change, which may have to be written elsewhere; 30,000 where nothing is said. */
  readonly changeTimeoutMs?: number;
  /** Ends every call, with its reason. */
  readonly signal?: AbortSignal;
}

/** A role as the sidecar lists it. */
export interface ListedRole<Role extends string = string> {
  readonly role: Role;
  readonly title: string;
  readonly builtIn: boolean;
  readonly [more: string]: unknown;
}

/** Somebody who can do something, and the roles that give it. */
export interface Able {
  readonly subject: { readonly type: string; readonly id: string };
  readonly everybody: boolean;
  readonly roles: readonly Readonly<Record<string, unknown>>[];
  readonly [more: string]: unknown;
}

/**
 * A client of one sidecar. Every method rejects with a RolebookError where there is no answer, and with the reason of a signal
 * that gave it up; none answers `true` then.
 */
export class Client<Permission extends string = string, Scope extends string = string, Role extends string = string> {
  readonly changes: Changes;
  readonly members: Members;
  readonly #transport: Transport;
  readonly #calls: ApiCalls;
  readonly #askTogether: AskTogether;
  readonly #coalesced: ReturnType<typeof coalesced>;
  readonly #seen = noRevisionSeen();
  readonly #timeoutMs: number;

  constructor(options: ClientOptions, transportTo: (target: Target) => Transport) {
    const { token, signal, timeoutMs = 1000, changeTimeoutMs = 30_000 } = options;
    this.#timeoutMs = requireMs(timeoutMs, 'timeoutMs');
    const target = parseTarget(options.url);
    const transport = transportTo(target);
    this.#transport = transport;
    const call = callerOf({ transport, prefix: target.prefix, token, signal });
    this.#calls = apiCallsOf(call, this.#seen, timeoutMs, requireMs(changeTimeoutMs, 'changeTimeoutMs'));
    this.changes = new Changes(this.#calls);
    this.members = new Members(this.#calls);
    this.#askTogether = askerOf(call, this.#seen);
    this.#coalesced = coalesced(this.#askTogether, transport);
  }

  /** The revision of the last change that was made by this client: no answer is older. */
  get minRevision(): string | undefined {
    return this.#seen.current;
  }

  /** Whether somebody may. */
  async can(question: Question<Permission, Scope>, options: DecisionOptions = {}): Promise<boolean> {
    return (await this.enforce(question, options)).decision;
  }

  /** The decision with its revision and, with `explain`, its reason. Questions of one turn go as one request. */
  enforce(question: Question<Permission, Scope>, options: DecisionOptions = {}): Promise<Decision> {
    return this.#coalesced(question, this.#termsOf(options), options.signal);
  }

  /** Decisions in the order of the questions; those of one request, of up to 1000, are of one revision. */
  async batch(
    questions: readonly Question<Permission, Scope>[],
    options: DecisionOptions = {},
  ): Promise<readonly Decision[]> {
    const terms = this.#termsOf(options);
    const parts = inBatches(questions).map((batch) => this.#askTogether(batch, terms, options.signal, true));
    return (await Promise.all(parts)).flat();
  }

  /** All that somebody may do in a place, to show or to grey out. */
  async permissions(
    subject: SubjectName,
    place: Place,
    options: ReadOptions = {},
  ): Promise<HeldPermissions<Permission>> {
    const { id, type: subjectType } = partsOf(subject);
    const path = `${memberPathOf(place, id)}/permissions`;
    const all = await this.#all<ListedPermission<Permission>>('permissions', path, { subjectType }, options);
    return { permissions: all.items, revision: all.revision };
  }

  /** The roles that can be given in a place, built-in or its own. */
  async roles(place: Place, options: ReadOptions = {}): Promise<readonly ListedRole<Role>[]> {
    return (await this.#all<ListedRole<Role>>('roles', `${pathOf(place)}/roles`, {}, options)).items;
  }

  /** A page of those who can do something in a place; `next` is to be given as `after`. */
  async whoCan(
    permission: Permission,
    place: Place,
    { scope, limit, after, ...options }: WhoCanOptions<Scope> = {},
  ): Promise<Page<Able>> {
    const path = `${pathOf(place)}/permissions/${partOfPath(permission)}/members`;
    return this.#calls.page('members', path, { scope: scope?.toString(), limit, after }, options);
  }

  /** Gives up connections that are kept. */
  close(): void {
    this.#transport.close();
  }

  #all<Item>(name: string, path: string, query: Query, options: ReadOptions): ReturnType<typeof readAllPages<Item>> {
    return readAllPages((after) => this.#calls.page<Item>(name, path, { ...query, after }, options));
  }

  #termsOf({ explain = false, timeoutMs = this.#timeoutMs, minRevision }: DecisionOptions): Terms {
    return { explain, timeoutMs: requireMs(timeoutMs, 'timeoutMs'), minRevision };
  }
}

/** What can be said when asking who can. */
export interface WhoCanOptions<Scope extends string = string> extends ReadOptions {
  readonly scope?: Scope | readonly Scope[];
  /** At most so many at once. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

// A timer of Node that is longer rings at once.
const longestMs = 2_147_483_647;

function requireMs(value: number, name: keyof CallOptions | keyof ClientOptions): number {
  if (value > 0 && value <= longestMs) return value;
  throw new RangeError(`\`${name}\` is a number of milliseconds above 0; found ${value}`);
}
