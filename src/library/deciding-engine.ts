import type { CasbinEngine } from '../engine/casbin-engine.ts';
import { listPermissions } from '../engine/permission-listing.ts';
import type { ReasonCode } from '../policy/decision.ts';
import { RolebookError } from '../policy/errors.ts';
import { limits } from '../policy/limits.ts';
import {
  atOrganization,
  findOrganization,
  findWorkspace,
  type PolicySet,
  type Workspace,
} from '../policy/policy-set.ts';
import { isJsonObject } from '../policy/text/json.ts';
import type { FollowedPolicy, LoadedPolicy, ReloadOutcome } from '../store/live/policy-source.ts';
import type { ExplainedDecision, Permissions, PolicyEngine, PolicyQuestion, Reload, Subject } from './policy-engine.ts';
import { hasQuestionMembers, readPolicyQuestion, readAskingSubject, requireName } from './read-question.ts';

/** A source whose policy decides here. */
export interface EngineSource {
  readonly live: Pick<FollowedPolicy, 'current' | 'isStale' | 'reload'>;
  close(): Promise<void>;
}

/** The policy of a source, asked in this process. */
export class DecidingEngine implements PolicyEngine {
  readonly #source: EngineSource;
  readonly #now: () => number;
  #isClosed = false;

  constructor(source: EngineSource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  get revision(): string {
    return this.#current().revision;
  }

  get isStale(): boolean {
    return this.#source.live.isStale;
  }

  decide(question: PolicyQuestion): boolean {
    const { engine } = this.#current();
    return (recallNamed(engine, question) ?? this.#decideRead(engine, question)) === 'granted';
  }

  explain(question: PolicyQuestion): ExplainedDecision {
    const { engine, revision } = this.#current();
    const request = readPolicyQuestion(question, engine.policy.catalog.subjectTypes[0]);
    const { decision, reason } = engine.explain(request, this.#time());
    return { decision, reason, revision };
  }

  permissions(subject: Subject, place: string | { readonly organization: string }): Permissions {
    const { engine, revision } = this.#current();
    const { policy } = engine;
    const { subjectTypes } = policy.catalog;
    const asking = readAskingSubject(subject, subjectTypes[0]);
    if (!subjectTypes.includes(asking.type)) {
      const known = subjectTypes.map((type) => `\`${type}\``).join(', ');
      throw new RolebookError('usage', 'the subject has a type that the policy does not have', {
        help: `write one of ${known}`,
      });
    }
    const asked = findPlace(policy, place);
    return { revision, ...listPermissions(engine, asked, asking, this.#time()) };
  }

  async reload(): Promise<Reload> {
    return toReload(await this.#source.live.reload('request'));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#source.close();
  }

  #decideRead(engine: CasbinEngine, question: PolicyQuestion): ReasonCode {
    const request = readPolicyQuestion(question, engine.policy.catalog.subjectTypes[0]);
    return engine.decide(request, this.#time());
  }

  #current(): LoadedPolicy {
    const { current } = this.#source.live;
    if (this.#isClosed) throw new RolebookError('usage', 'the engine is closed');
    if (!current) throw new RolebookError('unavailable', 'there is no policy to decide by');
    return current;
  }

  #time(): number {
    const atMs = this.#now();
    if (Number.isFinite(atMs)) return atMs;
    throw new RolebookError('usage', '`now` gives milliseconds since 1970', { help: 'write `() => Date.parse(…)`' });
  }
}

// The short way of most questions. Names that the policy has were checked when it was compiled, and who holds roles without an
// end is asked no clock. Whatever is else, or wrong, is read letter by letter.
function recallNamed(engine: CasbinEngine, question: PolicyQuestion): ReasonCode | undefined {
  if (!hasQuestionMembers(question)) return undefined;
  const { subject, workspace, organization, permission, scope, resource, context } = question;
  if (typeof subject !== 'string' || typeof workspace !== 'string' || typeof permission !== 'string') return undefined;
  if (organization !== undefined || scope !== undefined || resource !== undefined || context !== undefined) {
    return undefined;
  }
  return engine.recallNamed(workspace, subject, permission);
}

/** A reload as an application is told of it. */
export function toReload({ outcome, revision = '', error, problems }: ReloadOutcome): Reload {
  return { outcome, revision, error, problems };
}

function findPlace(policy: PolicySet, place: unknown): Workspace {
  if (typeof place === 'string') {
    requireName(place, 'workspace', limits.idCharacters);
    const workspace = findWorkspace(policy, place);
    if (workspace) return workspace;
    throw new RolebookError('usage', `the policy has no workspace \`${place}\``);
  }
  const id = isJsonObject(place) ? place['organization'] : undefined;
  requireName(id, 'organization', limits.idCharacters);
  const organization = findOrganization(policy, id);
  const asked = organization && atOrganization(organization);
  if (asked) return asked;
  throw new RolebookError('usage', `the policy has no organization \`${id}\``);
}
