import { actorHeaders, partOfPath, partsOf, pathOf, queryOf } from './calls/addresses.ts';
import { ApiCalls } from './calls/api-calls.ts';
import { Caller, type TokenSource } from './calls/caller.ts';
import { CoalescedQuestions, mostInBatch, type Terms } from './calls/coalesced-questions.ts';
import { readDecision, readDecisions } from './calls/decision-answers.ts';
import { readAllPages, readPage, type Page } from './calls/pages.ts';
import { SeenRevision } from './calls/seen-revision.ts';
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
  readonly #caller: Caller;
  readonly #calls: ApiCalls;
  readonly #coalesced: CoalescedQuestions;
  readonly #seen = new SeenRevision();
  readonly #timeoutMs: number;

  constructor(options: ClientOptions, transportTo: (target: Target) => Transport) {
    const { token, signal, timeoutMs = 1000, changeTimeoutMs = 30_000 } = options;
    this.#timeoutMs = requireMs(timeoutMs, 'timeoutMs');
    this.#transport = transportTo(parseTarget(options.url));
    this.#caller = new Caller({ transport: this.#transport, token, signal });
    const writeMs = requireMs(changeTimeoutMs, 'changeTimeoutMs');
    this.#calls = new ApiCalls(this.#caller, this.#seen, this.#timeoutMs, writeMs);
    this.changes = new Changes(this.#calls);
    this.members = new Members(this.#calls);
    const ask = this.#askTogether.bind(this);
    this.#coalesced = new CoalescedQuestions(ask, (work) => this.#transport.afterThisTurn(work));
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
    return this.#coalesced.ask(question, this.#termsOf(options), options.signal);
  }

  /** Decisions in the order of the questions; those of one request, of up to 1000, are of one revision. */
  async batch(
    questions: readonly Question<Permission, Scope>[],
    options: DecisionOptions = {},
  ): Promise<readonly Decision[]> {
    const terms = this.#termsOf(options);
    const parts: Promise<readonly Decision[]>[] = [];
    for (let start = 0; start < questions.length; start += mostInBatch) {
      parts.push(this.#askTogether(questions.slice(start, start + mostInBatch), terms, options.signal, 'batch'));
    }
    return (await Promise.all(parts)).flat();
  }

  /** All that somebody may do in a place, to show or to grey out. */
  async permissions(
    subject: SubjectName,
    place: Place,
    options: ReadOptions = {},
  ): Promise<HeldPermissions<Permission>> {
    const { id, type: subjectType } = partsOf(subject);
    const path = `${pathOf(place)}/members/${partOfPath(id)}/permissions`;
    const { items, revision } = await this.#all<ListedPermission<Permission>>(
      'permissions',
      path,
      { subjectType },
      options,
    );
    return { permissions: items, revision };
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
    const scopes = typeof scope === 'string' ? scope : scope?.join(',');
    const path = `${pathOf(place)}/permissions/${partOfPath(permission)}/members`;
    const query = queryOf({ scope: scopes, limit, after });
    return readPage(await this.#calls.read(`${path}${query}`, options, actorHeaders(options.actor)), 'members');
  }

  /** Gives up connections that are kept. */
  close(): void {
    this.#transport.close();
  }

  #all<Item>(
    name: string,
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    options: ReadOptions,
  ): ReturnType<typeof readAllPages<Item>> {
    const headers = actorHeaders(options.actor);
    return readAllPages(async (after) =>
      readPage<Item>(await this.#calls.read(`${path}${queryOf({ ...query, after })}`, options, headers), name),
    );
  }

  #termsOf({ explain = false, timeoutMs = this.#timeoutMs, minRevision }: DecisionOptions): Terms {
    return { isExplained: explain, timeoutMs: requireMs(timeoutMs, 'timeoutMs'), minRevision };
  }

  #askTogether(
    questions: readonly Question[],
    { isExplained, timeoutMs, minRevision: given }: Terms,
    signal?: AbortSignal,
    as: 'batch' | 'fewest' = 'fewest',
  ): Promise<readonly Decision[]> {
    const query = isExplained ? '?explain' : '';
    return this.#seen.ask(given, (minRevision) => {
      if (questions.length === 1 && as === 'fewest') {
        const body = withRevision(questions[0], minRevision);
        const path = `/v1/enforce${query}`;
        return this.#caller.call({ method: 'POST', path, body, timeoutMs, signal }).then((one) => [readDecision(one)]);
      }
      const body = withRevision({ requests: questions }, minRevision);
      const path = `/v1/enforce/batch${query}`;
      const found = this.#caller.call({ method: 'POST', path, body, timeoutMs, signal });
      return found.then((document) => readDecisions(document, questions.length));
    });
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

// What is said for nearly no question costs nothing for the others.
function withRevision(body: object = {}, minRevision: string | undefined): object {
  return minRevision === undefined ? body : { ...body, minRevision };
}

// A timer of Node that is longer rings at once.
const longestMs = 2_147_483_647;

function requireMs(value: number, name: keyof CallOptions | keyof ClientOptions): number {
  if (value > 0 && value <= longestMs) return value;
  throw new RangeError(`\`${name}\` is a number of milliseconds above 0; found ${value}`);
}
